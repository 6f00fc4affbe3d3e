import { type DvhCurve, isLibraryError } from "@isodose/core";
import { evaluateMetric } from "@isodose/dvh";
import type { ReportLimit } from "./report-input.ts";

/** Columns of structure tables where the caller names none. */
export const DEFAULT_METRICS: readonly string[] = ["mean", "max", "D95%", "D50%", "D2%", "D0.035cc"];

/** A limit counts as met up to half of the last digit shown, 0.005 Gy. */
export function limitIsMet(limit: ReportLimit): boolean {
  return limit.valueGy !== null && limit.valueGy <= limit.maxGy + 0.005;
}

/** A metric of a curve; null where it does not exist for the structure. */
export function metricOrNull(
  curve: DvhCurve,
  metric: string,
  prescription: { readonly doseGy: number },
): number | null {
  try {
    return evaluateMetric(curve, metric, { prescriptionGy: prescription.doseGy });
  } catch (error) {
    if (isLibraryError(error, "InvalidInputError")) return null;
    throw error;
  }
}
