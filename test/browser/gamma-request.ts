import { AXIAL_DIRECTION, createVolume, type GammaRequest, type Vec3, type Volume } from "isodose";

/** Two doses of rational functions, whose numbers are the same in every engine, on different grids. */
export function gammaRequest(): GammaRequest {
  return {
    reference: dose([0, 0, 0], 1),
    evaluated: dose([-0.3, -0.2, -0.4], 1.02),
    dosePercent: 2,
    distanceMm: 1,
    cutoffPercent: 5,
  };
}

function dose(originMm: Vec3, scale: number): Volume {
  const size: Vec3 = [20, 21, 22];
  const data = Float32Array.from({ length: 20 * 21 * 22 }, (_, n) => {
    const x = originMm[0] + (n % 20) - 10;
    const y = originMm[1] + (Math.floor(n / 20) % 21) - 9;
    const z = originMm[2] + Math.floor(n / 420) - 11;
    return (scale * 20) / (1 + (x * x + y * y + z * z) / 40);
  });
  return createVolume(
    { size, spacingMm: [1, 1, 1], originMm, direction: AXIAL_DIRECTION },
    "Gy",
    "1.2.3",
    data,
  );
}
