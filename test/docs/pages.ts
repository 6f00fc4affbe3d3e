import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

export const ROOT = resolve(import.meta.dirname, "../..");

/** A fenced block of a page. */
export interface Fence {
  readonly language: string;
  /** `picture=NAME`: the default export of a ts fence is this picture. */
  readonly picture: string | undefined;
  /** `result`: the default export of a ts fence is the Markdown between the next result markers. */
  readonly isResult: boolean;
  readonly code: string;
  readonly line: number;
}

/** A page of the documentation. */
export interface Page {
  /** Path from the repository's root. */
  readonly path: string;
  readonly text: string;
  readonly fences: readonly Fence[];
}

/** README, CONTRIBUTING and everything under docs/. */
export function readPages(): Page[] {
  const inDocs = (folder: string) =>
    readdirSync(join(ROOT, folder))
      .filter((name) => name.endsWith(".md"))
      .map((name) => `${folder}/${name}`);
  const paths = ["README.md", "CONTRIBUTING.md", ...inDocs("docs"), ...inDocs("docs/decisions")];
  return paths.map((path) => {
    const text = readFileSync(join(ROOT, path), "utf8");
    return { path, text, fences: fencesOf(text) };
  });
}

function fencesOf(text: string): Fence[] {
  return [...text.matchAll(/^```(\w+)([^\n]*)\n([\s\S]*?)^```$/gm)].map((match) => ({
    language: match[1]!,
    picture: /picture=(\S+)/.exec(match[2]!)?.[1],
    isResult: /(^|\s)result(\s|$)/.test(match[2]!),
    code: match[3]!,
    line: text.slice(0, match.index).split("\n").length,
  }));
}

const RESULT = /<!-- result -->\n([\s\S]*?)<!-- \/result -->/g;

/** What stands between the result markers of a page, in order. */
export function resultsOf(text: string): string[] {
  return [...text.matchAll(RESULT)].map((match) => match[1]!.trim());
}

/** The page with other results between its markers. */
export function withResults(text: string, results: readonly string[]): string {
  let n = 0;
  return text.replace(RESULT, () => `<!-- result -->\n\n${results[n++]}\n\n<!-- /result -->`);
}

/** Text that differs only in spaces and line ends is the same text; a bare svg gets what a picture file needs. */
export function normalPicture(svg: string): string {
  const named = svg.includes("xmlns=") ? svg : svg.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"');
  return `${named.replace(/\s+/g, " ").replace(/> </g, ">\n<").trim()}\n`;
}
