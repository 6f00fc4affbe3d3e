import { type RunControl, throwIfCancelled, type Volume, yieldToEventLoop } from "@isodose/core";
import { isInsideField, placeGrid, type SimplexField } from "./simplex-field.ts";

/** Which points of the reference are wanted. */
export interface PointChoice {
  readonly reference: Volume;
  readonly evaluated: Volume;
  readonly field: SimplexField;
  /** Points below are left out, and so are points without dose if `needsDose`. */
  readonly cutoffGy: number;
  readonly needsDose: boolean;
  readonly sliceRange: readonly [from: number, to: number];
}

/** A number for one point: its position along the axes of the evaluated grid, mm from its voxel (0, 0, 0), its dose and voxel. */
export type PointFunction = (xMm: number, yMm: number, zMm: number, doseGy: number, voxel: number) => number;

/** A number at every chosen point. */
export interface PointMap {
  /** Of the slices asked for, x fastest; NaN where there is none. */
  readonly values: Float32Array;
  readonly outsidePoints: number;
}

/** Time between two looks at the event loop, ms. */
const SLICE_OF_TIME_MS = 50;

/** Evaluate a function at every voxel of the reference that reaches the cutoff and lies inside the evaluated grid. */
export async function evaluatePoints(
  choice: PointChoice,
  stage: string,
  evaluate: PointFunction,
  { signal, onProgress }: RunControl,
): Promise<PointMap> {
  throwIfCancelled(signal);
  const { reference, field, cutoffGy, needsDose } = choice;
  const [from, to] = choice.sliceRange;
  const [nx, ny] = reference.grid.size;
  const data = reference.values.data;
  const first = nx * ny * from;
  const values = new Float32Array(nx * ny * (to - from)).fill(Number.NaN);
  const { base, stepI, stepJ, stepK } = placeGrid(reference.grid, choice.evaluated.grid);
  const rows = (to - from) * ny;
  let outsidePoints = 0;
  let since = performance.now();
  for (let row = 0; row < rows; row++) {
    const k = from + Math.floor(row / ny);
    const j = row % ny;
    const x0 = base[0] + j * stepJ[0] + k * stepK[0];
    const y0 = base[1] + j * stepJ[1] + k * stepK[1];
    const z0 = base[2] + j * stepJ[2] + k * stepK[2];
    const start = nx * (j + ny * k);
    for (let i = 0; i < nx; i++) {
      const doseGy = data[start + i]!;
      if (doseGy < cutoffGy || (needsDose && doseGy === 0)) continue;
      const x = x0 + i * stepI[0];
      const y = y0 + i * stepI[1];
      const z = z0 + i * stepI[2];
      if (isInsideField(field, x, y, z)) values[start + i - first] = evaluate(x, y, z, doseGy, start + i);
      else outsidePoints++;
    }
    const now = performance.now();
    if (now - since > SLICE_OF_TIME_MS) {
      onProgress?.({ stage, done: row + 1, total: rows });
      await yieldToEventLoop(signal);
      since = performance.now();
    }
  }
  onProgress?.({ stage, done: rows, total: rows });
  return { values, outsidePoints };
}
