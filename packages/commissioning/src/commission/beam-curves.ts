import { type BeamOptics, InvalidInputError } from "@isodose/core";
import { addCircleFractions, partsOfOptics } from "@isodose/machines";
import { kernelWeightsAt, type PencilKernel } from "@isodose/physics";
import type { CommissionSpec, MeasuredCurveSpec } from "./commission-spec.ts";
import type { MeasuredTable } from "./read-measured-csv.ts";

/** One measured curve, ready to be compared. */
export interface MeasuredCurve {
  readonly spec: MeasuredCurveSpec;
  readonly title: string;
  /** mm: depth, distance from the axis or diameter. */
  readonly x: readonly number[];
  readonly y: readonly number[];
  /** One standard error per point, unit of `y`. */
  readonly sigma: readonly number[];
}

/** A point of a cone's field; lengths mm. */
interface FieldPoint {
  readonly diameterMm: number;
  readonly sourceDistanceMm: number;
  readonly depthMm: number;
  readonly offAxisMm: number;
}

/**
 * Tables and their set-ups as curves with standard errors: those of the file, or the stated part of the curve's greatest value.
 * Points above `fromDepthMm` are left out.
 * @throws InvalidInputError if a point lies outside the kernels' depths, above the collimator, or nothing is left
 */
export function measuredCurve(
  spec: MeasuredCurveSpec,
  table: MeasuredTable,
  machine: Pick<CommissionSpec, "sadMm" | "collimatorExitMm">,
): MeasuredCurve {
  const from = "fromDepthMm" in spec ? spec.fromDepthMm : Number.NEGATIVE_INFINITY;
  const kept = table.x.flatMap((x, i) => (x >= from ? [i] : []));
  if (kept.length < 2)
    throw new InvalidInputError(
      `${spec.file}: points from ${from} mm on`,
      kept.length,
      "two points at least",
    );
  const greatest = kept.reduce((most, i) => Math.max(most, table.y[i]!), 0);
  const curve = {
    spec,
    title: titleOf(spec),
    x: kept.map((i) => table.x[i]!),
    y: kept.map((i) => table.y[i]!),
    sigma: kept.map((i) => table.sigma?.[i] ?? (spec.sigmaPercent / 100) * greatest),
  };
  if (spec.kind === "output-factors") return curve;
  const nearest = spec.kind === "tpr" ? machine.sadMm : spec.ssdMm;
  if (nearest < machine.collimatorExitMm)
    throw new InvalidInputError(
      `${spec.file}: ssdMm`,
      nearest,
      `at least the distance of the collimator's end, ${machine.collimatorExitMm} mm`,
    );
  return curve;
}

function titleOf(spec: MeasuredCurveSpec): string {
  switch (spec.kind) {
    case "pdd":
      return `depth dose, ${spec.diameterMm} mm, SSD ${spec.ssdMm} mm`;
    case "tpr":
      return `TPR, ${spec.diameterMm} mm`;
    case "profile":
      return `profile, ${spec.diameterMm} mm, ${spec.depthMm} mm deep, SSD ${spec.ssdMm} mm`;
    case "output-factors":
      return "output factors";
  }
}

/** Points whose doses make the values of a curve: the curve's, and for output factors the reference field's behind them. */
function pointsOf(curve: MeasuredCurve, machine: CommissionSpec): FieldPoint[] {
  const { spec, x } = curve;
  switch (spec.kind) {
    case "pdd":
      return x.map((depthMm) => ({
        diameterMm: spec.diameterMm,
        sourceDistanceMm: spec.ssdMm + depthMm,
        depthMm,
        offAxisMm: 0,
      }));
    case "tpr":
      return x.map((depthMm) => ({
        diameterMm: spec.diameterMm,
        sourceDistanceMm: machine.sadMm,
        depthMm,
        offAxisMm: 0,
      }));
    case "profile":
      return x.map((offAxisMm) => ({
        diameterMm: spec.diameterMm,
        sourceDistanceMm: spec.ssdMm + spec.depthMm,
        depthMm: spec.depthMm,
        offAxisMm: Math.abs(offAxisMm),
      }));
    case "output-factors": {
      const { depthMm } = machine.reference;
      return [...x, machine.reference.diameterMm].map((diameterMm) => ({
        diameterMm,
        sourceDistanceMm: machine.sadMm,
        depthMm,
        offAxisMm: 0,
      }));
    }
  }
}

