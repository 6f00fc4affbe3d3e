import { createVolume, type DvhCurve, type Volume } from "@isodose/core";

/** A dose times a factor. */
export function scaleDose(dose: Volume, factor: number): Volume {
  const values = dose.values.data.map((gy) => gy * factor);
  return createVolume(dose.grid, dose.unit, dose.frameOfReferenceUid, values);
}

/** The DVH of a dose times a factor. */
export function scaleDvh(curve: DvhCurve, factor: number): DvhCurve {
  return {
    ...curve,
    doseGy: curve.doseGy.map((gy) => gy * factor),
    minGy: curve.minGy * factor,
    maxGy: curve.maxGy * factor,
    meanGy: curve.meanGy * factor,
    ...(curve.errors && {
      errors: {
        ...curve.errors,
        minErrorGy: curve.errors.minErrorGy * factor,
        maxErrorGy: curve.errors.maxErrorGy * factor,
        meanErrorGy: curve.errors.meanErrorGy * factor,
        minGridErrorGy: curve.errors.minGridErrorGy * factor,
        maxGridErrorGy: curve.errors.maxGridErrorGy * factor,
        meanGridErrorGy: curve.errors.meanGridErrorGy * factor,
      },
    }),
  };
}
