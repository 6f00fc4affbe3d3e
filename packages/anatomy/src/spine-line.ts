import { InvalidInputError, type Vec3 } from "@isodose/core";
import type { Solid } from "@isodose/geometry";
import { type Profile, profileThrough } from "./curved-tube.ts";
import { PHANTOM_LEVELS } from "./levels.ts";
import { canalCentreMm, VERTEBRA_DIMENSIONS, type VertebraDimensions } from "./vertebra-dimensions.ts";

/**
 * Curvature of the spine in the sagittal plane, by Cobb angle, degrees, 0 to 90. Defaults (unverified: typical of a supine
 * adult): cervical 20, thoracic 35, lumbar 50; all 0 for a straight spine.
 */
export interface SpineCurvature {
  /** C2 to C7. */
  readonly cervicalLordosisDeg?: number;
  /** T1 to T12. */
  readonly thoracicKyphosisDeg?: number;
  /** L1 to S1. */
  readonly lumbarLordosisDeg?: number;
}

/** A vertebra where it stands. */
export interface PlacedVertebra {
  readonly d: VertebraDimensions;
  /** Middle of the body, LPS, mm. */
  readonly centreMm: Vec3;
  /** Its cranial axis leans forward by this. */
  readonly tiltDeg: number;
  /** Local (x left, y back, z cranial) to LPS. */
  readonly toPatient: (local: Vec3) => Vec3;
  /** A solid given in local coordinates, in LPS. */
  readonly place: (solid: Solid) => Solid;
}

/** The whole spine, from C1 to S1; the middle of one body is the origin. */
export interface SpineLine {
  readonly vertebrae: readonly PlacedVertebra[];
  readonly at: (level: string) => PlacedVertebra;
  /** y of the line through the bodies, and of that through the middle of the canal. */
  readonly bodyY: Profile;
  readonly canalY: Profile;
  /** A number given at some levels, linear between their bodies' z, constant beyond. */
  readonly byLevel: (values: Readonly<Record<string, number>>) => Profile;
  /** A number of every vertebra as a profile along z. */
  readonly dimension: (value: (d: VertebraDimensions) => number) => Profile;
}

/** Shares of the lumbar lordosis between neighbours, S1–L5 first. Unverified default. */
const LUMBAR_SHARES = [0.38, 0.24, 0.16, 0.13, 0.09];

/** Tilt of every level, cranial to caudal; L3 stands upright. */
function tilts(curvature: SpineCurvature): number[] {
  const { cervicalLordosisDeg = 20, thoracicKyphosisDeg = 35, lumbarLordosisDeg = 50 } = curvature;
  for (const [name, deg] of Object.entries({ cervicalLordosisDeg, thoracicKyphosisDeg, lumbarLordosisDeg })) {
    if (!(deg >= 0 && deg <= 90))
      throw new InvalidInputError(`phantom.curvature.${name}`, deg, "an angle from 0 to 90 degrees");
  }
  const tilt = new Map<string, number>();
  let deg = (LUMBAR_SHARES[0]! + LUMBAR_SHARES[1]! + LUMBAR_SHARES[2]!) * lumbarLordosisDeg;
  tilt.set("S1", deg);
  LUMBAR_SHARES.forEach((share, n) => {
    deg -= share * lumbarLordosisDeg;
    tilt.set(`L${5 - n}`, deg);
  });
  for (let n = 12; n >= 1; n--) tilt.set(`T${n}`, deg + ((12 - n) / 11) * thoracicKyphosisDeg);
  deg += thoracicKyphosisDeg;
  for (let n = 7; n >= 2; n--) tilt.set(`C${n}`, deg - ((7 - n) / 5) * cervicalLordosisDeg);
  tilt.set("C1", deg - cervicalLordosisDeg);
  return PHANTOM_LEVELS.map((level) => tilt.get(level)!);
}

