import {
  assertGrid,
  createVolume,
  type Grid,
  InvalidInputError,
  type Structure,
  type Volume,
  voxelVolumeMm3,
  type Warning,
} from "@isodose/core";
import { checkStructure } from "./check-structure.ts";
import { planesOfStructure, type StructurePlanes } from "./contour-planes.ts";
import type { ContourOptions } from "./contour-slabs.ts";
import { obliqueLayer } from "./oblique-sheets.ts";
import { addCoverage, type CoverageWindow, coverageWindow } from "./polygon-coverage.ts";
import { boxCoordinate, type SlabFrame, slabFrame } from "./slab-frame.ts";
import { stackVolumeCc } from "./structure-volume.ts";

/** How a structure is put on a grid. */
export interface OccupancyOptions extends ContourOptions {
  /** Where no grid axis lies along the normal of the contours: largest change of a voxel on the last refinement. Default 0.02. */
  readonly tolerance?: number;
}

/** A structure on a grid, and what is known about it. */
export interface StructureOccupancy {
  /** unit "fraction", values in [0, 1]. */
  readonly occupancy: Volume;
  /** Of the contours, wherever the grid is. */
  readonly volumeCc: number;
  /** The part of it that no voxel covers. */
  readonly volumeOutsideGridCc: number;
  /**
   * How far a voxel may be off: 0 where a grid axis lies along the normal of the contours (exact up to float32), else the
   * largest change on the last refinement.
   */
  readonly voxelError: number;
  /** How each part of the stack was closed; see {@link ContourOptions.endSlices}. */
  readonly ends: StructurePlanes["ends"];
  /** As {@link checkStructure}, with the grid. */
  readonly warnings: readonly Warning[];
}

const DEFAULT_TOLERANCE = 0.02;

/**
 * Part of every voxel that lies inside a structure, with the volume outside the grid, the error and warnings.
 *
 * Where a grid axis lies along the normal of the contours (axial, sagittal or coronal contours on a grid of the patient's
 * axes, or any that are turned alike): exact area of the polygons in the pixel times the overlap of the slabs with the
 * voxel's layer. Else: the mean over flat sheets through the layer, in each of which the area is exact.
 *
 * @param grid - any spacing, origin and direction
 * @throws InvalidInputError if the grid or the tolerance is not valid, or as {@link planesOfStructure}
 * @throws UnsupportedError as {@link planesOfStructure}
 */
export function structureOccupancy(
  structure: Structure,
  grid: Grid,
  options: OccupancyOptions = {},
): StructureOccupancy {
  const { occupancy, stack, sum, voxelError } = occupancyOf(structure, grid, options);
  const volumeCc = stackVolumeCc(stack);
  const missing = volumeCc - (sum * voxelVolumeMm3(grid)) / 1000;
  // What float32, or the sheets, leave open is not a finding.
  const open = (1e-6 + 0.01 * voxelError) * volumeCc;
  return {
    occupancy,
    volumeCc,
    volumeOutsideGridCc: missing > open ? missing : 0,
    voxelError,
    ends: stack.ends,
    warnings: checkStructure(structure, grid, options),
  };
}

/**
 * As {@link structureOccupancy}, the fractions alone. Their sum times the voxel volume is {@link structureVolumeCc} where
 * the grid covers the structure, up to the rounding of float32 (contours askew to the grid: up to the tolerance).
 * @returns unit "fraction", values in [0, 1]
 * @throws as {@link structureOccupancy}
 */
export function rasterizeOccupancy(structure: Structure, grid: Grid, options: OccupancyOptions = {}): Volume {
  return occupancyOf(structure, grid, options).occupancy;
}

