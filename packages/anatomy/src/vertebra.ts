import {
  box,
  differenceOf,
  ellipsoid,
  ellipticCylinder,
  intersectionOf,
  type Solid,
  unionOf,
} from "@isodose/geometry";
import type { VertebraDimensions } from "./vertebra-dimensions.ts";

/** How much narrower the vertebral body is halfway between its endplates. */
const WAIST = 0.06;
/** Bone between the body's back and the canal is cut away to this clearance, mm. */
const CANAL_CLEARANCE_MM = 0.5;
/** Large against any part, small enough to keep digits: half-spaces are boxes of this size, mm. */
const FAR_MM = 500;

/** Front edge of the canal behind the middle of the body, y in mm. */
function canalFrontMm(d: VertebraDimensions): number {
  return d.bodyDepthMm / 2 - 2.5;
}

/** Middle of the canal, y in mm: the body's middle is at 0, y points to the back. */
export function canalCentreMm(d: VertebraDimensions): number {
  return canalFrontMm(d) + d.canalDepthMm / 2;
}

/** Canal-shaped tube along z between two positions, its semi-axes wider by `growMm`. */
export function canalTube(d: VertebraDimensions, lowMm: number, highMm: number, growMm = 0): Solid {
  return ellipticCylinder([0, canalCentreMm(d), (lowMm + highMm) / 2], "z", [
    d.canalWidthMm / 2 + growMm,
    d.canalDepthMm / 2 + growMm,
    (highMm - lowMm) / 2,
  ]);
}

/**
 * The vertebral body: an elliptic cylinder with a waist, flattened and hollowed towards the canal.
 *
 *   (x/a)² + (y/b)² ≤ s(z)²,  s = 1 − 0.06 (1 − (z/h)²)
 *
 * @param zMm - its middle
 * @param growMm - margin on all its faces; negative for what lies under a shell
 */
export function vertebralBody(d: VertebraDimensions, zMm: number, growMm = 0): Solid {
  const a = d.bodyWidthMm / 2 + growMm;
  const b = d.bodyDepthMm / 2 + growMm;
  const h = d.bodyHeightMm / 2 + growMm;
  const least = Math.min(a, b);
  // The waist tilts the side by ds/dz · least: scaled so that no distance is overstated.
  const scale = least / Math.hypot(1, (2 * WAIST * least) / h);
  const waisted: Solid = {
    boundsMm: { min: [-a, -b, zMm - h], max: [a, b, zMm + h] },
    implicit: (x, y, z) => {
      const t = Math.min(1, Math.abs(z - zMm) / h);
      const s = 1 - WAIST * (1 - t * t);
      return Math.max((Math.sqrt((x / a) ** 2 + (y / b) ** 2) - s) * scale, Math.abs(z - zMm) - h);
    },
  };
  const wall = box([-FAR_MM, -FAR_MM, -FAR_MM], [FAR_MM, canalFrontMm(d) + 2 + growMm, FAR_MM]);
  return differenceOf(
    intersectionOf(waisted, wall),
    canalTube(d, -FAR_MM, FAR_MM, CANAL_CLEARANCE_MM - growMm),
  );
}

/** Both pedicles, from within the body to the arch. */
export function pedicles(d: VertebraDimensions, zMm: number, growMm = 0): Solid {
  const front = canalFrontMm(d) - 6.5;
  const back = canalCentreMm(d) + 2;
  const x = d.canalWidthMm / 2 + CANAL_CLEARANCE_MM + d.pedicleWidthMm / 2;
  const one = (side: number) =>
    ellipticCylinder([side * x, (front + back) / 2, zMm + d.bodyHeightMm / 6], "y", [
      d.pedicleWidthMm / 2 + growMm,
      (back - front) / 2 + growMm,
      d.pedicleHeightMm / 2 + growMm,
    ]);
  return differenceOf(unionOf(one(-1), one(1)), canalTube(d, -FAR_MM, FAR_MM, -Math.max(growMm, 0)));
}

/** The neural arch: laminae around the back of the canal, and the spinous process. */
export function posteriorArch(d: VertebraDimensions, zMm: number, growMm = 0): Solid {
  const y = canalCentreMm(d);
  const low = zMm - d.bodyHeightMm / 2 - growMm;
  const high = zMm + d.bodyHeightMm / 3 + growMm;
  const behind = box([-FAR_MM, y - 3 - growMm, -FAR_MM], [FAR_MM, FAR_MM, FAR_MM]);
  const laminae = intersectionOf(canalTube(d, low, high, d.laminaThicknessMm + growMm), behind);
  const backOfCanal = y + d.canalDepthMm / 2;
  const spinous = ellipticCylinder([0, backOfCanal + d.spinousLengthMm / 2, zMm - d.bodyHeightMm / 8], "x", [
    3.5 + growMm,
    d.spinousLengthMm / 2 + growMm,
    9 + growMm,
  ]);
  return differenceOf(unionOf(laminae, spinous), canalTube(d, -FAR_MM, FAR_MM, -growMm));
}

/** Both transverse processes. */
export function transverseProcesses(d: VertebraDimensions, zMm: number, growMm = 0): Solid {
  const inner = d.canalWidthMm / 2 + 2;
  const half = (d.transverseSpanMm / 2 - inner) / 2;
  const one = (side: number) =>
    ellipsoid(
      [side * (inner + half), canalCentreMm(d) - 1, zMm + 2],
      [half + growMm, 5 + growMm, 6 + growMm],
    );
  return unionOf(one(-1), one(1));
}

/** The whole bone. */
export function vertebra(d: VertebraDimensions, zMm: number, growMm = 0): Solid {
  return unionOf(
    vertebralBody(d, zMm, growMm),
    pedicles(d, zMm, growMm),
    posteriorArch(d, zMm, growMm),
    differenceOf(transverseProcesses(d, zMm, growMm), canalTube(d, -FAR_MM, FAR_MM, -growMm)),
  );
}

/** The disc below a vertebra whose middle is at `zMm`. */
export function discBelow(d: VertebraDimensions, zMm: number): Solid {
  const middle = zMm - (d.bodyHeightMm + d.discHeightMm) / 2;
  const disc = ellipticCylinder([0, 0, middle], "z", [
    d.bodyWidthMm / 2,
    d.bodyDepthMm / 2,
    d.discHeightMm / 2,
  ]);
  return differenceOf(disc, canalTube(d, -FAR_MM, FAR_MM, CANAL_CLEARANCE_MM));
}
