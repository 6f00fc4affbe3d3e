import { type DvhCurve, InvalidInputError, type Volume } from "@isodose/core";
import { volumeCcAtLeast } from "./dvh-curve.ts";
import { measureIsodose } from "./isodose-volume.ts";

/** How well the dose fits the target. */
export interface PlanIndices {
  /** Part of the target that receives the prescription, %. */
  readonly coveragePercent: number;
  /** TV_PIV² / (TV · PIV): 1 is perfect; 0 where nothing receives the prescription. */
  readonly paddickCi: number;
  /** TV_PIV / PIV; null where nothing receives the prescription. */
  readonly selectivity: number | null;
  /** PIV_half / PIV; null where nothing receives the prescription. */
  readonly gradientIndex: number | null;
  /** PIV: volume of the dose grid that receives the prescription, cc. */
  readonly prescriptionIsodoseVolumeCc: number;
  /** PIV_half: volume that receives half the prescription, cc. */
  readonly halfPrescriptionVolumeCc: number;
  /** True if the half-prescription isodose reaches the edge of the dose grid: the gradient index is then too low. */
  readonly halfPrescriptionReachesGridEdge: boolean;
}

/**
 * Coverage, conformity and gradient of a plan.
 *
 *   CI = TV_PIV² / (TV · PIV),   selectivity = TV_PIV / PIV,   GI = PIV_half / PIV
 *
 * with TV the target's volume, PIV the volume that receives at least the prescription and TV_PIV their intersection.
 * @param request.targetDvh - from `computeDvh` of the target on the same dose
 * @param request.prescriptionGy - Gy, > 0
 * @throws InvalidInputError if the prescription is not > 0 or the target has no volume
 * @source Paddick, A simple scoring ratio to index the conformity of radiosurgical treatment plans, J Neurosurg 93 Suppl 3
 *   (2000) 219–222; Paddick and Lippitz, A simple dose gradient measurement tool, J Neurosurg 105 Suppl (2006) 194–201
 */
export function planIndices(request: {
  readonly dose: Volume;
  readonly targetDvh: DvhCurve;
  readonly prescriptionGy: number;
}): PlanIndices {
  const { dose, targetDvh, prescriptionGy } = request;
  if (!(Number.isFinite(prescriptionGy) && prescriptionGy > 0)) {
    throw new InvalidInputError("prescriptionGy", prescriptionGy, "a dose > 0 Gy");
  }
  if (!(targetDvh.volumeCc > 0)) {
    throw new InvalidInputError(
      `volume of ${targetDvh.structure}`,
      targetDvh.volumeCc,
      "a target of more than 0 cc",
    );
  }
  const covered = volumeCcAtLeast(targetDvh, prescriptionGy);
  const piv = measureIsodose(dose, prescriptionGy).volumeCc;
  const half = measureIsodose(dose, prescriptionGy / 2);
  return {
    coveragePercent: (100 * covered) / targetDvh.volumeCc,
    paddickCi: piv > 0 ? covered ** 2 / (targetDvh.volumeCc * piv) : 0,
    selectivity: piv > 0 ? covered / piv : null,
    gradientIndex: piv > 0 ? half.volumeCc / piv : null,
    prescriptionIsodoseVolumeCc: piv,
    halfPrescriptionVolumeCc: half.volumeCc,
    halfPrescriptionReachesGridEdge: half.reachesGridEdge,
  };
}
