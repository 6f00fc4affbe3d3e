import type { BeamData, ConeBeamData, RectangleBeamData } from "@isodose/core";

/** Attenuation of the analytic beam, per mm of water. */
export const ATTENUATION_PER_MM = 0.005;

/**
 * Beam data whose dose is known in closed form: TPR = e^(−µ (d − 15)), OAR = Gaussian of 1 sigma = half the diameter, OF = 1,
 * 0.01 Gy/MU at 15 mm depth and SAD.
 */
export function analyticBeamData(sadMm = 800): BeamData {
  const cone = (diameterMm: number): ConeBeamData => {
    const distances = { first: 400, step: 200, count: 6 };
    const depths = { step: 1, count: 501 };
    const radii = { step: 0.25, count: 161 };
    const tpr = new Float32Array(distances.count * depths.count);
    const oar = new Float32Array(tpr.length * radii.count);
    const sigmaMm = diameterMm / 2;
    for (let row = 0; row < tpr.length; row++) {
      const depthMm = row % depths.count;
      tpr[row] = Math.exp(-ATTENUATION_PER_MM * (depthMm - 15));
      for (let r = 0; r < radii.count; r++) oar[row * radii.count + r] = gaussian(r * radii.step, sigmaMm);
    }
    return {
      diameterMm,
      outputFactor: 1,
      sourceDistanceMm: distances,
      depthMm: depths,
      radiusMm: radii,
      tpr,
      oar,
    };
  };
  return {
    machine: "analytic",
    label: "closed form",
    provenance: { title: "closed form", source: "this test", note: "" },
    sadMm,
    doseGyPerMonitorUnit: 0.01,
    reference: { diameterMm: 20, depthMm: 15 },
    photons: {
      spectrum: { binLowMeV: [2], binHighMeV: [2], relativeNumber: [1] },
      sourceSigmaMm: 0,
      collimatorDistanceMm: 400,
      fluencePerCm2PerMonitorUnit: 1,
    },
    cone,
    coneDiametersMm: [10, 20],
    rectangle: analyticRectangle,
  };
}

/** A rectangle's table: T = 0.01 e^(15 µ) · (1 − |x| / x_end)(1 − |y| / y_end), which its nodes hold exactly. */
function analyticRectangle(widthMm: number, heightMm: number): RectangleBeamData {
  const xMm = [0, widthMm / 2, widthMm / 2 + 1.3, widthMm / 2 + 10];
  const yMm = [0, heightMm / 3, heightMm / 2, heightMm / 2 + 10];
  const sourceDistanceMm = { first: 400, step: 200, count: 6 };
  const depthMm = [0, 10.25, 50, 400];
  const values: number[] = [];
  for (const _ of depthMm)
    for (const y of yMm)
      for (const x of xMm)
        for (let z = 0; z < 6; z++)
          values.push(
            0.01 * Math.exp(15 * ATTENUATION_PER_MM) * (1 - x / xMm.at(-1)!) * (1 - y / yMm.at(-1)!),
          );
  return {
    widthMm,
    heightMm,
    attenuationPerMm: ATTENUATION_PER_MM,
    depthMm,
    deepestMm: 500,
    xMm,
    yMm,
    sourceDistanceMm,
    values: Float32Array.from(values),
  };
}

export function gaussian(radiusMm: number, sigmaMm: number): number {
  return Math.exp(-(radiusMm ** 2) / (2 * sigmaMm ** 2));
}
