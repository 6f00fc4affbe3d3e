import type { DicomFormatError } from "@isodose/core";

/**
 * What a reader does with a problem. A strict reader throws it; `inspectFiles` collects it and the reader goes on as far
 * as it can. Readers therefore must stay sound after `report` returns.
 */
export type ReportProblem = (problem: DicomFormatError) => void;

/** The strict way: the first problem ends the reading. */
export const throwProblem: ReportProblem = (problem) => {
  throw problem;
};

/** A number as a message shows it: at most 4 decimals. */
export function showNumber(value: number): string {
  return String(Math.round(value * 1e4) / 1e4);
}
