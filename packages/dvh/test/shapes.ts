import {
  AXIAL_DIRECTION,
  type Contour,
  createVolume,
  type Direction,
  type Grid,
  type PatientPoint,
  type Structure,
  type Vec3,
  type Volume,
  voxelToPatient,
} from "@isodose/core";

/** Points around an ellipse-like cross-section at height z. */
export function circle(x: number, y: number, z: number, radiusMm: number, points = 180): number[] {
  // A regular polygon of the same area as the circle.
  const angle = (2 * Math.PI) / points;
  const r = radiusMm * Math.sqrt(angle / Math.sin(angle));
  return Array.from({ length: points }, (_, n) => [
    x + r * Math.cos((n + 0.5) * angle),
    y + r * Math.sin((n + 0.5) * angle),
    z,
  ]).flat();
}

export function rectangle(x0: number, x1: number, y0: number, y1: number, z: number): number[] {
  return [x0, y0, z, x1, y0, z, x1, y1, z, x0, y1, z];
}

export function structureOf(
  name: string,
  contours: readonly number[][],
  frameOfReferenceUid = "",
): Structure {
  return {
    name,
    number: 1,
    type: "PTV",
    colorRgb: [255, 0, 0],
    contours: contours.map(
      (points): Contour => ({ type: "CLOSED_PLANAR", pointsMm: Float64Array.from(points) }),
    ),
    frameOfReferenceUid,
  };
}

/** Planes in the middle of `count` equal slabs from low to high. */
export function slabMiddles(lowMm: number, highMm: number, count: number): number[] {
  return Array.from({ length: count }, (_, n) => lowMm + ((n + 0.5) * (highMm - lowMm)) / count);
}

export function sphere(center: Vec3, radiusMm: number, slices: number, name = "sphere"): Structure {
  return structureOf(
    name,
    slabMiddles(center[2] - radiusMm, center[2] + radiusMm, slices).map((z) =>
      circle(center[0], center[1], z, Math.sqrt(radiusMm ** 2 - (z - center[2]) ** 2)),
    ),
  );
}

export function box(low: Vec3, high: Vec3, slices: number, name = "box"): Structure {
  return structureOf(
    name,
    slabMiddles(low[2], high[2], slices).map((z) => rectangle(low[0], high[0], low[1], high[1], z)),
  );
}

/** A grid of cubic voxels whose centres reach from −halfMm to halfMm around the center. */
export function cubeGrid(
  center: Vec3,
  halfMm: number,
  spacingMm: number,
  direction: Direction = AXIAL_DIRECTION,
): Grid {
  const n = Math.round((2 * halfMm) / spacingMm) + 1;
  const d = direction;
  const h = ((n - 1) * spacingMm) / 2;
  const originMm: PatientPoint = [
    center[0] - h * (d[0] + d[1] + d[2]),
    center[1] - h * (d[3] + d[4] + d[5]),
    center[2] - h * (d[6] + d[7] + d[8]),
  ];
  return { size: [n, n, n], spacingMm: [spacingMm, spacingMm, spacingMm], originMm, direction };
}

/** Dose of a formula at the voxel centres. */
export function doseOf(grid: Grid, doseGy: (p: PatientPoint) => number, frameOfReferenceUid = ""): Volume {
  const dose = createVolume(grid, "Gy", frameOfReferenceUid);
  const [nx, ny, nz] = grid.size;
  let n = 0;
  for (let k = 0; k < nz; k++) {
    for (let j = 0; j < ny; j++) {
      for (let i = 0; i < nx; i++) dose.values.data[n++] = doseGy(voxelToPatient(grid, [i, j, k]));
    }
  }
  return dose;
}

/** Rotate a structure's points by a row-major 3 × 3 matrix and shift them. */
export function moveStructure(structure: Structure, m: Direction, shift: Vec3): Structure {
  return {
    ...structure,
    contours: structure.contours.map((contour) => {
      const out = new Float64Array(contour.pointsMm.length);
      for (let p = 0; p < out.length; p += 3) {
        const [x, y, z] = contour.pointsMm.subarray(p, p + 3) as unknown as Vec3;
        for (let a = 0; a < 3; a++)
          out[p + a] = m[3 * a]! * x + m[3 * a + 1]! * y + m[3 * a + 2]! * z + shift[a]!;
      }
      return { ...contour, pointsMm: out };
    }),
  };
}
