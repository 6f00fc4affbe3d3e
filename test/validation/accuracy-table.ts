import { alignedTable } from "../docs/readme-table.ts";

interface Field {
  readonly diameter: string;
  readonly passes: string;
  /** Largest deviation in the field's curves, % of the dose on the axis. */
  readonly worstPercent: number;
  readonly isLeftOut: boolean;
}

/** The fields of docs/validation.md: the row of a field names it, the rows of its other curves begin empty. */
function fieldsOf(page: string): Field[] {
  const fields: Field[] = [];
  for (const section of page.split(/^## /m)) {
    const isLeftOut = section.startsWith("Fields left out of the fit");
    if (!isLeftOut && !section.startsWith("Fields in the fit")) continue;
    for (const [, diameter, passes, worst] of section.matchAll(
      /^\| *(?:([\d.]+ mm) *\| *\*\*([\d.]+ %)\*\*)?[ |]*\| (?:central-axis|profile[^|]*) \|[^|]*\| (-?[\d.]+) %[^|]*\|/gm,
    )) {
      const last = fields[fields.length - 1];
      const worstPercent = Math.abs(Number(worst));
      if (diameter && passes) fields.push({ diameter, passes, worstPercent, isLeftOut });
      else if (last)
        fields[fields.length - 1] = { ...last, worstPercent: Math.max(last.worstPercent, worstPercent) };
    }
  }
  return fields;
}

/** One row for each engine of "Every engine against every case"; ray-trace has its own rows above. */
function engineRows(page: string): string[][] {
  const section = page.split(/^## /m).find((one) => one.startsWith("Every engine against every case")) ?? "";
  return [
    ...section.matchAll(/^### (\S+)\n\n\*\*([\d.]+ %)\*\* of \d+ points of curves in (\d+) cases/gm),
  ].flatMap(([, engine, passes, cases]) =>
    engine === "ray-trace"
      ? []
      : [
          [
            `\`${engine}\`: water, bone, lung, titanium, a spine (${cases} cases)`,
            passes!,
            "see the page",
            "yes",
          ],
        ],
  );
}

/**
 * docs/validation.md in short, for the README: fields left out of the fit, then those that are only in it.
 * @param page - the text of docs/validation.md
 */
export function accuracyTable(page: string): string {
  const all = fieldsOf(page);
  const isShown = (field: Field) =>
    field.isLeftOut || !all.some((o) => o.isLeftOut && o.diameter === field.diameter);
  const evidence = (field: Field) =>
    field.isLeftOut ? "yes: not in the fit of the beam data" : "no: it is in the fit";
  return alignedTable([
    ["case", "points that pass", "largest deviation", "evidence"],
    ...all
      .filter(isShown)
      .map((f) => [
        `circular 6 MV field of ${f.diameter}, water`,
        f.passes,
        `${f.worstPercent.toFixed(1)} %`,
        evidence(f),
      ]),
    ["bone, lung, metal with `ray-trace`", "not compared", "several percent expected", ""],
    ...engineRows(page),
    ["a real machine", "not compared", "unknown", ""],
  ]);
}
