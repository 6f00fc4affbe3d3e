import {
  assertGrid,
  createVolume,
  type Grid,
  InvalidInputError,
  patientToVoxel,
  type Structure,
  type Vec3,
  type Volume,
  voxelCount,
  voxelToPatient,
  voxelVolumeMm3,
} from "@isodose/core";
import { planesOfStructure } from "../contour-planes.ts";
import type { ContourOptions } from "../contour-slabs.ts";
import { rasterizeOccupancy } from "../occupancy.ts";
import type { Solid } from "../solid.ts";
import { solidOccupancy } from "../solid-occupancy.ts";
import { type ExpandedRegion, expandRegion, type MarginWarning } from "./expand-region.ts";
import { type MarginsMm, marginsAlongGrid } from "./margins-along-grid.ts";

/** How a structure is grown. */
export interface ExpandStructureOptions extends ContourOptions {
  /** Frame of reference of the result of a solid; a structure brings its own. Default: empty. */
  readonly frameOfReferenceUid?: string;
}

/** The edge of a cube of a voxel's volume is cut into this many; all axes to about this length. */
const PARTS = 4;
/** Fraction by which a fine voxel may be off, of which a voxel of the grid feels a quarter at most. */
const FINE_TOLERANCE = 0.01;
/** Fine voxels worked on at most: about 30 bytes each. */
const MOST_VOXELS = 16e6;
/** Empty fine voxels around the grown shape. */
const RIM = 3;

/**
 * A structure or solid with a margin, as a region on a grid: as {@link expandRegion}, but from the exact shape.
 *
 * The shape is put on voxels of about 1/64 of the grid's volume, alike along all axes, grown or shrunk there, and
 * each voxel of the grid takes the mean of its parts. So edges, thin parts and slices much thicker than wide are within 0.1 voxel, which
 * the grid's own fractions could not show. A shape so large that it takes more than 16 million such voxels is put on coarser
 * ones, with the warning `MARGIN_COARSE`.
 *
 * Nothing of the shape is taken to go on beyond the grid: what of the result is outside is told by `MARGIN_CUT_BY_GRID`.
 *
 * @param shape - contours or a solid, wherever the grid is
 * @param marginsMm - mm, all ≥ 0 (grow) or all ≤ 0 (shrink); 0 for the shape itself
 * @returns unit "fraction", with warnings
 * @throws InvalidInputError if the grid, a margin or an option is not valid, or the contours are not usable
 * @throws UnsupportedError if margins differ and the grid's axes are not those of the patient; if the shape is thinner than half a
 * fine voxel everywhere; or as {@link planesOfStructure}
 * @example expandStructure(ctv, 2, ct.grid) // a PTV
 */
export function expandStructure(
  shape: Structure | Solid,
  marginsMm: number | MarginsMm,
  grid: Grid,
  options: ExpandStructureOptions = {},
): ExpandedRegion {
  assertGrid(grid);
  const { plus, minus, shrinks } = marginsAlongGrid(grid, marginsMm);
  const frameOfReferenceUid =
    "contours" in shape ? shape.frameOfReferenceUid : (options.frameOfReferenceUid ?? "");
  const bounds = voxelBounds(shape, grid, options);
  if (!bounds) return { ...createVolume(grid, "fraction", frameOfReferenceUid), warnings: [] };
  const three = (of: (axis: 0 | 1 | 2) => number): Vec3 => [of(0), of(1), of(2)];
  const { spacingMm } = grid;
  const growth = (m: readonly number[], a: 0 | 1 | 2) => (shrinks ? 0 : m[a]! / spacingMm[a]);
  const first = three((a) => Math.floor(bounds.low[a]! - growth(minus, a) + 0.5) - 1);
  const last = three((a) => Math.ceil(bounds.high[a]! + growth(plus, a) - 0.5) + 1);
  const size = three((a) => last[a] - first[a] + 1);

  const warnings: MarginWarning[] = [];
  const parts = partsPerVoxel(size, spacingMm);
  if (parts.coarse)
    warnings.push({
      code: "MARGIN_COARSE",
      message: `the shape is worked on in voxels of ${parts.per
        .map((n, a) => (spacingMm[a]! / n).toFixed(2))
        .join(" × ")} mm, as finer ones are more than ${MOST_VOXELS / 1e6} million`,
    });
  const { per } = parts;
  // Whole rims, so that the fine voxels are parts of the grid's; one is there already.
  const rim = three((a) => Math.ceil(RIM / per[a]) - 1);
  const start = three((a) => first[a] - rim[a]);
  const coarse = three((a) => size[a] + 2 * rim[a]);
  const fine: Grid = {
    size: three((a) => coarse[a] * per[a]),
    spacingMm: three((a) => spacingMm[a] / per[a]),
    originMm: voxelToPatient(
      grid,
      three((a) => start[a] - 0.5 + 0.5 / per[a]),
    ),
    direction: grid.direction,
  };
  if (voxelCount(fine) > 2 ** 30)
    throw new InvalidInputError("grid", size, "voxels of which the shape spans fewer than 10⁹");
  const region =
    "contours" in shape
      ? rasterizeOccupancy(shape, fine, options)
      : solidOccupancy(shape, fine, { frameOfReferenceUid, tolerance: FINE_TOLERANCE }).occupancy;
  const moved = expandRegion(region, marginsMm);
  const { result, beyondVoxels } = gather(moved, grid, start, coarse, per);
  const beyondCc = (beyondVoxels * voxelVolumeMm3(grid)) / 1000;
  if (beyondVoxels > 1e-3)
    warnings.push({
      code: "MARGIN_CUT_BY_GRID",
      amountCc: beyondCc,
      message: `${beyondCc.toPrecision(3)} cc of the ${shrinks ? "shrunk" : "grown"} shape lie beyond the grid and are cut`,
    });
  return { ...result, warnings: [...warnings, ...moved.warnings] };
}

