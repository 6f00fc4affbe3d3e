import { type Contour, type Grid, type PatientPoint, patientToVoxel } from "@isodose/core";

/** Contours of one plane belong together when their k differ by less than this, in slices. */
const SAME_PLANE = 1e-3;

/** One polygon in the (i, j) of a plane, with the contour that it comes from. */
interface PlanePolygon {
  readonly contour: Contour;
  /** i0, j0, i1, j1, … */
  readonly ij: Float64Array;
}

function isInside(polygon: Float64Array, x: number, y: number): boolean {
  let inside = false;
  for (let a = 0, b = polygon.length - 2; a < polygon.length; b = a, a += 2) {
    const [xa, ya, xb, yb] = [polygon[a]!, polygon[a + 1]!, polygon[b]!, polygon[b + 1]!];
    if (ya > y !== yb > y && x < xa + ((xb - xa) * (y - ya)) / (yb - ya)) inside = !inside;
  }
  return inside;
}

function encloses(outer: PlanePolygon, inner: PlanePolygon): boolean {
  for (let n = 0; n < inner.ij.length; n += 2) {
    if (!isInside(outer.ij, inner.ij[n]!, inner.ij[n + 1]!)) return false;
  }
  return true;
}

function signedArea(ij: ArrayLike<number>): number {
  let sum = 0;
  for (let a = 0, b = ij.length - 2; a < ij.length; b = a, a += 2)
    sum += ij[b]! * ij[a + 1]! - ij[a]! * ij[b + 1]!;
  return sum / 2;
}

/** Points of a polygon as [x, y, z, i, j]. */
function points({ contour, ij }: PlanePolygon): number[][] {
  return Array.from({ length: ij.length / 2 }, (_, n) => [
    contour.pointsMm[3 * n]!,
    contour.pointsMm[3 * n + 1]!,
    contour.pointsMm[3 * n + 2]!,
    ij[2 * n]!,
    ij[2 * n + 1]!,
  ]);
}

/**
 * Join a hole to its outline by a bridge between their nearest vertices, walked there and back. The two ways cancel, so that
 * the enclosed region is the same by the even–odd rule; the hole is turned against the outline, so that it is the same by the
 * winding rule too.
 */
function joinHole(outline: number[][], hole: PlanePolygon): number[][] {
  const inner = points(hole);
  const turn = signedArea(outline.flatMap((p) => [p[3]!, p[4]!])) * signedArea(hole.ij);
  if (turn > 0) inner.reverse();
  let best = Number.POSITIVE_INFINITY;
  let [from, to] = [0, 0];
  for (const [a, p] of outline.entries()) {
    for (const [b, q] of inner.entries()) {
      const distance = (p[0]! - q[0]!) ** 2 + (p[1]! - q[1]!) ** 2 + (p[2]! - q[2]!) ** 2;
      if (distance < best) [best, from, to] = [distance, a, b];
    }
  }
  const round = [...inner.slice(to), ...inner.slice(0, to + 1)];
  return [...outline.slice(0, from + 1), ...round, ...outline.slice(from)];
}

/**
 * The same region with holes as keyholes: an outline with its holes becomes one CLOSED_PLANAR polygon. Programs differ in how
 * they take a polygon within a polygon (some fill it, and validators of DICOM do not know CLOSEDPLANAR_XOR yet); a keyhole is
 * read alike by all. Islands in holes stay polygons of their own; contours out of the planes of the grid stay as they are.
 */
export function contoursWithKeyholes(contours: readonly Contour[], grid: Grid): Contour[] {
  const planes = new Map<number, PlanePolygon[]>();
  const out: Contour[] = [];
  for (const contour of contours) {
    const p = contour.pointsMm;
    const ij = new Float64Array((p.length / 3) * 2);
    let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (let n = 0; n < p.length / 3; n++) {
      const [i, j, k] = patientToVoxel(grid, [p[3 * n]!, p[3 * n + 1]!, p[3 * n + 2]!] as PatientPoint);
      ij.set([i, j], 2 * n);
      low = Math.min(low, k);
      high = Math.max(high, k);
    }
    const key = Math.round(low / SAME_PLANE);
    if (high - low > SAME_PLANE) out.push({ type: "CLOSED_PLANAR", pointsMm: p });
    else planes.set(key, [...(planes.get(key) ?? []), { contour, ij }]);
  }
  for (const polygons of planes.values()) {
    const parents = polygons.map((inner) =>
      polygons.filter((outer) => outer !== inner && encloses(outer, inner)),
    );
    for (const [n, outline] of polygons.entries()) {
      const depth = parents[n]!.length;
      if (depth % 2 === 1) continue;
      const holes = polygons.filter(
        (_, m) => parents[m]!.length === depth + 1 && parents[m]!.includes(outline),
      );
      if (holes.length === 0) {
        out.push({ type: "CLOSED_PLANAR", pointsMm: outline.contour.pointsMm });
        continue;
      }
      const joined = holes.reduce(joinHole, points(outline));
      out.push({
        type: "CLOSED_PLANAR",
        pointsMm: Float64Array.from(joined.flatMap((p) => [p[0]!, p[1]!, p[2]!])),
      });
    }
  }
  return out;
}
