import { alignedTable } from "../docs/readme-table.ts";

/** One row for each engine of "Every engine against every case". */
function engineRows(page: string): string[][] {
  const section = page.split(/^## /m).find((one) => one.startsWith("Every engine against every case")) ?? "";
  return [
    ...section.matchAll(
      /^### (\S+)\n\n\*\*([\d.]+ %)\*\* of (\d+) points of curves in (\d+) cases pass\. Asked for: (.*)\.$/gm,
    ),
  ].map(([, engine, passes, points, cases]) => {
    const water = engine === "ray-trace" ? "water" : "water, bone, lung, titanium, a spine";
    const [, failing] = failingOf(section, engine!);
    return [`\`${engine}\``, `${water} (${cases} cases)`, `${passes} of ${points}`, failing!];
  });
}

/** Cases of one engine's table, and how many of them do not pass, in words. */
function failingOf(section: string, engine: string): [number, string] {
  const own = section.split(/^### /m).find((part) => part.startsWith(`${engine}\n`)) ?? "";
  const rows = [...own.matchAll(/^\| [^|]+ \| (yes|\*\*no\*\*) \|/gm)];
  const failing = rows.filter(([, pass]) => pass !== "yes").length;
  return [rows.length, failing === 0 ? "all pass" : `${failing} do not pass`];
}

/**
 * docs/validation.md in short, for the README.
 * @param page - the text of docs/validation.md
 */
export function accuracyTable(page: string): string {
  return alignedTable([
    ["engine", "compared in", "points that pass", "cases"],
    ...engineRows(page),
    ["`ray-trace`", "bone, lung, metal", "not compared", "several percent expected"],
    ["any", "a real machine", "not compared", "unknown"],
  ]);
}
