import { ellipsoid, ellipticCylinder, type Solid, unionOf } from "@isodose/geometry";
import { canalCentreMm } from "./vertebra.ts";
import type { VertebraDimensions } from "./vertebra-dimensions.ts";

/** Semi-axes of the cord across, and length of the conus, mm: 9.5 × 7.5 mm. Unverified defaults, as the vertebra's. */
const CORD = { a: 4.75, b: 3.75, conus: 24 };
/** Semi-axes of the thecal sac, mm. Unverified defaults. */
const SAC = { a: 8.5, b: 7 };

/** A solid with its volume in closed form. */
export interface ExactSolid {
  readonly solid: Solid;
  readonly volumeCc: number;
}

/**
 * The cord with a margin: an elliptic tube that ends in half an ellipsoid, the conus.
 *
 *   V = π a b (zTop − z₀) + 2/3 π a b c
 *
 * With the margin every semi-axis is longer by it; across, that is within 0.02 mm of the true margin for 2 mm.
 * @param topMm - upper end, z
 */
export function spinalCord(d: VertebraDimensions, topMm: number, marginMm = 0): ExactSolid {
  const [a, b, c] = [CORD.a + marginMm, CORD.b + marginMm, CORD.conus + marginMm];
  const y = canalCentreMm(d);
  const start = d.conusStartMm;
  return {
    solid: unionOf(
      ellipticCylinder([0, y, (start + topMm) / 2], "z", [a, b, (topMm - start) / 2]),
      ellipsoid([0, y, start], [a, b, c]),
    ),
    volumeCc: (Math.PI * a * b * (topMm - start + (2 / 3) * c)) / 1000,
  };
}

/** The thecal sac, from z to z: V = π a b (high − low). */
export function thecalSac(d: VertebraDimensions, lowMm: number, highMm: number): ExactSolid {
  return {
    solid: ellipticCylinder([0, canalCentreMm(d), (lowMm + highMm) / 2], "z", [
      SAC.a,
      SAC.b,
      (highMm - lowMm) / 2,
    ]),
    volumeCc: (Math.PI * SAC.a * SAC.b * (highMm - lowMm)) / 1000,
  };
}

/** Volume of the half ellipsoid that the cord ends in, cc. */
export function conusVolumeCc(): number {
  return ((2 / 3) * Math.PI * CORD.a * CORD.b * CORD.conus) / 1000;
}
