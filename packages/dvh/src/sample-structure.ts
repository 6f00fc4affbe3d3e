import { type PatientPoint, patientToVoxel, type Volume, voxelToPatient } from "@isodose/core";
import { evenOddArea, type StructurePlanes } from "@isodose/geometry";
import { interpolateVoxels } from "./dose-interpolation.ts";
import { DoseSampleBuffer, type DoseSamples } from "./dose-samples.ts";
import { insidePolygons, scanPolygons } from "./scan-polygons.ts";

/** The dose of a structure, sampled. */
export interface SampledDose {
  readonly samples: DoseSamples;
  /** Volume of the structure, mm³: outside the dose grid too. */
  readonly volumeMm3: number;
  /** Of these, inside the dose grid, mm³. */
  readonly insideMm3: number;
  /** Lowest and highest dose in the structure, Gy: of samples, contour points and voxel centres. */
  readonly minGy: number;
  readonly maxGy: number;
}

/** Rows are thinner than boxes are long: their ends are exact, only their middle line stands for their height. */
const ROWS_PER_BOX = 3;
/** A polygon has at least so many rows, so that small ones keep their shape. */
const MIN_ROWS = 32;

/** Part of a box of half-width `half` around x that lies between the edges of an axis of n voxels. */
function partInside(x: number, half: number, n: number): number {
  const low = Math.max(x - half, -0.5);
  const high = Math.min(x + half, n - 0.5);
  return high <= low ? 0 : Math.min(1, (high - low) / (2 * half));
}

/**
 * Fill a structure with boxes: its slabs in layers, the polygons of a slab in rows, each row, cut exactly at the
 * polygon, in boxes of at most `samplingMm`; and take the dose at their centres. The boxes of a slab are scaled to its exact
 * area, as rows follow the polygon on their middle line only.
 *
 * Within a box the interpolant is taken as linear, so dose is spread about the centre with the variance
 * Σ (slope · width)² / 12, as an even spread of half-width ½ √(Σ (slope · width)²): exact for a gradient along an axis.
 * @param samplingMm - largest box, mm
 */
