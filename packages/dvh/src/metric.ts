import { type DvhCurve, InvalidInputError, nearestName } from "@isodose/core";
import { doseGyToVolume, volumeCcAtLeast } from "./dvh-curve.ts";

/** A number read off a DVH. */
export type Metric =
  /** D95%, D0.035cc: the highest dose that so much of the structure receives at least, Gy. */
  | { readonly kind: "dose-to-volume"; readonly volume: number; readonly volumeUnit: "%" | "cc" }
  /** DC5%, DC0.1cc: the highest dose in the coldest so much of the structure, Gy: D(V − so much). */
  | { readonly kind: "dose-to-cold-volume"; readonly volume: number; readonly volumeUnit: "%" | "cc" }
  /** V12Gy, V50%: the volume that receives at least so much, in % of the structure or cc. */
  | {
      readonly kind: "volume-at-dose";
      readonly dose: number;
      readonly doseUnit: "Gy" | "%";
      readonly resultUnit: "%" | "cc";
    }
  /** CV12Gy, CV50%: the volume that receives less. */
  | {
      readonly kind: "volume-below-dose";
      readonly dose: number;
      readonly doseUnit: "Gy" | "%";
      readonly resultUnit: "%" | "cc";
    }
  /** near-min, near-max: D98 % and D2 % of a structure of 2 cc or more, else D(V − 35 mm³) and D35 mm³. */
  | { readonly kind: "min" | "mean" | "max" | "median" | "near-min" | "near-max" };

const WORDS = ["min", "mean", "max", "median", "near-min", "near-max"] as const;
const FORMS =
  "D95%, D0.035cc, V12Gy, V50%, V12Gy[cc], V50%[cc], DC5%, DC0.1cc, CV12Gy, CV50%[cc], min, mean, max, median, near-min or near-max";
const NUMBER = "(\\d+(?:\\.\\d+)?|\\.\\d+)";
const DOSE_TO_VOLUME = new RegExp(`^D(C?)${NUMBER}(%|cc)$`, "i");
const VOLUME_AT_DOSE = new RegExp(`^(C?)V${NUMBER}(%|Gy)(?:\\[(%|cc)\\])?$`, "i");
/** What the usual slips of writing are tried as. */
const NEAREST = [...WORDS, "D95%", "D0.035cc", "V12Gy", "V12Gy[cc]", "V50%", "DC5%", "DC0.1cc", "CV12Gy"];

/** From this volume on near-minimum and near-maximum are of 2 %, below of 35 mm³, cc. */
const NEAR_FROM_CC = 2;
const NEAR_PERCENT = 2;
const NEAR_CC = 0.035;

/**
 * Read a metric as people write it; upper or lower case, spaces are left out.
 *
 * | text | value |
 * |---|---|
 * | `D95%`, `D0.035cc` | highest dose that at least so much volume receives, Gy |
 * | `DC5%`, `DC0.1cc` | highest dose in the coldest so much volume, Gy |
 * | `V12Gy`, `V50%` (of the prescription) | volume that receives at least so much, % of the structure |
 * | `V12Gy[cc]`, `V50%[cc]` | the same, cc |
 * | `CV12Gy`, `CV12Gy[cc]` | volume that receives less, % or cc |
 * | `min`, `mean`, `max`, `median` | Gy |
 * | `near-min`, `near-max` | D98 %, D2 %; below 2 cc D(V − 0.035 cc), D0.035cc, Gy |
 *
 * @throws InvalidInputError if the text is none of these forms; it names them and the nearest
 * @source complement forms: AAPM TG-263; near-minimum and near-maximum: ICRU Report 91 (2017)
 */
export function parseMetric(text: string): Metric {
  const trimmed = text.replace(/\s+/g, "");
  const word = trimmed.toLowerCase();
  const kind = WORDS.find((known) => known === word || known === word.replace(/^near_?(m)/, "near-$1"));
  if (kind) return { kind };
  const dose = DOSE_TO_VOLUME.exec(trimmed);
  if (dose) {
    const volume = Number(dose[2]);
    const volumeUnit = dose[3] === "%" ? "%" : "cc";
    if (volumeUnit === "%" && volume > 100)
      throw new InvalidInputError("metric", text, "at most 100 % of the volume");
    return { kind: dose[1] ? "dose-to-cold-volume" : "dose-to-volume", volume, volumeUnit };
  }
  const volume = VOLUME_AT_DOSE.exec(trimmed);
  if (volume) {
    return {
      kind: volume[1] ? "volume-below-dose" : "volume-at-dose",
      dose: Number(volume[2]),
      doseUnit: volume[3] === "%" ? "%" : "Gy",
      resultUnit: volume[4]?.toLowerCase() === "cc" ? "cc" : "%",
    };
  }
  const nearest = nearestMetric(trimmed);
  throw new InvalidInputError("metric", text, nearest ? `${FORMS}; did you mean ${nearest}?` : FORMS);
}

/** The metric that was most likely meant: its number put into every form of the same beginning, or the nearest word. */
function nearestMetric(text: string): string | undefined {
  const parts = /^([a-z]+?)[_-]?(\d+(?:\.\d+)?)\s*([a-z%]*)/i.exec(text);
  if (parts) {
    const [, letters = "", number = "", unit = ""] = parts;
    const isVolume = /^c?v/i.test(letters);
    const head = nearestName(letters.toUpperCase(), ["D", "V", "DC", "CV"]) ?? (isVolume ? "V" : "D");
    const units = head.includes("V") ? ["Gy", "%"] : ["%", "cc"];
    const candidate = `${head}${number}${(unit && nearestName(unit, units)) || units[0]}`;
    if (head.includes("V") || Number(number) <= 100 || candidate.endsWith("cc")) return candidate;
  }
  return nearestName(text.replace(/^d(?=m)/i, ""), NEAREST);
}

