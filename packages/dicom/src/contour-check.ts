import { DicomFormatError } from "@isodose/core";
import { showNumber } from "./report-problem.ts";

/** Largest distance of a contour's point from its plane, mm. */
const PLANAR_MM = 0.5;

/** What to call a contour in a message. */
export interface ContourLocation {
  readonly file: string;
  readonly roiName: string;
}

/**
 * Distance, mm, of the farthest point from the plane through the centroid, its normal by Newell's sum of edge cross products.
 * A contour without area has no plane: 0.
 */
function distanceFromPlaneMm(p: Float64Array): number {
  const n = p.length / 3;
  const [x0, y0, z0] = [p[0]!, p[1]!, p[2]!];
  let [cx, cy, cz, nx, ny, nz] = [0, 0, 0, 0, 0, 0];
  for (let a = 0; a < n; a++) {
    const b = (a + 1) % n;
    const [ax, ay, az] = [p[3 * a]! - x0, p[3 * a + 1]! - y0, p[3 * a + 2]! - z0];
    const [bx, by, bz] = [p[3 * b]! - x0, p[3 * b + 1]! - y0, p[3 * b + 2]! - z0];
    nx += (ay - by) * (az + bz);
    ny += (az - bz) * (ax + bx);
    nz += (ax - bx) * (ay + by);
    cx += ax / n;
    cy += ay / n;
    cz += az / n;
  }
  const length = Math.hypot(nx, ny, nz);
  if (length < 1e-9) return 0;
  let worst = 0;
  for (let a = 0; a < n; a++) {
    const off = (p[3 * a]! - x0 - cx) * nx + (p[3 * a + 1]! - y0 - cy) * ny + (p[3 * a + 2]! - z0 - cz) * nz;
    worst = Math.max(worst, Math.abs(off) / length);
  }
  return worst;
}

/**
 * Whether a closed contour can be used: whole points, finite, at least three, in one plane.
 * @param pointsMm - ContourData: x0, y0, z0, x1, …
 * @param declaredCount - NumberOfContourPoints, where the file has it
 * @param index - from 1, for the message
 */
export function checkContour(
  pointsMm: Float64Array,
  declaredCount: number | undefined,
  { file, roiName }: ContourLocation,
  index: number,
): DicomFormatError | undefined {
  const bad = (found: string, expected: string): DicomFormatError =>
    new DicomFormatError(file, "BAD_CONTOUR", `ROI "${roiName}", contour ${index}: ${found}`, expected);
  const n = pointsMm.length;
  if (n % 3 !== 0) return bad(`ContourData has ${n} numbers`, "a multiple of 3");
  const wrong = pointsMm.findIndex((value) => !Number.isFinite(value));
  if (wrong >= 0) return bad(`number ${wrong + 1} of ContourData is not a number`, "coordinates in mm");
  if (n < 9) return bad(`has ${n / 3} point${n === 3 ? "" : "s"}`, "at least 3 points");
  if (declaredCount !== undefined && declaredCount !== n / 3) {
    return bad(`has ${n / 3} points, NumberOfContourPoints is ${declaredCount}`, "equal numbers");
  }
  const offMm = distanceFromPlaneMm(pointsMm);
  if (offMm > PLANAR_MM)
    return bad(
      `a point lies ${showNumber(offMm)} mm out of its plane`,
      `points in one plane within ${PLANAR_MM} mm`,
    );
  return undefined;
}
