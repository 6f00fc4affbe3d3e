import { NOT_FOR_CLINICAL_USE } from "@isodose/core";
import { escapeHtml } from "./escape-html.ts";
import { REPORT_STYLE } from "./report-style.ts";

/** A self-contained page: style inside, no scripts, nothing to load. */
export function htmlPage(title: string, body: readonly string[]): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)} – Isodose report</title>
<style>${REPORT_STYLE}</style>
</head>
<body>
${body.filter((part) => part !== "").join("\n")}
</body>
</html>
`;
}

/** The bar at the top of every page. */
export function noticeLine(): string {
  return `<div class="notice">${NOT_FOR_CLINICAL_USE}. Research and teaching only.</div>`;
}

/** Something that makes a plan unlike a real one, in red. */
export function banner(text: string | undefined): string {
  return text ? `<div class="banner" role="alert">${escapeHtml(text)}</div>` : "";
}

/** How doses and structures are to be understood, at the foot of every page. */
export function methodLine(): string {
  return `<p class="soft">Doses are of the whole course. A structure is its contours, each reaching halfway to its neighbours, with round ends where a stack is low and closes; dose is interpolated linearly between voxel centres. Made by Isodose. ${NOT_FOR_CLINICAL_USE}.</p>`;
}
