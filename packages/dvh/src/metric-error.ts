import type { DvhCurve } from "@isodose/core";
import { interpolateCurve, invertVolumes } from "./dvh-curve.ts";
import { evaluateMetric, type Metric, type MetricOptions, metricUnit, questionOf } from "./metric.ts";

/** A metric with its errors. */
export interface MetricWithError {
  readonly value: number;
  /** Of the value and both errors. */
  readonly unit: "Gy" | "%" | "cc";
  /**
   * The metric of the stated interpolant lies within value ± this, ≥ 0. Null where the curve carries no errors: it was read
   * from a file.
   */
  readonly samplingError: number | null;
  /** What the dose grid itself costs, estimated: the true metric is about value + this. Null as above. */
  readonly gridError: number | null;
}

/**
 * A metric with what sampling leaves unknown and what the dose grid costs. The error of a dose is found by inverting the
 * band V ± error of the curve.
 * @throws InvalidInputError as `evaluateMetric`
 */
export function evaluateMetricWithError(
  curve: DvhCurve,
  metric: Metric | string,
  options: MetricOptions = {},
): MetricWithError {
  const question = questionOf(curve, metric, options);
  const value = evaluateMetric(curve, metric, options);
  const unit = metricUnit(metric);
  const { errors } = curve;
  if (!errors) return { value, unit, samplingError: null, gridError: null };
  switch (question.ask) {
    case "min":
      return { value, unit, samplingError: errors.minErrorGy, gridError: errors.minGridErrorGy };
    case "mean":
      return { value, unit, samplingError: errors.meanErrorGy, gridError: errors.meanGridErrorGy };
    case "max":
      return { value, unit, samplingError: errors.maxErrorGy, gridError: errors.maxGridErrorGy };
    case "volume": {
      const { doseGy, perCc, below } = question;
      const beyond = doseGy > curve.maxGy + errors.maxErrorGy;
      return {
        value,
        unit,
        samplingError: beyond ? 0 : perCc * interpolateCurve(curve.doseGy, errors.samplingErrorCc, doseGy),
        gridError: perCc * (below ? -1 : 1) * interpolateCurve(curve.doseGy, errors.gridErrorCc, doseGy),
      };
    }
    case "dose": {
      const { volumeCc } = question;
      const at = (signed: (i: number) => number): number => {
        const volumes = fallingCurve(curve.volumeCcAtLeast.map((cc, i) => cc + signed(i)));
        if (volumeCc > volumes[0]!) return curve.minGy - errors.minErrorGy;
        return invertVolumes(curve, volumes, volumeCc) ?? value;
      };
      const low = at((i) => -errors.samplingErrorCc[i]!);
      const high = at((i) => errors.samplingErrorCc[i]!);
      // Near the ends the band reaches the extremes, which have errors of their own.
      const highest = high >= curve.maxGy ? curve.maxGy + errors.maxErrorGy : high;
      const lowest = low <= curve.minGy ? curve.minGy - errors.minErrorGy : low;
      const grid = at((i) => errors.gridErrorCc[i]!);
      const shifted =
        grid >= curve.maxGy ? curve.maxGy + Math.max(0, errors.maxGridErrorGy) : Math.max(grid, 0);
      return {
        value,
        unit,
        samplingError: Math.max(0, value - lowest, highest - value),
        gridError: shifted - value,
      };
    }
  }
}

/** The curve with every rise cut off, from the left. */
function fallingCurve(volumes: Float64Array): Float64Array {
  for (let i = volumes.length - 2; i >= 0; i--) volumes[i] = Math.max(volumes[i]!, volumes[i + 1]!);
  return volumes;
}