function occupancyOf(
  structure: Structure,
  grid: Grid,
  options: OccupancyOptions,
): { occupancy: Volume; stack: StructurePlanes; sum: number; voxelError: number } {
  assertGrid(grid);
  const tolerance = options.tolerance ?? DEFAULT_TOLERANCE;
  if (!(tolerance > 0 && tolerance < 1))
    throw new InvalidInputError("tolerance", tolerance, "a fraction between 0 and 1");
  const stack = planesOfStructure(structure, options);
  const occupancy = createVolume(grid, "fraction", structure.frameOfReferenceUid);
  if (stack.planes.length === 0) return { occupancy, stack, sum: 0, voxelError: 0 };
  const frame = slabFrame(stack, grid);
  const { data } = occupancy.values;
  let voxelError = 0;
  let sum = 0;
  if (frame.parallel) sum = fillParallel(stack, frame, data);
  else {
    for (let k = 0; k < frame.size[2]; k++) {
      const found = obliqueLayer(stack, frame, k, tolerance);
      if (!found) continue;
      voxelError = Math.max(voxelError, found.change);
      sum += writeLayer(data, frame, k, found.layer);
    }
  }
  return { occupancy, stack, sum, voxelError };
}

/** A slab across the layers of the grid (layer k is [k, k + 1]), and its coverage of their pixels. */
interface LayerSlab {
  readonly low: number;
  readonly high: number;
  readonly coverage: () => CoverageWindow | undefined;
}

/** @returns the sum of the fractions */
function fillParallel(stack: StructurePlanes, frame: SlabFrame, data: Float32Array): number {
  const [n1, n2, layers] = frame.size;
  const slabs = stack.planes
    .map((plane): LayerSlab => {
      const [u0 = 0, v0 = 0] = plane.polygons[0] ?? [];
      const ends = [plane.lowMm, plane.highMm].map((p) => boxCoordinate(frame.across, u0, v0, p));
      return {
        low: Math.min(...ends),
        high: Math.max(...ends),
        coverage: () => {
          const pixels = plane.polygons.map((polygon) => {
            const out = new Float64Array(polygon.length);
            for (let n = 0; n < polygon.length; n += 2) {
              const [u, v] = [polygon[n]!, polygon[n + 1]!];
              out[n] = boxCoordinate(frame.row, u, v, plane.positionMm);
              out[n + 1] = boxCoordinate(frame.column, u, v, plane.positionMm);
            }
            return out;
          });
          return coverageWindow(pixels, n1, n2);
        },
      };
    })
    .sort((a, b) => a.low - b.low);
  const coverages = new Map<LayerSlab, CoverageWindow | undefined>();
  const layer = new Float64Array(n1 * n2);
  let first = 0;
  let sum = 0;
  for (let k = 0; k < layers; k++) {
    while (first < slabs.length && slabs[first]!.high <= k) coverages.delete(slabs[first++]!);
    let touched = false;
    for (let n = first; n < slabs.length && slabs[n]!.low < k + 1; n++) {
      const slab = slabs[n]!;
      const overlap = Math.min(slab.high, k + 1) - Math.max(slab.low, k);
      if (!(overlap > 0)) continue;
      if (!coverages.has(slab)) coverages.set(slab, slab.coverage());
      const window = coverages.get(slab);
      if (!window) continue;
      if (!touched) layer.fill(0);
      touched = true;
      addCoverage(layer, n1, window, overlap);
    }
    if (touched) sum += writeLayer(data, frame, k, layer);
  }
  return sum;
}

/** @returns the sum of the fractions */
function writeLayer(
  data: Float32Array,
  { size, strides, start }: SlabFrame,
  k: number,
  layer: Float64Array,
): number {
  let sum = 0;
  for (let column = 0; column < size[1]; column++) {
    const first = start + column * strides[1] + k * strides[2];
    for (let row = 0; row < size[0]; row++) {
      // Rounding must not leave 1 − 1e-12 inside.
      const part = layer[column * size[0] + row]!;
      const fraction = part > 1 - 1e-12 ? 1 : part;
      data[first + row * strides[0]] = fraction;
      sum += fraction;
    }
  }
  return sum;
}
