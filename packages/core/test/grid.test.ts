import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { evenly } from "../../../test/support/evenly.ts";
import { rotationOf } from "../../../test/support/rotation.ts";
import {
  AXIAL_DIRECTION,
  assertGrid,
  createVolume,
  type Grid,
  patientToVoxel,
  voxelCount,
  voxelToPatient,
  voxelVolumeMm3,
} from "../src/index.ts";

const real = (least: number, most: number) => evenly(least, most);
const triple = (least: number, most: number) =>
  fc.tuple(real(least, most), real(least, most), real(least, most));
/** Any rotation, from a quaternion. */
const rotation = fc
  .tuple(real(-1, 1), real(-1, 1), real(-1, 1), real(-1, 1))
  .filter((q) => Math.hypot(...q) > 0.1)
  .map((q) => rotationOf(q.map((c) => c / Math.hypot(...q)) as [number, number, number, number]));
const grids: fc.Arbitrary<Grid> = fc
  .tuple(triple(0.1, 5), triple(-500, 500), rotation)
  .map(([spacingMm, originMm, direction]) => ({ size: [4, 5, 6], spacingMm, originMm, direction }));
const axial: Grid = {
  size: [4, 5, 6],
  spacingMm: [1, 2, 3],
  originMm: [10, 20, 30],
  direction: AXIAL_DIRECTION,
};

describe("grid", () => {
  it("goes from voxel to patient and back", () => {
    fc.assert(
      fc.property(grids, triple(-50, 500), (grid, voxel) => {
        const back = patientToVoxel(grid, voxelToPatient(grid, voxel));
        for (let a = 0; a < 3; a++) expect(back[a]).toBeCloseTo(voxel[a]!, 7);
      }),
      { seed: 2, numRuns: 300 },
    );
  });

  it("steps by the spacing along the columns of the direction, and keeps distances", () => {
    fc.assert(
      fc.property(grids, fc.constantFrom(0, 1, 2), (grid, axis) => {
        const unit = [0, 0, 0];
        unit[axis] = 1;
        const point = voxelToPatient(grid, unit as [number, number, number]);
        for (let a = 0; a < 3; a++) {
          expect(point[a]! - grid.originMm[a]!).toBeCloseTo(
            grid.spacingMm[axis]! * grid.direction[3 * a + axis]!,
            9,
          );
        }
        const step = Math.hypot(...point.map((c, a) => c - grid.originMm[a]!));
        expect(step).toBeCloseTo(grid.spacingMm[axis]!, 9);
      }),
      { seed: 3, numRuns: 100 },
    );
  });

  it("counts voxels and their volume", () => {
    expect(voxelCount(axial)).toBe(120);
    expect(voxelVolumeMm3(axial)).toBe(6);
    expect(voxelToPatient(axial, [1, 1, 1])).toEqual([11, 22, 33]);
  });

  it.each([
    [{ size: [4, 0, 6] }, "grid.size"],
    [{ size: [4, 1.5, 6] }, "grid.size"],
    [{ spacingMm: [1, -2, 3] }, "grid.spacingMm"],
    [{ spacingMm: [1, Number.NaN, 3] }, "grid.spacingMm"],
    [{ originMm: [Number.POSITIVE_INFINITY, 0, 0] }, "grid.originMm"],
    [{ direction: [1, 0, 0, 0, 1, 0, 0, 0.1, 1] }, "grid.direction"],
    [{ direction: [2, 0, 0, 0, 1, 0, 0, 0, 1] }, "grid.direction"],
  ])("refuses %j", (change, field) => {
    expect(() => assertGrid({ ...axial, ...change } as unknown as Grid)).toThrow(field);
    expect(() => assertGrid(axial)).not.toThrow();
  });

  it("makes volumes whose first index is x, the fastest", () => {
    const data = Float32Array.from({ length: 120 }, (_, i) => i);
    const volume = createVolume(axial, "Gy", "1.2.3", data);
    expect(volume.values.shape).toEqual([6, 5, 4]);
    expect(volume.values.get(2, 3, 1)).toBe(1 + 4 * (3 + 5 * 2));
    expect(volume.values.data).toBe(data);
    expect(createVolume(axial, "Gy", "1").values.data).toEqual(new Float32Array(120));
    expect(() => createVolume(axial, "Gy", "1", new Float32Array(119))).toThrow(/volume data length/);
  });
});
