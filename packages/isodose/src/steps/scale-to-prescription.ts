import type { DoseLimit, DvhCurve, Prescription, Warning } from "@isodose/core";
import { evaluateMetric } from "@isodose/dvh";

/** How a plan was scaled. */
export interface Scaling {
  /** What dose and monitor units are multiplied by. */
  readonly factor: number;
  /** The limit that held the dose down, if one did. */
  readonly heldBy?: DoseLimit;
  readonly warnings: readonly Warning[];
}

/**
 * Scale a plan so that `coveragePercent` of the target receives `doseGy`, or as far as the limits allow: limits win.
 *
 *   factor = min( doseGy / D(coveragePercent), min over limits of maxGy / metric )
 *
 * @param curveOf - DVH before scaling, by structure name
 */
export function scaleToPrescription(
  prescription: Prescription,
  target: string,
  limits: readonly DoseLimit[],
  curveOf: (structure: string) => DvhCurve,
): Scaling {
  const covering = evaluateMetric(curveOf(target), {
    kind: "dose-to-volume",
    volume: prescription.coveragePercent,
    volumeUnit: "%",
  });
  if (!(covering > 0)) {
    return {
      factor: 1,
      warnings: [
        {
          code: "NO_DOSE_IN_TARGET",
          message: `${prescription.coveragePercent} % of ${target} receive no dose: the plan was not scaled`,
        },
      ],
    };
  }
  let factor = prescription.doseGy / covering;
  let heldBy: DoseLimit | undefined;
  for (const limit of limits) {
    const reached = evaluateMetric(curveOf(limit.structure), limit.metric);
    if (reached > 0 && limit.maxGy / reached < factor) {
      factor = limit.maxGy / reached;
      heldBy = limit;
    }
  }
  return { factor, warnings: [], ...(heldBy && { heldBy }) };
}
