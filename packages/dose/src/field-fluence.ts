import {
  assertPhotonField,
  fluenceAt,
  InvalidInputError,
  leakageShape,
  type PhotonField,
} from "@isodose/core";
import { fluenceShares, type PlaneCells, sourceBlurMm } from "./collapsed-cone/fluence-share.ts";

/** Where {@link fieldFluence} looks: square cells of a plane at right angles to the axis. */
export interface FluencePlane extends PlaneCells {
  /** From the reference plane on, away from the source, mm. Default 0. */
  readonly behindReferenceMm?: number;
}

/**
 * Fluence of a field in vacuum, mean over each cell of a plane: opening, blur of the source, leakage, inverse square.
 *
 *   Φ = ((1 − T) S(opening) + T S(what leaks)) (D / f)²,  f = D + behindReferenceMm
 *
 * (S(opening) times the fluence profile where there is one) with S the share of the cell that a shape covers, enlarged by f / D and blurred by a Gaussian of σ |f − c| / c (D source to reference
 * plane, c to the collimator's end). Polygons and circles are blurred in parts of σ / 3, each taken as evenly filled: within 1 %.
 *
 * @param plane - cells along the axes of the shape (of a circle: along any two)
 * @returns photons/cm² for one unit of the field, nx · ny numbers, along the width axis fastest
 * @throws InvalidInputError if field or plane are not usable
 */
export function fieldFluence(field: PhotonField, plane: FluencePlane): Float64Array {
  assertPhotonField(field);
  const { cellMm, nx, ny, firstMm, behindReferenceMm: z = 0 } = plane;
  if (!(cellMm > 0 && Number.isFinite(cellMm)))
    throw new InvalidInputError("plane.cellMm", cellMm, "a length > 0 mm");
  if (!(Number.isInteger(nx) && nx > 0 && Number.isInteger(ny) && ny > 0))
    throw new InvalidInputError("plane.nx", [nx, ny], "two whole numbers > 0");
  if (!firstMm.every(Number.isFinite))
    throw new InvalidInputError("plane.firstMm", firstMm, "two finite numbers, mm");
  if (!(field.sourceDistanceMm + z > 0))
    throw new InvalidInputError("plane.behindReferenceMm", z, "a plane behind the source");
  const scale = Number.isFinite(field.sourceDistanceMm) ? 1 + z / field.sourceDistanceMm : 1;
  const sigmaMm = sourceBlurMm(field, z);
  const t = field.leakage?.transmission ?? 0;
  const out = new Float64Array(nx * ny);
  fluenceShares(field.shape, scale, sigmaMm, plane, out);
  const leaking = leakageShape(field);
  const around = new Float64Array(nx * ny);
  if (leaking) fluenceShares(leaking, scale, sigmaMm, plane, around);
  if (field.fluenceProfile) {
    for (let n = 0; n < out.length; n++) {
      const j = Math.floor(n / nx);
      const radiusMm = Math.hypot(firstMm[0] + (n - nx * j) * cellMm, firstMm[1] + j * cellMm) / scale;
      out[n]! *= fluenceAt(field.fluenceProfile, radiusMm);
    }
  }
  for (let n = 0; n < out.length; n++) out[n] = ((1 - t) * out[n]! + t * around[n]!) / (scale * scale);
  return out;
}
