import { readFileSync } from "node:fs";
import { parseReferenceCase, type ReferenceCase } from "@isodose/commissioning";

/** Diameters of the 6 MV circular fields in water that stand beside this file. */
export const CIRCLE_DIAMETERS_MM = [5, 10, 20, 40, 60] as const;

/** The five 6 MV circular fields in water, by rising diameter. */
export function readCircleCases(): readonly ReferenceCase[] {
  return CIRCLE_DIAMETERS_MM.map((diameterMm) => {
    const file = new URL(`photon-6mv-circle-${diameterMm}mm-water.json`, import.meta.url);
    return parseReferenceCase(JSON.parse(readFileSync(file, "utf8")));
  });
}
