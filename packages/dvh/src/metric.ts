import { type DvhCurve, InvalidInputError } from "@isodose/core";
import { doseGyToVolume, volumeCcAtLeast } from "./dvh-curve.ts";

/** A number read off a DVH. */
export type Metric =
  /** D95%, D0.035cc: the highest dose that so much of the structure receives at least, Gy. */
  | { readonly kind: "dose-to-volume"; readonly volume: number; readonly volumeUnit: "%" | "cc" }
  /** V12Gy, V50%: the volume that receives at least so much, in % of the structure or cc. */
  | {
      readonly kind: "volume-at-dose";
      readonly dose: number;
      readonly doseUnit: "Gy" | "%";
      readonly resultUnit: "%" | "cc";
    }
  | { readonly kind: "min" | "mean" | "max" | "median" };

const FORMS = "D95%, D0.035cc, V12Gy, V50%, V12Gy[cc], V50%[cc], min, mean, max or median";
const NUMBER = "(\\d+(?:\\.\\d+)?)";
const DOSE_TO_VOLUME = new RegExp(`^D${NUMBER}(%|cc)$`, "i");
const VOLUME_AT_DOSE = new RegExp(`^V${NUMBER}(%|Gy)(?:\\[(%|cc)\\])?$`, "i");

/**
 * Read a metric as people write it: `D95%`, `D0.035cc` (Gy); `V12Gy`, `V50%` of the prescription (% of the structure's
 * volume), `V12Gy[cc]`, `V50%[cc]` (cc); `min`, `mean`, `max`, `median` (Gy). Upper or lower case.
 * @throws InvalidInputError if the text is none of these forms
 */
export function parseMetric(text: string): Metric {
  const trimmed = text.trim();
  const word = trimmed.toLowerCase();
  if (word === "min" || word === "mean" || word === "max" || word === "median") return { kind: word };
  const dose = DOSE_TO_VOLUME.exec(trimmed);
  if (dose) {
    const volume = Number(dose[1]);
    const volumeUnit = dose[2] === "%" ? "%" : "cc";
    if (volumeUnit === "%" && volume > 100)
      throw new InvalidInputError("metric", text, "at most 100 % of the volume");
    return { kind: "dose-to-volume", volume, volumeUnit };
  }
  const volume = VOLUME_AT_DOSE.exec(trimmed);
  if (volume) {
    return {
      kind: "volume-at-dose",
      dose: Number(volume[1]),
      doseUnit: volume[2] === "%" ? "%" : "Gy",
      resultUnit: volume[3]?.toLowerCase() === "cc" ? "cc" : "%",
    };
  }
  throw new InvalidInputError("metric", text, FORMS);
}

/** The unit of a metric's value. */
export function metricUnit(metric: Metric | string): "Gy" | "%" | "cc" {
  const m = typeof metric === "string" ? parseMetric(metric) : metric;
  return m.kind === "volume-at-dose" ? m.resultUnit : "Gy";
}

/**
 * The value of a metric. Percent volumes are of the whole structure, its part outside the dose grid included: that part
 * counts as not reached. Minimum, mean and maximum are of the part inside.
 * @param metric - a metric or its text, see {@link parseMetric}
 * @param options.prescriptionGy - Gy; needed for V50% and the like
 * @returns Gy, % or cc, see {@link metricUnit}
 * @throws InvalidInputError if the text is no metric, a prescription is needed and missing, or the structure has not so
 *   much volume inside the dose grid that the metric exists
 */
export function evaluateMetric(
  curve: DvhCurve,
  metric: Metric | string,
  options: { readonly prescriptionGy?: number } = {},
): number {
  const m = typeof metric === "string" ? parseMetric(metric) : metric;
  const text = typeof metric === "string" ? metric : metricText(m);
  const field = `${text} of ${curve.structure}`;
  const insideCc = curve.volumeCcAtLeast[0]!;
  if (!(insideCc > 0))
    throw new InvalidInputError(field, insideCc, "a structure with volume inside the dose grid (cc)");
  switch (m.kind) {
    case "min":
      return curve.minGy;
    case "mean":
      return curve.meanGy;
    case "max":
      return curve.maxGy;
    case "median":
      return doseToVolume(curve, 0.5 * curve.volumeCc, field);
    case "dose-to-volume":
      return doseToVolume(curve, m.volumeUnit === "cc" ? m.volume : (m.volume / 100) * curve.volumeCc, field);
    case "volume-at-dose": {
      const { prescriptionGy } = options;
      if (m.doseUnit === "%" && !(prescriptionGy !== undefined && prescriptionGy > 0)) {
        throw new InvalidInputError(
          "prescriptionGy",
          prescriptionGy,
          `a dose > 0 Gy, which ${text} is a part of`,
        );
      }
      const doseGy = m.doseUnit === "Gy" ? m.dose : (m.dose / 100) * prescriptionGy!;
      const cc = volumeCcAtLeast(curve, doseGy);
      return m.resultUnit === "cc" ? cc : (100 * cc) / curve.volumeCc;
    }
  }
}

function doseToVolume(curve: DvhCurve, volumeCc: number, field: string): number {
  const doseGy = doseGyToVolume(curve, volumeCc);
  if (doseGy !== undefined) return doseGy;
  const wanted = Number(volumeCc.toPrecision(4));
  const found = Number(curve.volumeCcAtLeast[0]!.toPrecision(4));
  throw new InvalidInputError(field, found, `a structure of at least ${wanted} cc inside the dose grid`);
}

/** The text that {@link parseMetric} reads as this metric. */
export function metricText(metric: Metric): string {
  if (metric.kind === "dose-to-volume") return `D${metric.volume}${metric.volumeUnit}`;
  if (metric.kind === "volume-at-dose") {
    return `V${metric.dose}${metric.doseUnit}${metric.resultUnit === "cc" ? "[cc]" : ""}`;
  }
  return metric.kind;
}
