import { type DvhCurve, InvalidInputError, type Volume, type Warning } from "@isodose/core";
import { assertDose } from "../check-dose.ts";
import { dvhWarnings } from "../dvh-warnings.ts";
import type { EvidenceStatus } from "../evidence-status.ts";
import { metricText, metricUnit, parseMetric } from "../metric.ts";
import { type CurveOrRegion, curveOf } from "./curve-or-region.ts";
import type { IndexValue } from "./plan-measure.ts";
import { assertCourse, metricOf, planQuality } from "./plan-quality.ts";

const COURSE_BOOK = "ICRU Report 91 (2017), as in the ESTRO SBRT course book 2017";
/** From this volume on near-minimum and near-maximum are of 2 %, below of 35 mm³, cc. */
const NEAR_FROM_CC = 2;
const LEAST_LEVELS = 2;

/** An organ at risk in {@link icru91Report}. */
export interface Icru91Organ {
  readonly region: CurveOrRegion;
  /** Serial: damage at one place is enough. Parallel: what matters is how much is spared. Unknown if absent. */
  readonly kind?: "serial" | "parallel";
  /**
   * What is reported, as `parseMetric` reads it. Default (unverified): serial near-max and D50%; parallel mean, near-max and
   * D50%; else near-max, mean and D50%.
   */
  readonly metrics?: readonly string[];
}

/** What {@link icru91Report} needs. */
export interface Icru91Request {
  /** unit "Gy". */
  readonly dose: Volume;
  readonly ptv: CurveOrRegion;
  readonly ctv?: CurveOrRegion;
  readonly gtv?: CurveOrRegion;
  readonly organs?: readonly Icru91Organ[];
  /** Gy, > 0, of the whole course. */
  readonly prescriptionGy: number;
  /** ≥ 1. */
  readonly fractions: number;
}

/** One number of the report. */
export interface Icru91Row {
  readonly structure: string;
  readonly role: "PTV" | "CTV" | "GTV" | "OAR" | "plan";
  /** What it is called: "near-maximum", "Paddick conformity index", or the metric itself. */
  readonly name: string;
  /** How it was taken: "D2%", "D0.035cc", "D(V − 0.035 cc)", or a formula. */
  readonly metric: string;
  /** Null where it does not exist; `reason` then says why. */
  readonly value: number | null;
  readonly unit: IndexValue["unit"];
  readonly reason?: string;
  /** As `evaluateMetricWithError`; null where it is not known. */
  readonly samplingError: number | null;
  readonly gridError: number | null;
  readonly source: string;
  readonly provenance: EvidenceStatus;
}

/** The report after ICRU 91. */
export interface Icru91Report {
  readonly prescriptionGy: number;
  readonly fractions: number;
  readonly rows: readonly Icru91Row[];
  /**
   * `ORGAN_LEVELS`: fewer than two numbers for an organ (three where it is not clearly serial or parallel); `NO_CTV_OR_GTV`:
   * the report asks for the doses of both PTV and CTV; and those of `planQuality` and `dvhWarnings`.
   */
  readonly warnings: readonly Warning[];
}

/**
 * What ICRU 91 asks to be reported of a stereotactic plan: median, near-maximum and near-minimum dose of PTV and CTV or GTV,
 * conformity and gradient, and at least two dose levels of each organ.
 *
 *   V ≥ 2 cc: near-max D2%, near-min D98%;   V < 2 cc: near-max D35mm³, near-min D(V − 35 mm³)
 *
 * by each structure's own volume. No single dose to a volume is taken for the prescription.
 * @throws InvalidInputError if the dose is not in Gy, the prescription is not > 0, the fractions are not a whole number ≥ 1, a
 *   metric cannot be read, or the PTV has no volume
 * @source ICRU Report 91 (2017), as in the ESTRO SBRT course book 2017, slide "ICRU 91 2017: reporting"; the near-minimum of
 *   small volumes: unverified default
 */
