import {
  InvalidInputError,
  patientToVoxel,
  type RunControl,
  throwIfCancelled,
  type Volume,
  voxelToPatient,
} from "@isodose/core";
import { type ContourOptions, signedDistanceMm } from "@isodose/geometry";
import { interpolateVoxels } from "../dose-interpolation.ts";
import type { DvhRegion } from "../dvh-region.ts";
import { boundsInVoxels, regionOnFineGrid } from "./region-on-fine-grid.ts";

/** What lies between two distances from a target's surface. */
export interface DistanceShell {
  /** Distances from the surface, mm; negative inside. */
  readonly fromMm: number;
  readonly toMm: number;
  /** Volume inside the dose grid, cc. */
  readonly volumeCc: number;
  /** Volume outside it, cc, as far as it was looked at. */
  readonly volumeOutsideDoseGridCc: number;
  /** Of the part inside the dose grid, Gy; NaN if there is none. */
  readonly minGy: number;
  readonly meanGy: number;
  readonly maxGy: number;
  /** Volume that receives at least each of the levels, cc. */
  readonly volumeCcAtLeast: readonly number[];
  /** Edge of the voxels in which the distance was found, mm: distances are good to about a tenth of it. */
  readonly voxelMm: number;
}

const LEAST_SLOPE = 0.3;

/**
 * Dose and volume in shells about a target. The target is put on a fine grid (axes of the dose grid), and its signed
 * distance found there; in each voxel distance and dose are planes. The part of a voxel beyond an edge e is
 *
 *   f(d − e) = ½ + (d − e) / w held to 0 … 1,   w = √Σ (slope · edge)²
 *
 * and that beyond it with dose ≥ L lies between the bounds of Fréchet as the cosine c of the two slopes says:
 * (1 − |c|) f g + |c| (c > 0 ? min(f, g) : max(0, f + g − 1)): exact where isodoses are parallel to the surface.
 * Near shells are found in a finer grid than far ones.
 *
 * @param edgesMm - increasing, at least two: shell n is from edge n to n + 1
 */
export function distanceShells(
  dose: Volume,
  target: DvhRegion,
  edgesMm: readonly number[],
  levelsGy: readonly number[],
  options: ContourOptions,
  control: RunControl,
): DistanceShell[] {
  const bounds = boundsInVoxels(target, dose.grid, options);
  if (!bounds) throw new InvalidInputError("target", 0, "a target of more than 0 cc");
  const across = Math.min(
    ...[0, 1, 2].map((a) => (bounds.high[a]! - bounds.low[a]!) * dose.grid.spacingMm[a]!),
  );
  const isFar = (toMm: number): boolean => toMm > Math.max(5, across / 2);
  const shells: DistanceShell[] = [];
  const groups = [edgesMm.slice(1).filter((e) => !isFar(e)).length, edgesMm.length - 1];
  let first = 0;
  for (const end of groups) {
    if (end <= first) continue;
    throwIfCancelled(control.signal);
    const edges = edgesMm.slice(first, end + 1);
    const region = regionOnFineGrid(target, dose, bounds, across, Math.max(0, edges.at(-1)!), options);
    const distance = signedDistanceMm(region);
    throwIfCancelled(control.signal);
    shells.push(...fillShells(dose, distance, edges, levelsGy));
    first = end;
    control.onProgress?.({ stage: "dose by distance", done: end, total: edgesMm.length - 1 });
  }
  return shells;
}

/** Depth of the point farthest inside, mm, > 0, found in a field around the target alone. */
export function deepestMm(dose: Volume, target: DvhRegion, options: ContourOptions): number {
  const bounds = boundsInVoxels(target, dose.grid, options);
  if (!bounds) throw new InvalidInputError("target", 0, "a target of more than 0 cc");
  const across = Math.min(
    ...[0, 1, 2].map((a) => (bounds.high[a]! - bounds.low[a]!) * dose.grid.spacingMm[a]!),
  );
  const field = signedDistanceMm(regionOnFineGrid(target, dose, bounds, across, 0, options)).values.data;
  let least = 0;
  for (let n = 0; n < field.length; n++) if (field[n]! < least) least = field[n]!;
  return -least;
}

/** Part of a spread of width w about x that lies above 0. */
function partAbove(x: number, w: number): number {
  return w > 0 ? Math.min(1, Math.max(0, 0.5 + x / w)) : x >= 0 ? 1 : 0;
}

