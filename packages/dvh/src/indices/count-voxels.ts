import {
  type DvhCurve,
  patientToVoxel,
  UnsupportedError,
  type Vec3,
  voxelToPatient,
  voxelVolumeMm3,
} from "@isodose/core";
import { type ContourOptions, planesOfStructure } from "@isodose/geometry";
import { isOccupancy, isSolid } from "../dvh-region.ts";
import { assertFrame, type DvhRecipe, nameOf, nearestDose } from "./dvh-recipe.ts";
import { stepCurve } from "./step-curve.ts";

/** See {@link DvhRecipe.sampling}. */
export function countVoxels(recipe: DvhRecipe): DvhCurve {
  const { structure, dose, interpolation = "trilinear" } = recipe;
  assertFrame(recipe);
  if (isSolid(structure))
    throw new UnsupportedError("counting voxels of a solid", "give its contours or its occupancy");
  const name = nameOf(recipe);
  const { size, spacingMm } = dose.grid;
  const data = dose.values.data;
  const doseGy: number[] = [];
  if (isOccupancy(structure)) {
    const [nx, ny] = structure.grid.size;
    const part = structure.values.data;
    let counted = 0;
    for (let n = 0; n < part.length; n++) {
      if (part[n]! < 0.5) continue;
      counted++;
      const at: Vec3 = [n % nx, Math.floor(n / nx) % ny, Math.floor(n / (nx * ny))];
      const found = nearestDose(dose, voxelToPatient(structure.grid, at));
      if (found !== undefined) doseGy.push(found);
    }
    const cc = voxelVolumeMm3(structure.grid) / 1000;
    return stepCurve(name, counted * cc, Float64Array.from(doseGy), new Float64Array(doseGy.length).fill(cc));
  }
  const options: ContourOptions = {
    endSlices: "half",
    ...(recipe.singlePlaneThicknessMm !== undefined && {
      singlePlaneThicknessMm: recipe.singlePlaneThicknessMm,
    }),
  };
  const { planes, normal, uAxis, vAxis } = planesOfStructure(structure, options);
  if (planes.length === 0) return stepCurve(name, 0, new Float64Array(0), new Float64Array(0));
  const { direction } = dose.grid;
  const axis = [0, 1, 2].find(
    (a) =>
      Math.abs(direction[a]! * normal[0] + direction[a + 3]! * normal[1] + direction[a + 6]! * normal[2]) >
      1 - 1e-6,
  );
  if (axis === undefined)
    throw new UnsupportedError(
      `counting voxels of ${name}`,
      "its contours must lie in planes of the dose grid",
    );
  const gaps = planes
    .slice(1)
    .map((plane, n) => plane.positionMm - planes[n]!.positionMm)
    .sort((a, b) => a - b);
  const thicknessMm = recipe.planeSpacingMm ?? gaps[gaps.length >> 1] ?? planes[0]!.highMm - planes[0]!.lowMm;
  const [p, q] = [0, 1, 2].filter((a) => a !== axis) as [number, number];
  const strides = [1, size[0], size[0] * size[1]];
  const pixelCc = (spacingMm[p]! * spacingMm[q]! * thicknessMm) / 1000;
  let counted = 0;
  for (const { positionMm, polygons } of planes) {
    const pixels = polygons.map((polygon) => {
      const out = new Float64Array(polygon.length);
      for (let n = 0; n < polygon.length; n += 2) {
        const at = (c: 0 | 1 | 2) =>
          polygon[n]! * uAxis[c] + polygon[n + 1]! * vAxis[c] + positionMm * normal[c];
        const voxel = patientToVoxel(dose.grid, [at(0), at(1), at(2)]);
        out[n] = voxel[p]!;
        out[n + 1] = voxel[q]!;
      }
      return out;
    });
    const at = patientToVoxel(dose.grid, normal.map((c) => c * positionMm) as unknown as Vec3);
    // Along the normal only the position counts: the axes are at right angles.
    const depth = at[axis]!;
    const lower = Math.floor(depth);
    const isIn = depth >= -0.5 && depth <= size[axis]! - 0.5;
    const clamp = (n: number) => Math.min(size[axis]! - 1, Math.max(0, n));
    const nearest = clamp(Math.round(depth));
    const [below, above] = [clamp(lower), clamp(lower + 1)];
    for (const [i, j] of centresInside(pixels)) {
      counted++;
      if (!isIn || i < 0 || j < 0 || i >= size[p]! || j >= size[q]!) continue;
      const base = i * strides[p]! + j * strides[q]!;
      const value = (n: number) => data[base + n * strides[axis]!]!;
      doseGy.push(
        interpolation === "nearest"
          ? value(nearest)
          : value(below) + (depth - lower) * (value(above) - value(below)),
      );
    }
  }
  return stepCurve(
    name,
    counted * pixelCc,
    Float64Array.from(doseGy),
    new Float64Array(doseGy.length).fill(pixelCc),
  );
}

/** The whole numbers (i, j) inside the polygons, by the even–odd rule. */
function* centresInside(polygons: readonly Float64Array[]): Generator<[number, number]> {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const polygon of polygons)
    for (let n = 1; n < polygon.length; n += 2) {
      low = Math.min(low, polygon[n]!);
      high = Math.max(high, polygon[n]!);
    }
  for (let j = Math.ceil(low); j <= high; j++) {
    const crossings: number[] = [];
    for (const polygon of polygons)
      for (let n = 0, m = polygon.length - 2; n < polygon.length; m = n, n += 2) {
        const [y0, y1] = [polygon[m + 1]!, polygon[n + 1]!];
        if (y0 > j !== y1 > j)
          crossings.push(polygon[m]! + ((j - y0) / (y1 - y0)) * (polygon[n]! - polygon[m]!));
      }
    crossings.sort((a, b) => a - b);
    for (let c = 0; c + 1 < crossings.length; c += 2)
      for (let i = Math.ceil(crossings[c]!); i < crossings[c + 1]!; i++) yield [i, j];
  }
}