export function sampleStructure(structure: StructurePlanes, dose: Volume, samplingMm: number): SampledDose {
  const { uAxis, vAxis, normal } = structure;
  const { grid } = dose;
  const data = dose.values.data;
  const [nx, ny, nz] = grid.size;
  const point = (u: number, v: number, n: number): PatientPoint => [
    u * uAxis[0] + v * vAxis[0] + n * normal[0],
    u * uAxis[1] + v * vAxis[1] + n * normal[1],
    u * uAxis[2] + v * vAxis[2] + n * normal[2],
  ];
  // Voxel coordinates are affine in (u, v, n): x = x0 + u xu + v xv + n xn, and so on.
  const [x0, y0, z0] = patientToVoxel(grid, [0, 0, 0]);
  const [xu, yu, zu] = patientToVoxel(grid, point(1, 0, 0)).map((c, a) => c - [x0, y0, z0][a]!) as [
    number,
    number,
    number,
  ];
  const [xv, yv, zv] = patientToVoxel(grid, point(0, 1, 0)).map((c, a) => c - [x0, y0, z0][a]!) as [
    number,
    number,
    number,
  ];
  const [xn, yn, zn] = patientToVoxel(grid, point(0, 0, 1)).map((c, a) => c - [x0, y0, z0][a]!) as [
    number,
    number,
    number,
  ];

  const samples = new DoseSampleBuffer();
  const at = { value: 0, slopeI: 0, slopeJ: 0, slopeK: 0 };
  let volumeMm3 = 0;
  let insideMm3 = 0;
  let minGy = Number.POSITIVE_INFINITY;
  let maxGy = Number.NEGATIVE_INFINITY;
  const inBox = (x: number, y: number, z: number): boolean =>
    x >= -0.5 && y >= -0.5 && z >= -0.5 && x <= nx - 0.5 && y <= ny - 0.5 && z <= nz - 0.5;
  const lowest: [number, number, number] = [nx, ny, nz];
  const highest: [number, number, number] = [-1, -1, -1];

  for (const plane of structure.planes) {
    const thickness = plane.highMm - plane.lowMm;
    if (!(thickness > 0)) continue;
    const layers = Math.max(1, Math.ceil(thickness / samplingMm));
    const dn = thickness / layers;
    const rows = scanPolygons(plane.polygons, samplingMm / ROWS_PER_BOX, MIN_ROWS);
    const dv = rows.rowHeight;
    let scannedArea = 0;
    for (const row of rows.crossings) {
      for (let c = 0; c + 1 < row.length; c += 2) scannedArea += (row[c + 1]! - row[c]!) * dv;
    }
    if (!(scannedArea > 0)) continue;
    const scale = evenOddArea(plane.polygons) / scannedArea;
    rows.crossings.forEach((crossings, row) => {
      const v = rows.firstRowV + row * dv;
      for (let c = 0; c + 1 < crossings.length; c += 2) {
        const length = crossings[c + 1]! - crossings[c]!;
        if (!(length > 0)) continue;
        const boxes = Math.ceil(length / samplingMm);
        const du = length / boxes;
        const boxMm3 = scale * du * dv * dn;
        const halfX = (Math.abs(xu) * du + Math.abs(xv) * dv + Math.abs(xn) * dn) / 2;
        const halfY = (Math.abs(yu) * du + Math.abs(yv) * dv + Math.abs(yn) * dn) / 2;
        const halfZ = (Math.abs(zu) * du + Math.abs(zv) * dv + Math.abs(zn) * dn) / 2;
        for (let layer = 0; layer < layers; layer++) {
          const n = plane.lowMm + (layer + 0.5) * dn;
          for (let box = 0; box < boxes; box++) {
            const u = crossings[c]! + (box + 0.5) * du;
            const x = x0 + u * xu + v * xv + n * xn;
            const y = y0 + u * yu + v * yv + n * yn;
            const z = z0 + u * zu + v * zv + n * zn;
            volumeMm3 += boxMm3;
            const part = partInside(x, halfX, nx) * partInside(y, halfY, ny) * partInside(z, halfZ, nz);
            if (part === 0) continue;
            interpolateVoxels(data, nx, ny, nz, x, y, z, at);
            const alongU = (at.slopeI * xu + at.slopeJ * yu + at.slopeK * zu) * du;
            const alongV = (at.slopeI * xv + at.slopeJ * yv + at.slopeK * zv) * dv;
            const alongN = (at.slopeI * xn + at.slopeJ * yn + at.slopeK * zn) * dn;
            const halfWidth = 0.5 * Math.sqrt(alongU * alongU + alongV * alongV + alongN * alongN);
            insideMm3 += boxMm3 * part;
            if (at.value < minGy) minGy = at.value;
            if (at.value > maxGy) maxGy = at.value;
            samples.push(at.value, halfWidth, boxMm3 * part);
          }
        }
      }
    });
    // A linear dose is highest and lowest on the corners of the structure.
    for (const polygon of plane.polygons) {
      for (let p = 0; p < polygon.length; p += 2) {
        for (const n of [plane.lowMm, plane.highMm]) {
          const x = x0 + polygon[p]! * xu + polygon[p + 1]! * xv + n * xn;
          const y = y0 + polygon[p]! * yu + polygon[p + 1]! * yv + n * yn;
          const z = z0 + polygon[p]! * zu + polygon[p + 1]! * zv + n * zn;
          [x, y, z].forEach((t, a) => {
            lowest[a] = Math.min(lowest[a]!, t);
            highest[a] = Math.max(highest[a]!, t);
          });
          if (!inBox(x, y, z)) continue;
          interpolateVoxels(data, nx, ny, nz, x, y, z, at);
          if (at.value < minGy) minGy = at.value;
          if (at.value > maxGy) maxGy = at.value;
        }
      }
    }
  }
  if (samples.count === 0) return { samples, volumeMm3, insideMm3: 0, minGy: Number.NaN, maxGy: Number.NaN };

  // The trilinear interpolant has its peaks and valleys at voxel centres: look at those inside the structure.
  const along = (p: PatientPoint, axis: readonly number[]): number =>
    p[0] * axis[0]! + p[1] * axis[1]! + p[2] * axis[2]!;
  for (let k = Math.max(0, Math.ceil(lowest[2])); k <= Math.min(nz - 1, highest[2]); k++) {
    for (let j = Math.max(0, Math.ceil(lowest[1])); j <= Math.min(ny - 1, highest[1]); j++) {
      for (let i = Math.max(0, Math.ceil(lowest[0])); i <= Math.min(nx - 1, highest[0]); i++) {
        const value = data[i + nx * (j + ny * k)]!;
        if (value >= minGy && value <= maxGy) continue;
        const p = voxelToPatient(grid, [i, j, k]);
        const n = along(p, normal);
        const slab = structure.planes.find((plane) => n >= plane.lowMm && n <= plane.highMm);
        if (!slab || !insidePolygons(slab.polygons, along(p, uAxis), along(p, vAxis))) continue;
        minGy = Math.min(minGy, value);
        maxGy = Math.max(maxGy, value);
      }
    }
  }
  return { samples, volumeMm3, insideMm3, minGy, maxGy };
}