/** Doses of a beam model at the points of measured curves. What hangs on the optics alone is kept while they stay the same. */
export interface CurvePredictor {
  /** Per curve its values: factors for output factors, else doses in Gy cm². */
  readonly predict: (kernel: PencilKernel, optics: BeamOptics) => Float64Array[];
}

/** How many parts are kept: those of the present step and of differences in source and scatter. */
const KEPT_PARTS = 10;

/** @param ratesPerMm - of every kernel that will be asked for */
export function curvePredictor(
  curves: readonly MeasuredCurve[],
  machine: CommissionSpec,
  ratesPerMm: readonly number[],
): CurvePredictor {
  const points = curves.map((curve) => pointsOf(curve, machine));
  const rates = ratesPerMm.length;
  const kept: { key: string; fractions: readonly Float64Array[] }[] = [];
  const fractionsOfPart = (part: BeamOptics): readonly Float64Array[] => {
    const key = JSON.stringify(part);
    const at = kept.findIndex((one) => one.key === key);
    const found = at >= 0 ? kept.splice(at, 1)[0]! : { key, fractions: computedFractions(part) };
    kept.unshift(found);
    kept.length = Math.min(kept.length, KEPT_PARTS);
    return found.fractions;
  };
  const computedFractions = (optics: BeamOptics): readonly Float64Array[] =>
    points.map((of) => {
      const out = new Float64Array(of.length * rates);
      of.forEach((p, i) => {
        const at = out.subarray(i * rates, (i + 1) * rates);
        addCircleFractions(optics, p.diameterMm, p.sourceDistanceMm, p.offAxisMm, ratesPerMm, at);
      });
      return out;
    });
  const fractionsOf = (optics: BeamOptics): readonly Float64Array[] => {
    const sum = points.map((of) => new Float64Array(of.length * rates));
    for (const { optics: part, weight } of partsOfOptics(optics)) {
      fractionsOfPart(part).forEach((fractions, c) => {
        const out = sum[c]!;
        for (let i = 0; i < out.length; i++) out[i]! += weight * fractions[i]!;
      });
    }
    return sum;
  };
  return {
    predict: (kernel, optics) => {
      const fractions = fractionsOf(optics);
      const weights = new Float64Array(rates);
      return curves.map((curve, c) => {
        const doses = Float64Array.from(points[c]!, (p, i) => {
          kernelWeightsAt(kernel, p.depthMm, weights);
          let sum = 0;
          for (let j = 0; j < rates; j++) sum += weights[j]! * fractions[c]![i * rates + j]!;
          return sum * (optics.sadMm / p.sourceDistanceMm) ** 2;
        });
        if (curve.spec.kind !== "output-factors") return doses;
        const reference = doses.at(-1)!;
        return doses.slice(0, -1).map((dose) => dose / reference);
      });
    },
  };
}

/**
 * Factor that brings predicted values nearest to the measured ones: relative doses have a unit of their own. Output factors are absolute.
 *
 *   s = Σ y m / σ² / Σ m² / σ²
 */
export function scaleOfCurve(curve: MeasuredCurve, predicted: ArrayLike<number>): number {
  if (curve.spec.kind === "output-factors") return 1;
  let above = 0;
  let below = 0;
  for (let i = 0; i < curve.y.length; i++) {
    const weight = 1 / curve.sigma[i]! ** 2;
    above += weight * curve.y[i]! * predicted[i]!;
    below += weight * predicted[i]! ** 2;
  }
  return above / below;
}
