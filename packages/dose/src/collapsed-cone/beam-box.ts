import type { Medium } from "@isodose/core";
import type { IndexOfBeam } from "./beam-frame.ts";
import type { Box, PathDensity } from "./sweep-cones.ts";

/** Voxels along the axes of a beam; the axis runs through the centres of the middle column. */
export interface BeamBox extends Box {
  /** Beam coordinates of the centre of voxel (0, 0, 0), mm. */
  readonly firstMm: readonly [number, number, number];
}

/** Matter of a medium, averaged over the voxels of a box. */
export interface BoxMatter extends PathDensity {
  /** Mean density, g/cm³. */
  readonly densityGPerCm3: Float32Array;
}

/** Last bits of a float's mantissa that do not tell classes of path density apart: they differ by 0.2 to 0.4 %. */
const DROPPED_BITS = 15;
const LEAST_DENSITY = 1e-5;

/**
 * Density and path density of every voxel of a box: the mean over points inside it.
 * @param pathFactor - path density over mass density, by material
 */
export function sampleMatter(
  medium: Medium,
  index: IndexOfBeam,
  box: BeamBox,
  pathFactor: Float64Array,
): BoxMatter {
  const [nx, ny, nz] = box.size;
  const density = new Float32Array(nx * ny * nz);
  const path = new Float32Array(nx * ny * nz);
  const [sx, sy, sz] = medium.grid.size;
  const finest = Math.min(...medium.grid.spacingMm);
  const points = samplePoints(Math.max(...box.spacingMm) / finest);
  const share = 1 / points.length;
  const { origin, perX, perY, perZ } = index;
  const [da, db, dc] = perZ.map((c) => c * box.spacingMm[2]) as [number, number, number];
  for (let j = 0; j < ny; j++) {
    for (let i = 0; i < nx; i++) {
      const column = nz * (i + nx * j);
      for (const [ox, oy, oz] of points) {
        const x = box.firstMm[0] + (i + ox) * box.spacingMm[0];
        const y = box.firstMm[1] + (j + oy) * box.spacingMm[1];
        const z = box.firstMm[2] + oz * box.spacingMm[2];
        // The half makes faces stand at whole numbers.
        let a = origin[0] + x * perX[0] + y * perY[0] + z * perZ[0] + 0.5;
        let b = origin[1] + x * perX[1] + y * perY[1] + z * perZ[1] + 0.5;
        let c = origin[2] + x * perX[2] + y * perY[2] + z * perZ[2] + 0.5;
        for (let k = 0; k < nz; k++) {
          if (a >= 0 && b >= 0 && c >= 0 && a < sx && b < sy && c < sz) {
            const voxel = (a | 0) + sx * ((b | 0) + sy * (c | 0));
            const rho = medium.densityGPerCm3[voxel]!;
            density[column + k]! += rho;
            path[column + k]! += rho * pathFactor[medium.materialIndex[voxel]!]!;
          }
          a += da;
          b += db;
          c += dc;
        }
      }
    }
  }
  for (let v = 0; v < density.length; v++) {
    density[v]! *= share;
    path[v]! *= share;
  }
  return { densityGPerCm3: density, ...classify(path) };
}

/**
 * Where to look inside a voxel, in voxels from its centre. As large as the medium's: the corners of a tetrahedron, which see a plane
 * face along any axis; larger: all eight corners of the half-sized cube.
 * @param ratio - side over that of the medium's voxels
 */
function samplePoints(ratio: number): readonly (readonly [number, number, number])[] {
  if (ratio < 0.7) return [[0, 0, 0]];
  const out: [number, number, number][] = [];
  for (let corner = 0; corner < 8; corner++) {
    const bits = [corner & 1, (corner >> 1) & 1, corner >> 2] as const;
    if (ratio < 1.6 && (bits[0] + bits[1] + bits[2]) % 2 === 1) continue;
    out.push([bits[0] / 2 - 0.25, bits[1] / 2 - 0.25, bits[2] / 2 - 0.25]);
  }
  return out;
}

/** Classes of nearly equal values, each with the mean of its members; class 0 is vacuum. */
function classify(path: Float32Array): PathDensity {
  // A float's exponent and the first bits of its mantissa make a bin.
  const bits = new Uint32Array(path.buffer, path.byteOffset, path.length);
  const classOfBin = new Uint16Array(1 << (31 - DROPPED_BITS));
  const classOf = new Uint16Array(path.length);
  const sums: number[] = [0];
  const counts: number[] = [1];
  for (let v = 0; v < path.length; v++) {
    const value = path[v]!;
    if (value < LEAST_DENSITY) continue;
    const bin = bits[v]! >>> DROPPED_BITS;
    let one = classOfBin[bin]!;
    if (one === 0) {
      one = sums.length;
      classOfBin[bin] = one;
      sums.push(0);
      counts.push(0);
    }
    classOf[v] = one;
    sums[one]! += value;
    counts[one]!++;
  }
  return { classOf, ofClass: Float64Array.from(sums, (sum, c) => sum / counts[c]!) };
}