/** Box around a shape in voxel coordinates of a grid; undefined if it is empty. */
function voxelBounds(
  shape: Structure | Solid,
  grid: Grid,
  options: ContourOptions,
): { low: Vec3; high: Vec3 } | undefined {
  const low: [number, number, number] = [Infinity, Infinity, Infinity];
  const high: [number, number, number] = [-Infinity, -Infinity, -Infinity];
  const add = (x: number, y: number, z: number) => {
    const q = patientToVoxel(grid, [x, y, z]);
    for (const a of [0, 1, 2] as const) {
      low[a] = Math.min(low[a], q[a]);
      high[a] = Math.max(high[a], q[a]);
    }
  };
  if (!("contours" in shape)) {
    const { min, max } = shape.boundsMm;
    for (let n = 0; n < 8; n++)
      add(n & 1 ? max[0] : min[0], n & 2 ? max[1] : min[1], n & 4 ? max[2] : min[2]);
    return low.every(Number.isFinite) && high.every(Number.isFinite) ? { low, high } : undefined;
  }
  const { normal, uAxis, vAxis, planes } = planesOfStructure(shape, options);
  for (const { lowMm, highMm, polygons } of planes) {
    for (const polygon of polygons) {
      for (let n = 0; n < polygon.length; n += 2) {
        for (const p of [lowMm, highMm]) {
          const at = (c: 0 | 1 | 2) => polygon[n]! * uAxis[c] + polygon[n + 1]! * vAxis[c] + p * normal[c];
          add(at(0), at(1), at(2));
        }
      }
    }
  }
  return low[0] <= high[0] ? { low, high } : undefined;
}

/** Into how many fine voxels each axis of a voxel is cut. */
function partsPerVoxel(size: Vec3, spacingMm: Vec3): { per: Vec3; coarse: boolean } {
  const wantedMm = Math.cbrt(spacingMm[0] * spacingMm[1] * spacingMm[2]) / PARTS;
  for (let edgeMm = wantedMm; ; edgeMm *= 1.25) {
    const per = spacingMm.map((s) => Math.max(1, Math.round(s / edgeMm))) as unknown as Vec3;
    const count = [0, 1, 2].reduce((n, a) => n * (size[a]! + 2) * per[a]!, 1);
    if (count <= MOST_VOXELS || per.every((n) => n === 1)) return { per, coarse: edgeMm > wantedMm };
  }
}

/** Means of the fine voxels of each voxel of the grid, and what lies beyond it, in voxels of the grid. */
function gather(
  fine: Volume,
  grid: Grid,
  start: Vec3,
  coarse: Vec3,
  per: Vec3,
): { result: Volume; beyondVoxels: number } {
  const result = createVolume(grid, "fraction", fine.frameOfReferenceUid);
  const out = result.values.data;
  const data = fine.values.data;
  const [fx, fy] = fine.grid.size;
  const [nx, ny, nz] = grid.size;
  const weight = 1 / (per[0] * per[1] * per[2]);
  let beyondVoxels = 0;
  const row = new Float64Array(coarse[0]);
  for (let k = 0; k < coarse[2]; k++) {
    for (let j = 0; j < coarse[1]; j++) {
      row.fill(0);
      for (let c = 0; c < per[2]; c++) {
        for (let b = 0; b < per[1]; b++) {
          let v = fx * (j * per[1] + b + fy * (k * per[2] + c));
          for (let i = 0; i < coarse[0]; i++) for (let a = 0; a < per[0]; a++) row[i]! += data[v++]!;
        }
      }
      const y = start[1] + j;
      const z = start[2] + k;
      const isIn = y >= 0 && y < ny && z >= 0 && z < nz;
      for (let i = 0; i < coarse[0]; i++) {
        if (row[i] === 0) continue;
        const x = start[0] + i;
        const fraction = Math.min(1, row[i]! * weight);
        if (isIn && x >= 0 && x < nx) out[x + nx * (y + ny * z)] = fraction;
        else beyondVoxels += fraction;
      }
    }
  }
  return { result, beyondVoxels };
}
