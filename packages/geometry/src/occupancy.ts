import {
  assertGrid,
  createVolume,
  type Grid,
  type Structure,
  UnsupportedError,
  type Vec3,
  type Volume,
} from "@isodose/core";
import {
  type ContourOptions,
  type ContourPlane,
  planesOfStructure,
  type StructurePlanes,
} from "./contour-planes.ts";
import { polygonCoverage } from "./polygon-coverage.ts";

/**
 * Part of every voxel that lies inside a structure: exact area of its polygons in the pixel times the overlap of its
 * slabs with the voxel's layer. The sum times the voxel volume is {@link structureVolumeCc} where the grid covers the
 * structure, up to the rounding of float32.
 *
 * @param grid - any spacing and origin; its k axis along the normal of the contours, i and j turned as they like
 * @returns unit "fraction", values in [0, 1]
 * @throws UnsupportedError if the contours are not perpendicular to the grid's k axis
 * @throws InvalidInputError if the grid is not valid, or as {@link planesOfStructure}
 */
export function rasterizeOccupancy(structure: Structure, grid: Grid, options: ContourOptions = {}): Volume {
  assertGrid(grid);
  const stack = planesOfStructure(structure, options);
  const occupancy = createVolume(grid, "fraction", structure.frameOfReferenceUid);
  if (stack.planes.length === 0) return occupancy;
  const d = grid.direction;
  const cosine = d[2] * stack.normal[0] + d[5] * stack.normal[1] + d[8] * stack.normal[2];
  if (Math.abs(cosine) < 1 - 1e-6) {
    const angleDeg = (Math.acos(Math.min(1, Math.abs(cosine))) * 180) / Math.PI;
    throw new UnsupportedError(
      `structure ${structure.name}: contours ${angleDeg.toFixed(2)}° away from the slices of the grid`,
      "contours parallel to the grid's i–j planes are",
    );
  }
  const [nx, ny, nz] = grid.size;
  const slabs = stack.planes.map((plane) => slabInLayers(stack, plane, grid)).sort((a, b) => a.low - b.low);
  const coverages = new Map<Slab, Float64Array>();
  const layer = new Float64Array(nx * ny);
  const data = occupancy.values.data;
  let first = 0;
  for (let k = 0; k < nz; k++) {
    while (first < slabs.length && slabs[first]!.high <= k) coverages.delete(slabs[first++]!);
    let touched = false;
    for (let n = first; n < slabs.length && slabs[n]!.low < k + 1; n++) {
      const slab = slabs[n]!;
      const overlap = Math.min(slab.high, k + 1) - Math.max(slab.low, k);
      if (!(overlap > 0)) continue;
      let coverage = coverages.get(slab);
      if (!coverage) {
        coverage = polygonCoverage(slab.polygons(), nx, ny);
        coverages.set(slab, coverage);
      }
      if (!touched) layer.fill(0);
      touched = true;
      for (let p = 0; p < layer.length; p++) layer[p] += overlap * coverage[p]!;
    }
    if (!touched) continue;
    const start = k * nx * ny;
    for (let p = 0; p < layer.length; p++) {
      const sum = layer[p]!;
      data[start + p] = sum > 1 - 1e-12 ? 1 : sum;
    }
  }
  return occupancy;
}

/** A plane's slab in layers of the grid (layer k is [k, k + 1]), and its polygons in pixels. */
interface Slab {
  readonly low: number;
  readonly high: number;
  readonly polygons: () => Float64Array[];
}

function slabInLayers({ normal, uAxis, vAxis }: StructurePlanes, plane: ContourPlane, grid: Grid): Slab {
  const d = grid.direction;
  const o = grid.originMm;
  const axis = (a: 0 | 1 | 2): Vec3 => [d[a], d[3 + a]!, d[6 + a]!];
  const dot = (a: Vec3, b: Vec3) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
  // Box coordinate along grid axis a of the point u uAxis + v vAxis + p normal: offset + u perU + v perV + p perP.
  const coordinate = (a: 0 | 1 | 2) => {
    const e = axis(a);
    const s = grid.spacingMm[a];
    return {
      offset: 0.5 - dot(e, o) / s,
      perU: dot(e, uAxis) / s,
      perV: dot(e, vAxis) / s,
      perP: dot(e, normal) / s,
    };
  };
  const k = coordinate(2);
  const ends = [k.offset + plane.lowMm * k.perP, k.offset + plane.highMm * k.perP];
  return {
    low: Math.min(ends[0]!, ends[1]!),
    high: Math.max(ends[0]!, ends[1]!),
    polygons: () => {
      const i = coordinate(0);
      const j = coordinate(1);
      return plane.polygons.map((polygon) => {
        const pixels = new Float64Array(polygon.length);
        for (let n = 0; n < polygon.length; n += 2) {
          const u = polygon[n]!;
          const v = polygon[n + 1]!;
          pixels[n] = i.offset + u * i.perU + v * i.perV + plane.positionMm * i.perP;
          pixels[n + 1] = j.offset + u * j.perU + v * j.perV + plane.positionMm * j.perP;
        }
        return pixels;
      });
    },
  };
}