function placed(d: VertebraDimensions, centreMm: Vec3, tiltDeg: number): PlacedVertebra {
  const s = Math.sin((tiltDeg * Math.PI) / 180);
  const c = Math.cos((tiltDeg * Math.PI) / 180);
  const [ox, oy, oz] = centreMm;
  return {
    d,
    centreMm,
    tiltDeg,
    toPatient: ([x, y, z]) => [ox + x, oy + c * y - s * z, oz + s * y + c * z],
    place: ({ boundsMm: { min, max }, implicit }) => {
      const [my, mz] = [(min[1] + max[1]) / 2, (min[2] + max[2]) / 2];
      const [hy, hz] = [(max[1] - min[1]) / 2, (max[2] - min[2]) / 2];
      const [py, pz] = [oy + c * my - s * mz, oz + s * my + c * mz];
      const [ey, ez] = [c * hy + Math.abs(s) * hz, Math.abs(s) * hy + c * hz];
      return {
        boundsMm: { min: [ox + min[0], py - ey, pz - ez], max: [ox + max[0], py + ey, pz + ez] },
        implicit: (x, y, z) => implicit(x - ox, c * (y - oy) + s * (z - oz), c * (z - oz) - s * (y - oy)),
      };
    },
  };
}

/** @throws InvalidInputError if an angle is not within 0 … 90° */
export function spineLine(originLevel: string, curvature: SpineCurvature = {}): SpineLine {
  const tilt = tilts(curvature);
  const dims = VERTEBRA_DIMENSIONS;
  const up = (deg: number, mm: number): readonly [number, number] => [
    -mm * Math.sin((deg * Math.PI) / 180),
    mm * Math.cos((deg * Math.PI) / 180),
  ];
  // From C1 downwards: half a body, the disc halfway between the two tilts, half the next body.
  const raw: [number, number][] = [[0, 0]];
  for (let n = 1; n < dims.length; n++) {
    const [y0, z0] = raw[n - 1]!;
    const parts = [
      up(tilt[n - 1]!, dims[n - 1]!.bodyHeightMm / 2),
      up((tilt[n - 1]! + tilt[n]!) / 2, dims[n - 1]!.discHeightMm),
      up(tilt[n]!, dims[n]!.bodyHeightMm / 2),
    ];
    raw.push([y0 - parts.reduce((sum, p) => sum + p[0], 0), z0 - parts.reduce((sum, p) => sum + p[1], 0)]);
  }
  const [originY, originZ] = raw[PHANTOM_LEVELS.indexOf(originLevel)]!;
  const vertebrae = dims.map((d, n) =>
    placed(d, [0, raw[n]![0] - originY + 0, raw[n]![1] - originZ + 0], tilt[n]!),
  );
  const byName = new Map(vertebrae.map((v) => [v.d.level, v]));
  const at = (level: string) => byName.get(level)!;
  const ascending = [...vertebrae].reverse();
  return {
    vertebrae,
    at,
    bodyY: smoothLine(ascending, () => 0),
    canalY: smoothLine(ascending, canalCentreMm),
    byLevel: (values) =>
      profileThrough(
        ascending
          .filter((v) => values[v.d.level] !== undefined)
          .map((v) => [v.centreMm[2], values[v.d.level]!]),
      ),
    dimension: (value) => profileThrough(ascending.map((v) => [v.centreMm[2], value(v.d)])),
  };
}

/** Cubic Hermite curve y(z) through a local point of every vertebra, along its axis there; straight beyond the last. */
function smoothLine(
  ascending: readonly PlacedVertebra[],
  localY: (d: VertebraDimensions) => number,
): Profile {
  const nodes = ascending.map((v) => {
    const [, y, z] = v.toPatient([0, localY(v.d), 0]);
    return { y, z, slope: -Math.tan((v.tiltDeg * Math.PI) / 180) };
  });
  const [first, last] = [nodes[0]!, nodes[nodes.length - 1]!];
  return (z) => {
    if (z <= first.z) return first.y + first.slope * (z - first.z);
    if (z >= last.z) return last.y + last.slope * (z - last.z);
    const above = nodes.findIndex((node) => node.z > z);
    const [a, b] = [nodes[above - 1]!, nodes[above]!];
    const h = b.z - a.z;
    const t = (z - a.z) / h;
    return (
      (1 + 2 * t) * (1 - t) ** 2 * a.y +
      t * (1 - t) ** 2 * h * a.slope +
      t * t * (3 - 2 * t) * b.y +
      t * t * (t - 1) * h * b.slope
    );
  };
}
