import { type DvhCurve, InvalidInputError, isLibraryError, type Volume, type Warning } from "@isodose/core";
import { assertDose } from "../check-dose.ts";
import { dvhWarnings } from "../dvh-warnings.ts";
import { evaluateMetricWithError } from "../metric-error.ts";
import { planIndices } from "../plan-indices.ts";
import { type CurveOrRegion, curveOf } from "./curve-or-region.ts";
import { INDEX_DEFINITIONS, type IndexName } from "./index-definitions.ts";
import { type IsodoseWithError, isodoseWithError } from "./isodose-with-error.ts";
import { exactly, type IndexValue, indexOf, type Measured, type Missing } from "./plan-measure.ts";

/** What {@link planQuality} needs. */
export interface PlanQualityRequest {
  /** unit "Gy". */
  readonly dose: Volume;
  /** The target's DVH on this dose, or the target itself. */
  readonly target: CurveOrRegion;
  /** RI, Gy, > 0: of the whole course, as `dose` is. */
  readonly prescriptionGy: number;
  /** MU of one fraction, > 0. Without it the MU indices do not exist. */
  readonly monitorUnits?: number;
  /** Number of fractions that deliver `prescriptionGy`, ≥ 1. Default 1. */
  readonly fractions?: number;
  /** DVH of the GTV on this dose. Without it its indices do not exist. */
  readonly gtvDvh?: DvhCurve;
}

/** All indices of a plan, and what is doubtful about them. */
export interface PlanQuality extends Readonly<Record<IndexName, IndexValue>> {
  readonly target: string;
  readonly prescriptionGy: number;
  /**
   * `PRESCRIPTION_ISODOSE_AT_GRID_EDGE`, `HALF_ISODOSE_AT_GRID_EDGE`: volumes beyond the grid are missing;
   * `UNVERIFIED_DEFAULT`: definitions that were not checked against their source; and those of `dvhWarnings`.
   */
  readonly warnings: readonly Warning[];
}

/**
 * Conformity, gradient, homogeneity and efficiency of a plan, each with its errors, formula, source and provenance. An index
 * that does not exist has the value null and a reason.
 *
 * Volumes are those of {@link planIndices}. Their sampling error is the change when cells are cut in 4³ instead of 6³
 * parts; their grid error that to the tricubic interpolant. Doses are those of the target's DVH, with its errors; an index of a
 * curve without errors has none.
 * @throws InvalidInputError if the dose is not in Gy, `prescriptionGy`, `monitorUnits` or `fractions` is not > 0, or the
 *   target has no volume
 * @source see `formula` and `source` of each index
 * @example
 * const { paddickCi, gradientMeasureMm } = planQuality({ dose, target: ptv, prescriptionGy: 24 });
 */
