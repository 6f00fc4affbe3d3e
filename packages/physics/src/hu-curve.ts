import { createVolume, InvalidInputError, type Volume } from "@isodose/core";

/** One point of a HU curve. */
export interface HuPoint {
  readonly hu: number;
  readonly massDensityGPerCm3: number;
  /** Electrons per volume over those of water at 1 g/cm3. */
  readonly relativeElectronDensity: number;
}

/** CT numbers to densities: linear between points, whose `hu` increase strictly. */
export interface HuCurve {
  readonly name: string;
  readonly source: string;
  readonly points: readonly HuPoint[];
}

/** What {@link densityFromHu} finds. */
export interface DensityVolumes {
  /** unit "g/cm3". */
  readonly massDensity: Volume;
  /** unit "relative-electron-density". */
  readonly relativeElectronDensity: Volume;
  /** Voxels outside the curve, which were given the density of its nearest end: `voxelsBelow` + `voxelsAbove`. */
  readonly clampedVoxels: number;
  /** Voxels with HU below the first point (padding, mostly). */
  readonly voxelsBelow: number;
  /** Voxels with HU above the last point (metal or a saturated CT). */
  readonly voxelsAbove: number;
}

/**
 * Check a HU curve once, at the public edge.
 * @param field - key path that an error names
 * @throws InvalidInputError if there are fewer than two points, `hu` does not increase strictly, or a density is not ≥ 0
 */
export function assertHuCurve(curve: HuCurve, field = "huCurve"): void {
  if (!Array.isArray(curve.points) || curve.points.length < 2) {
    throw new InvalidInputError(`${field}.points`, curve.points?.length, "at least two points");
  }
  curve.points.forEach((point, i) => {
    const at = `${field}.points[${i}]`;
    if (!Number.isFinite(point.hu)) throw new InvalidInputError(`${at}.hu`, point.hu, "a finite number, HU");
    const before = curve.points[i - 1];
    if (before && point.hu <= before.hu) {
      throw new InvalidInputError(`${at}.hu`, point.hu, `more than ${before.hu}, the point before`);
    }
    for (const key of ["massDensityGPerCm3", "relativeElectronDensity"] as const) {
      if (!(Number.isFinite(point[key]) && point[key] >= 0)) {
        throw new InvalidInputError(`${at}.${key}`, point[key], "a finite number ≥ 0");
      }
    }
  });
}

/**
 * Mass density and relative electron density of a CT.
 *
 * Linear between the points of the curve. Voxels outside its range get the density of the nearest end and are counted, so that
 * the caller can warn: CT scanners pad with −1024, −2000 and the like (air), and saturate in metal.
 *
 * @param ct - unit "HU"
 * @returns two volumes on the grid of the CT, and how many voxels lay outside the curve
 * @throws InvalidInputError if the volume is not in HU, a value is not finite, or the curve is not usable
 */
export function densityFromHu(ct: Volume, curve: HuCurve): DensityVolumes {
  if (ct.unit !== "HU") throw new InvalidInputError("ct.unit", ct.unit, '"HU"');
  assertHuCurve(curve);
  const hu = Float64Array.from(curve.points, (p) => p.hu);
  const mass = Float64Array.from(curve.points, (p) => p.massDensityGPerCm3);
  const electrons = Float64Array.from(curve.points, (p) => p.relativeElectronDensity);
  const last = hu.length - 1;
  const first = Math.floor(hu[0]!);
  // For each whole HU the interval that holds it: the search then starts at most a few points away.
  const startOf = new Int32Array(Math.ceil(hu[last]!) - first + 1);
  for (let h = 0, i = 0; h < startOf.length; h++) {
    while (i < last - 1 && hu[i + 1]! <= first + h) i++;
    startOf[h] = i;
  }
  const values = ct.values.data;
  const n = values.length;
  const massOut = new Float32Array(n);
  const electronsOut = new Float32Array(n);
  let below = 0;
  let above = 0;
  for (let v = 0; v < n; v++) {
    const h = values[v]!;
    let i = 0;
    let t = 0;
    if (h < hu[0]!) below++;
    else if (h > hu[last]!) {
      above++;
      i = last - 1;
      t = 1;
    } else {
      if (Number.isNaN(h)) throw new InvalidInputError("ct values", h, "finite numbers, HU");
      i = startOf[Math.floor(h) - first]!;
      while (i < last - 1 && hu[i + 1]! <= h) i++;
      t = (h - hu[i]!) / (hu[i + 1]! - hu[i]!);
    }
    massOut[v] = mass[i]! + t * (mass[i + 1]! - mass[i]!);
    electronsOut[v] = electrons[i]! + t * (electrons[i + 1]! - electrons[i]!);
  }
  return {
    massDensity: createVolume(ct.grid, "g/cm3", ct.frameOfReferenceUid, massOut),
    relativeElectronDensity: createVolume(
      ct.grid,
      "relative-electron-density",
      ct.frameOfReferenceUid,
      electronsOut,
    ),
    clampedVoxels: below + above,
    voxelsBelow: below,
    voxelsAbove: above,
  };
}
