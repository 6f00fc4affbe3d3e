import { InvalidInputError } from "@isodose/core";
import Papa from "papaparse";
import type { MeasuredKind } from "./commission-spec.ts";

/** A measured curve as its file has it. */
export interface MeasuredTable {
  /** depthMm, offAxisMm or diameterMm. */
  readonly x: readonly number[];
  /** Dose in any unit, or output factor. */
  readonly y: readonly number[];
  /** One standard error per point, in the unit of `y`; undefined where the file has no such column. */
  readonly sigma?: readonly number[];
}

/** Columns of a file by what was measured. */
export const MEASURED_COLUMNS: Readonly<Record<MeasuredKind, readonly [x: string, y: string]>> = {
  pdd: ["depthMm", "dose"],
  tpr: ["depthMm", "dose"],
  profile: ["offAxisMm", "dose"],
  "output-factors": ["diameterMm", "factor"],
};
const SIGMA_COLUMN = "sigma";

/**
 * Read a measured curve: a CSV file with a header, columns in any order, comma or semicolon between them, lines from `#` left out.
 *
 * @param text - the file's content
 * @param file - its name, for errors
 * @throws InvalidInputError naming file, line and column
 */
export function readMeasuredCsv(text: string, file: string, kind: MeasuredKind): MeasuredTable {
  const [xName, yName] = MEASURED_COLUMNS[kind];
  const { data } = Papa.parse<string[]>(text.replace(/^\uFEFF/, ""), {
    comments: "#",
    skipEmptyLines: "greedy",
    ...(/^[^#,]*;/m.test(text) && { delimiter: ";" }),
    ...(!/^[^#,]*;/m.test(text) && { delimiter: "," }),
  });
  const header = (data[0] ?? []).map((name) => name.trim());
  const known = [xName, yName, SIGMA_COLUMN];
  for (const name of header) {
    if (!known.includes(name))
      throw new InvalidInputError(
        `${file}: column`,
        name,
        `the columns ${xName},${yName} and, if known, sigma`,
      );
  }
  const column = (name: string) => header.indexOf(name);
  for (const name of [xName, yName]) {
    if (column(name) < 0)
      throw new InvalidInputError(`${file}: header`, header.join(","), `the columns ${xName},${yName}`);
  }
  const rows = data.slice(1);
  if (rows.length < 2) throw new InvalidInputError(file, `${rows.length} points`, "two points at least");
  const numbers = (name: string, holds: (value: number) => boolean, expected: string): number[] =>
    rows.map((row, i) => {
      const cell = row[column(name)]?.trim() ?? "";
      const value = cell === "" ? Number.NaN : Number(cell);
      if (!(Number.isFinite(value) && holds(value)))
        throw new InvalidInputError(`${file}: ${name} of point ${i + 1}`, cell, expected);
      return value;
    });
  const isProfile = kind === "profile";
  const x = numbers(
    xName,
    (v) => isProfile || (kind === "output-factors" ? v > 0 : v >= 0),
    isProfile ? "a number, mm" : "a length ≥ 0, mm",
  );
  const isFactor = kind === "output-factors";
  // Doses may be a little below 0: noise about a subtracted background.
  const y = numbers(yName, (v) => !isFactor || v > 0, isFactor ? "a factor > 0" : "a number");
  if (!y.some((v) => v > 0))
    throw new InvalidInputError(`${file}: ${yName}`, 0, "one number at least above 0");
  if (column(SIGMA_COLUMN) < 0) return { x, y };
  return { x, y, sigma: numbers(SIGMA_COLUMN, (v) => v > 0, "a standard error > 0") };
}