export function icru91Report(request: Icru91Request): Icru91Report {
  const { dose, prescriptionGy, fractions, organs = [] } = request;
  assertDose(dose);
  // Before anything long is computed.
  assertCourse(prescriptionGy, fractions);
  for (const { metrics = [] } of organs) for (const text of metrics) parseMetric(text);
  const ptv = curveOf(request.ptv, dose);
  const gtv = request.gtv && curveOf(request.gtv, dose);
  const ctv = request.ctv && curveOf(request.ctv, dose);
  const warnings: Warning[] = [];
  const rows: Icru91Row[] = [...targetRows(ptv, "PTV")];
  if (ctv) rows.push(...targetRows(ctv, "CTV"));
  if (gtv) rows.push(...targetRows(gtv, "GTV"));
  if (!ctv && !gtv)
    warnings.push({
      code: "NO_CTV_OR_GTV",
      message: "the doses of CTV or GTV are to be reported beside those of the PTV",
    });
  const inner = gtv ?? ctv;
  const quality = planQuality({
    dose,
    target: ptv,
    prescriptionGy,
    fractions,
    ...(inner && { gtvDvh: inner }),
  });
  const index = (name: string, value: IndexValue, structure: string): Icru91Row => {
    const { formula, provenance, ...rest } = value;
    return { structure, role: "plan", name, metric: formula, ...rest, source: COURSE_BOOK, provenance };
  };
  rows.push(
    index("Paddick conformity index", quality.paddickCi, ptv.structure),
    index("gradient index", quality.gradientIndex, ptv.structure),
  );
  if (inner) rows.push(index("Paddick conformity index", quality.gtvPaddickCi, inner.structure));
  warnings.push(...quality.warnings);
  for (const curve of [ctv, gtv]) if (curve) warnings.push(...dvhWarnings(curve, dose.grid));

  for (const organ of organs) {
    const curve = curveOf(organ.region, dose);
    rows.push(...organRows(curve, organ, prescriptionGy));
    warnings.push(...dvhWarnings(curve, dose.grid));
    const least = organ.kind ? LEAST_LEVELS : LEAST_LEVELS + 1;
    if (organ.metrics && organ.metrics.length < least)
      warnings.push({
        code: "ORGAN_LEVELS",
        message: `${curve.structure} has ${organ.metrics.length} reported level${organ.metrics.length === 1 ? "" : "s"}; at least ${least} are asked for`,
      });
  }
  return { prescriptionGy, fractions, rows, warnings };
}

function targetRows(curve: DvhCurve, role: "PTV" | "CTV" | "GTV"): Icru91Row[] {
  if (!(curve.volumeCc > 0))
    throw new InvalidInputError(
      `volume of ${curve.structure}`,
      curve.volumeCc,
      `a ${role} of more than 0 cc`,
    );
  const volume: Icru91Row = {
    structure: curve.structure,
    role,
    name: "volume",
    metric: "V",
    value: curve.volumeCc,
    unit: "cc",
    samplingError: 0,
    gridError: 0,
    source: COURSE_BOOK,
    provenance: "read",
  };
  return [
    volume,
    ...["median", "near-max", "near-min"].map((text) => metricRow(curve, role, text, { provenance: "read" })),
  ];
}

function organRows(curve: DvhCurve, organ: Icru91Organ, prescriptionGy: number): Icru91Row[] {
  const defaults = {
    serial: ["near-max", "D50%"],
    parallel: ["mean", "near-max", "D50%"],
    unknown: ["near-max", "mean", "D50%"],
  };
  const given = organ.metrics !== undefined;
  return (organ.metrics ?? defaults[organ.kind ?? "unknown"]).map((text) =>
    metricRow(curve, "OAR", text, {
      provenance: given ? "computed" : "unverified default",
      prescriptionGy,
      source: given ? "chosen by the caller" : `${COURSE_BOOK}: at least two levels; which ones is a default`,
    }),
  );
}

const NAMES: Readonly<Record<string, string>> = {
  median: "median dose",
  "near-max": "near-maximum dose",
  "near-min": "near-minimum dose",
  mean: "mean dose",
  max: "maximum dose",
  min: "minimum dose",
};

function metricRow(
  curve: DvhCurve,
  role: Icru91Row["role"],
  text: string,
  options: { provenance: EvidenceStatus; prescriptionGy?: number; source?: string },
): Icru91Row {
  const metric = parseMetric(text);
  const small = curve.volumeCc < NEAR_FROM_CC;
  const taken: Readonly<Record<string, string>> = {
    median: "D50%",
    "near-max": small ? "D0.035cc" : "D2%",
    "near-min": small ? "D(V − 0.035 cc)" : "D98%",
  };
  const found = metricOf(curve, text, options);
  const none = "missing" in found;
  return {
    structure: curve.structure,
    role,
    name: NAMES[metric.kind] ?? metricText(metric),
    metric: taken[metric.kind] ?? metricText(metric),
    value: none ? null : found.value,
    unit: metricUnit(metric),
    ...(none && { reason: found.missing }),
    samplingError: none ? null : found.samplingError,
    gridError: none ? null : found.gridError,
    source: options.source ?? COURSE_BOOK,
    provenance: metric.kind === "near-min" && small ? "unverified default" : options.provenance,
  };
}