export function planQuality(request: PlanQualityRequest): PlanQuality {
  const { dose, prescriptionGy, monitorUnits, fractions = 1, gtvDvh } = request;
  assertDose(dose);
  if (monitorUnits !== undefined && !(Number.isFinite(monitorUnits) && monitorUnits > 0))
    throw new InvalidInputError("monitorUnits", monitorUnits, "a number > 0 MU");
  assertCourse(prescriptionGy, fractions);
  const curve = curveOf(request.target, dose);
  const indices = planIndices({ dose, targetDvh: curve, prescriptionGy });
  const full = isodoseWithError(dose, prescriptionGy);
  const half = isodoseWithError(dose, prescriptionGy / 2);

  const tv = exactly(curve.volumeCc);
  const piv = measuredVolume(indices.prescriptionIsodoseVolumeCc, full);
  const pivHalf = measuredVolume(indices.halfPrescriptionVolumeCc, half);
  const covered = coveredVolume(curve, prescriptionGy);
  const metric = (text: string) => metricOf(curve, text);
  const perFractionGy = prescriptionGy / fractions;
  const mu: Measured | Missing =
    monitorUnits === undefined ? { missing: "monitor units are not given" } : exactly(monitorUnits);
  const gtv: Measured | Missing = gtvDvh
    ? gtvDvh.volumeCc > 0
      ? exactly(gtvDvh.volumeCc)
      : { missing: "the GTV has no volume" }
    : { missing: "the DVH of the GTV is not given" };
  const gtvCovered: Measured | Missing =
    gtvDvh && gtvDvh.volumeCc > 0 ? coveredVolume(gtvDvh, prescriptionGy) : gtv;
  const nothing: Missing = { missing: `nothing receives the prescription, ${prescriptionGy} Gy` };
  const perPiv =
    (f: (...x: number[]) => number) =>
    (...x: number[]) =>
      x[0]! > 0 ? f(...x) : nothing;
  // Where its surface is uncertain, so is the integral dose: at the dose of that surface.
  const integralHalf: Measured = {
    value: half.integralDoseGyCc,
    samplingError: (pivHalf.samplingError ?? 0) * (prescriptionGy / 2),
    gridError: half.gridErrorGyCc,
  };

  const define = (
    name: IndexName,
    parts: readonly (Measured | Missing)[],
    f: (...x: number[]) => number | Missing,
  ): IndexValue => indexOf(INDEX_DEFINITIONS[name], parts, f);

  const values: Record<IndexName, IndexValue> = {
    rtogCi: define("rtogCi", [piv, tv], (p, t) => p! / t!),
    paddickCi: define("paddickCi", [piv, covered, tv], (p, c, t) =>
      p! > 0 ? Math.min(c!, t!) ** 2 / (t! * p!) : 0,
    ),
    selectivity: define(
      "selectivity",
      [piv, covered],
      perPiv((p, c) => c! / p!),
    ),
    coveragePercent: define("coveragePercent", [covered, tv], (c, t) => 100 * Math.min(1, c! / t!)),
    gradientIndex: define(
      "gradientIndex",
      [piv, pivHalf],
      perPiv((p, h) => h! / p!),
    ),
    r50: define("r50", [pivHalf, tv], (h, t) => h! / t!),
    gradientMeasureMm: define(
      "gradientMeasureMm",
      [piv, pivHalf],
      perPiv((p, h) => effectiveRadiusMm(h!) - effectiveRadiusMm(p!)),
    ),
    rtogHomogeneity: define("rtogHomogeneity", [metric("max")], (d) => d! / prescriptionGy),
    rtogCoverageQuality: define("rtogCoverageQuality", [metric("min")], (d) => d! / prescriptionGy),
    icru83Homogeneity: define(
      "icru83Homogeneity",
      [metric("D2%"), metric("D98%"), metric("D50%")],
      (high, low, middle) =>
        middle! > 0 ? (high! - low!) / middle! : { missing: "the median dose of the target is 0 Gy" },
    ),
    efficiencyIndex: define(
      "efficiencyIndex",
      [integralHalf, metric("mean"), exactly(curve.volumeCcAtLeast[0]!)],
      (integral, m, v) =>
        integral! > 0
          ? (m! * v!) / integral!
          : { missing: `nothing receives half the prescription, ${prescriptionGy / 2} Gy` },
    ),
    monitorUnitsPerGy: define("monitorUnitsPerGy", [mu], (m) => m! / perFractionGy),
    muEfficiencyCGyPerMu: define("muEfficiencyCGyPerMu", [mu], (m) => (100 * perFractionGy) / m!),
    gtvPaddickCi: define("gtvPaddickCi", [piv, gtvCovered, gtv], (p, c, t) =>
      p! > 0 ? Math.min(c!, t!) ** 2 / (t! * p!) : 0,
    ),
    gtvCoveragePercent: define("gtvCoveragePercent", [gtvCovered, gtv], (c, t) => 100 * Math.min(1, c! / t!)),
    prescriptionIsodoseVolumeCc: define("prescriptionIsodoseVolumeCc", [piv], (p) => p!),
    halfPrescriptionVolumeCc: define("halfPrescriptionVolumeCc", [pivHalf], (h) => h!),
  };
  const warnings: Warning[] = [...dvhWarnings(curve, dose.grid)];
  const atEdge = (code: string, levelGy: number, what: string) =>
    warnings.push({
      code,
      message: `the isodose of ${levelGy} Gy reaches the edge of the dose grid: ${what} are without what lies beyond`,
    });
  if (full.reachesGridEdge)
    atEdge("PRESCRIPTION_ISODOSE_AT_GRID_EDGE", prescriptionGy, "conformity and gradient");
  if (half.reachesGridEdge)
    atEdge("HALF_ISODOSE_AT_GRID_EDGE", prescriptionGy / 2, "gradient and efficiency");
  const unverified = (Object.keys(values) as IndexName[]).filter(
    (name) => values[name].value !== null && values[name].provenance === "unverified default",
  );
  if (unverified.length > 0)
    warnings.push({
      code: "UNVERIFIED_DEFAULT",
      message: `definitions not checked against their source: ${unverified.join(", ")}`,
    });
  return { target: curve.structure, prescriptionGy, ...values, warnings };
}

/** Radius of a ball of this volume, mm. */
function effectiveRadiusMm(volumeCc: number): number {
  return Math.cbrt((3000 * volumeCc) / (4 * Math.PI));
}

function measuredVolume(volumeCc: number, coarser: IsodoseWithError): Measured {
  return {
    value: volumeCc,
    samplingError: Math.abs(volumeCc - coarser.volumeCc),
    gridError: coarser.gridErrorCc,
  };
}

/** TV_PIV, which may be nothing where the target lies outside the grid. */
function coveredVolume(curve: DvhCurve, prescriptionGy: number): Measured {
  if (!(curve.volumeCcAtLeast[0]! > 0)) return exactly(0);
  return evaluateMetricWithError(curve, {
    kind: "volume-at-dose",
    dose: prescriptionGy,
    doseUnit: "Gy",
    resultUnit: "cc",
  });
}

/** @throws InvalidInputError if the prescription is not > 0 Gy or the fractions are not a whole number ≥ 1 */
export function assertCourse(prescriptionGy: number, fractions: number): void {
  if (!(Number.isInteger(fractions) && fractions >= 1))
    throw new InvalidInputError("fractions", fractions, "a whole number ≥ 1");
  if (!(Number.isFinite(prescriptionGy) && prescriptionGy > 0))
    throw new InvalidInputError("prescriptionGy", prescriptionGy, "a dose > 0 Gy");
}

/** A metric, or why there is none. */
export function metricOf(
  curve: DvhCurve,
  metric: string,
  options: { readonly prescriptionGy?: number } = {},
): Measured | Missing {
  try {
    return evaluateMetricWithError(curve, metric, options);
  } catch (error) {
    if (isLibraryError(error, "InvalidInputError")) return { missing: error.message };
    throw error;
  }
}