/** The unit of a metric's value. */
export function metricUnit(metric: Metric | string): "Gy" | "%" | "cc" {
  const m = typeof metric === "string" ? parseMetric(metric) : metric;
  return m.kind === "volume-at-dose" || m.kind === "volume-below-dose" ? m.resultUnit : "Gy";
}

/** What {@link evaluateMetric} may need beside the curve. */
export interface MetricOptions {
  /** Gy; needed for V50% and the like. */
  readonly prescriptionGy?: number;
}

/** A metric as a question to a curve: a dose to a volume, a volume at a dose, or a number it states. */
export type CurveQuestion =
  | { readonly ask: "dose"; readonly volumeCc: number; readonly field: string }
  | { readonly ask: "volume"; readonly doseGy: number; readonly below: boolean; readonly perCc: number }
  | { readonly ask: "min" | "mean" | "max" };

/**
 * @throws InvalidInputError as {@link evaluateMetric}
 */
export function questionOf(curve: DvhCurve, metric: Metric | string, options: MetricOptions): CurveQuestion {
  const m = typeof metric === "string" ? parseMetric(metric) : metric;
  const text = typeof metric === "string" ? metric : metricText(m);
  const field = `${text} of ${curve.structure}`;
  const insideCc = curve.volumeCcAtLeast[0]!;
  if (!(insideCc > 0))
    throw new InvalidInputError(field, insideCc, "a structure with volume inside the dose grid (cc)");
  const { volumeCc } = curve;
  const dose = (cc: number): CurveQuestion => ({ ask: "dose", volumeCc: cc, field });
  switch (m.kind) {
    case "min":
    case "mean":
    case "max":
      return { ask: m.kind };
    case "median":
      return dose(0.5 * volumeCc);
    case "near-max":
      return dose(volumeCc >= NEAR_FROM_CC ? (NEAR_PERCENT / 100) * volumeCc : NEAR_CC);
    case "near-min":
      return dose(volumeCc >= NEAR_FROM_CC ? (1 - NEAR_PERCENT / 100) * volumeCc : volumeCc - NEAR_CC);
    case "dose-to-volume":
      return dose(m.volumeUnit === "cc" ? m.volume : (m.volume / 100) * volumeCc);
    case "dose-to-cold-volume":
      return dose(volumeCc - (m.volumeUnit === "cc" ? m.volume : (m.volume / 100) * volumeCc));
    default: {
      const { prescriptionGy } = options;
      if (m.doseUnit === "%" && !(prescriptionGy !== undefined && prescriptionGy > 0)) {
        throw new InvalidInputError(
          "prescriptionGy",
          prescriptionGy,
          `a dose > 0 Gy, which ${text} is a part of`,
        );
      }
      const doseGy = m.doseUnit === "Gy" ? m.dose : (m.dose / 100) * prescriptionGy!;
      const perCc = m.resultUnit === "cc" ? 1 : 100 / volumeCc;
      return { ask: "volume", doseGy, below: m.kind === "volume-below-dose", perCc };
    }
  }
}

/**
 * The value of a metric. Percent volumes are of the whole structure, its part outside the dose grid included: that part
 * counts as not reached. Minimum, mean and maximum, and volumes below a dose, are of the part inside.
 * @param metric - a metric or its text, see {@link parseMetric}
 * @returns Gy, % or cc, see {@link metricUnit}
 * @throws InvalidInputError if the text is no metric, a prescription is needed and missing, or the structure has not so
 *   much volume inside the dose grid that the metric exists
 */
export function evaluateMetric(
  curve: DvhCurve,
  metric: Metric | string,
  options: MetricOptions = {},
): number {
  const question = questionOf(curve, metric, options);
  switch (question.ask) {
    case "min":
      return curve.minGy;
    case "mean":
      return curve.meanGy;
    case "max":
      return curve.maxGy;
    case "dose":
      return doseToVolume(curve, question.volumeCc, question.field);
    case "volume": {
      const cc = volumeCcAtLeast(curve, question.doseGy);
      return question.perCc * (question.below ? curve.volumeCcAtLeast[0]! - cc : cc);
    }
  }
}

function doseToVolume(curve: DvhCurve, volumeCc: number, field: string): number {
  const doseGy = volumeCc >= 0 ? doseGyToVolume(curve, volumeCc) : undefined;
  if (doseGy !== undefined) return doseGy;
  const found = Number(curve.volumeCcAtLeast[0]!.toPrecision(4));
  if (volumeCc < 0) {
    const wanted = Number((curve.volumeCc - volumeCc).toPrecision(4));
    throw new InvalidInputError(field, found, `a structure of at least ${wanted} cc`);
  }
  const wanted = Number(volumeCc.toPrecision(4));
  throw new InvalidInputError(field, found, `a structure of at least ${wanted} cc inside the dose grid`);
}

/** The text that {@link parseMetric} reads as this metric. */
export function metricText(metric: Metric): string {
  switch (metric.kind) {
    case "dose-to-volume":
      return `D${metric.volume}${metric.volumeUnit}`;
    case "dose-to-cold-volume":
      return `DC${metric.volume}${metric.volumeUnit}`;
    case "volume-at-dose":
    case "volume-below-dose": {
      const unit = metric.resultUnit === "cc" ? "[cc]" : "";
      return `${metric.kind === "volume-at-dose" ? "V" : "CV"}${metric.dose}${metric.doseUnit}${unit}`;
    }
    default:
      return metric.kind;
  }
}