function fillShells(
  dose: Volume,
  distance: Volume,
  edges: readonly number[],
  levelsGy: readonly number[],
): DistanceShell[] {
  const { grid } = distance;
  const [mx, my, mz] = grid.size;
  const [hx, hy, hz] = grid.spacingMm;
  const [nx, ny, nz] = dose.grid.size;
  const field = distance.values.data;
  const data = dose.values.data;
  const shells = edges.length - 1;
  const levels = levelsGy.length;
  const volume = new Float64Array(shells);
  const outside = new Float64Array(shells);
  const sum = new Float64Array(shells);
  const least = new Float64Array(shells).fill(Number.POSITIVE_INFINITY);
  const most = new Float64Array(shells).fill(Number.NEGATIVE_INFINITY);
  const above = new Float64Array(shells * levels);
  const beyondLevel = new Float64Array(levels);
  // The grids may be turned against each other: steps of the field in voxels of the dose.
  const start = patientToVoxel(dose.grid, voxelToPatient(grid, [0, 0, 0]));
  const step = (
    [
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
    ] as const
  ).map((e) => patientToVoxel(dose.grid, voxelToPatient(grid, e)).map((c, n) => c - start[n]!));
  const [si, sj, sk] = step as [number[], number[], number[]];
  const [xi, yi, zi] = si as [number, number, number];
  const [xj, yj, zj] = sj as [number, number, number];
  const [xk, yk, zk] = sk as [number, number, number];
  const halfDiagonal = 0.5 * Math.hypot(hx, hy, hz);
  const out = { value: 0, slopeI: 0, slopeJ: 0, slopeK: 0 };
  for (let k = 0; k < mz; k++) {
    const down = k > 0 ? mx * my : 0;
    const up = k < mz - 1 ? mx * my : 0;
    for (let j = 0; j < my; j++) {
      const front = j > 0 ? mx : 0;
      const back = j < my - 1 ? mx : 0;
      for (let i = 0; i < mx; i++) {
        const n = i + mx * (j + my * k);
        const d = field[n]!;
        if (d < edges[0]! - halfDiagonal || d > edges[shells]! + halfDiagonal) continue;
        const x = start[0] + i * xi + j * xj + k * xk;
        const y = start[1] + i * yi + j * yj + k * yk;
        const z = start[2] + i * zi + j * zj + k * zk;
        // Rise of the distance from one side of the voxel to the other, mm.
        const left = i > 0 ? 1 : 0;
        const right = i < mx - 1 ? 1 : 0;
        let ui = (field[n + right]! - field[n - left]!) / Math.max(1, right + left);
        let uj =
          (field[n + back]! - field[n - front]!) / Math.max(1, (back > 0 ? 1 : 0) + (front > 0 ? 1 : 0));
        let uk = (field[n + up]! - field[n - down]!) / Math.max(1, (up > 0 ? 1 : 0) + (down > 0 ? 1 : 0));
        // Distance rises by 1 mm per mm, but for places with two nearest points.
        const slope = Math.sqrt((ui / hx) ** 2 + (uj / hy) ** 2 + (uk / hz) ** 2);
        const sharp = slope > LEAST_SLOPE ? 1 / slope : 0;
        ui *= sharp;
        uj *= sharp;
        uk *= sharp;
        const width = Math.sqrt(ui * ui + uj * uj + uk * uk);
        const isIn = x >= -0.5 && y >= -0.5 && z >= -0.5 && x <= nx - 0.5 && y <= ny - 0.5 && z <= nz - 0.5;
        let gy = 0;
        let di = 0;
        let dj = 0;
        let dk = 0;
        if (isIn) {
          interpolateVoxels(data, nx, ny, nz, x, y, z, out);
          gy = out.value;
          di = out.slopeI * xi + out.slopeJ * yi + out.slopeK * zi;
          dj = out.slopeI * xj + out.slopeJ * yj + out.slopeK * zj;
          dk = out.slopeI * xk + out.slopeJ * yk + out.slopeK * zk;
        }
        const doseWidth = Math.sqrt(di * di + dj * dj + dk * dk);
        const dot = ui * di + uj * dj + uk * dk;
        const cosine = width > 0 && doseWidth > 0 ? dot / (width * doseWidth) : 0;
        // Dose per mm along the way out.
        const gyPerMm = sharp > 0 ? (ui * di) / hx ** 2 + (uj * dj) / hy ** 2 + (uk * dk) / hz ** 2 : 0;
        let f = partAbove(d - edges[0]!, width);
        let isFirst = true;
        for (let s = 0; s < shells; s++) {
          if (f === 0) break;
          const next = partAbove(d - edges[s + 1]!, width);
          const part = f - next;
          if (part > 0) {
            if (!isIn) outside[s]! += part;
            else {
              volume[s]! += part;
              // Where an edge cuts the voxel, the dose of its part is that of the part's middle.
              const low = Math.max(edges[s]!, d - 0.5 * width);
              const high = Math.min(edges[s + 1]!, d + 0.5 * width);
              const middle = gy + (0.5 * (low + high) - d) * gyPerMm;
              sum[s]! += part * middle;
              const nearest = gy + (Math.min(edges[s + 1]!, Math.max(edges[s]!, d)) - d) * gyPerMm;
              if (nearest < least[s]!) least[s] = nearest;
              if (nearest > most[s]!) most[s] = nearest;
              for (let l = 0; l < levels; l++) {
                const g = partAbove(gy - levelsGy[l]!, doseWidth);
                if (isFirst) beyondLevel[l] = bothParts(f, g, cosine);
                const beyond = bothParts(next, g, cosine);
                above[s * levels + l]! += Math.max(0, beyondLevel[l]! - beyond);
                beyondLevel[l] = beyond;
              }
              isFirst = false;
            }
          }
          f = next;
        }
      }
    }
  }
  const cc = (hx * hy * hz) / 1000;
  return Array.from({ length: shells }, (_, s) => ({
    fromMm: edges[s]!,
    toMm: edges[s + 1]!,
    volumeCc: volume[s]! * cc,
    volumeOutsideDoseGridCc: outside[s]! * cc,
    minGy: volume[s]! > 0 ? least[s]! : Number.NaN,
    meanGy: volume[s]! > 0 ? sum[s]! / volume[s]! : Number.NaN,
    maxGy: volume[s]! > 0 ? most[s]! : Number.NaN,
    volumeCcAtLeast: levelsGy.map((_level, l) => above[s * levels + l]! * cc),
    voxelMm: Math.max(hx, hy, hz),
  }));
}

/** Part of a voxel in two half spaces that hold the parts f and g of it, the cosine of whose normals is c. */
function bothParts(f: number, g: number, c: number): number {
  if (f === 0 || g === 0) return 0;
  const along = c > 0 ? Math.min(f, g) : Math.max(0, f + g - 1);
  const a = Math.abs(c);
  return (1 - a) * f * g + a * along;
}
