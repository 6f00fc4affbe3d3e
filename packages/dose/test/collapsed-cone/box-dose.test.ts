import {
  AXIAL_DIRECTION,
  type Grid,
  patientToVoxel,
  uniformStream,
  voxelCount,
  voxelToPatient,
} from "@isodose/core";
import { MATERIALS } from "@isodose/physics";
import { describe, expect, test } from "vitest";
import { rotationOf } from "../../../../test/support/rotation.ts";
import { clearVacuum } from "../../src/collapsed-cone/box-dose.ts";
import { cube } from "./scene.ts";

describe("no dose in vacuum", () => {
  const medium = cube(MATERIALS.water, 20, 2);
  const [n] = medium.grid.size;
  const random = uniformStream(4, 0);
  // A rim of vacuum, and holes here and there; some rows are empty.
  const densityGPerCm3 = medium.densityGPerCm3.map((_, v) => {
    const [i, j] = [v % n, Math.floor(v / n) % n];
    return i < 3 || i > n - 3 || j === 7 || random() < 0.05 ? 0 : 1;
  });
  const axial: Grid = {
    size: [33, 21, 25],
    spacingMm: [1.3, 2.3, 1.7],
    // No centre on a face of the medium, where rounding would choose.
    originMm: [-21.337, -22.413, -20.279],
    direction: AXIAL_DIRECTION,
  };
  const turned: Grid = { ...axial, direction: rotationOf([0.9, 0.3, -0.2, Math.sqrt(0.06)]) };

  test.each([
    ["along the medium's axes", axial],
    ["across them", turned],
  ])("a grid %s: what the voxel at each centre says", (_, grid) => {
    const [nx, ny, nz] = grid.size;
    const reached = new Int32Array(2 * ny * nz);
    for (let row = 0; row < ny * nz; row++) reached.set([row % 3, nx - (row % 2)], 2 * row);
    // Voxels that the beam does not reach have no dose.
    const before = Float32Array.from({ length: voxelCount(grid) }, (_, v) => {
      const row = Math.floor(v / nx);
      return v % nx >= row % 3 && v % nx < nx - (row % 2) ? 1 : 0;
    });
    const dose = before.slice();
    clearVacuum({ ...medium, densityGPerCm3 }, grid, dose, reached);
    let kept = 0;
    for (let v = 0; v < dose.length; v++) {
      const at = [v % nx, Math.floor(v / nx) % ny, Math.floor(v / nx / ny)] as const;
      const [i, j, k] = patientToVoxel(medium.grid, voxelToPatient(grid, at)).map(Math.round) as [
        number,
        number,
        number,
      ];
      const isInside = [i, j, k].every((c) => c >= 0 && c < n);
      const hasMatter = isInside && densityGPerCm3[i + n * (j + n * k)]! > 0;
      expect(dose[v], `voxel ${at}`).toBe(hasMatter ? before[v] : 0);
      if (dose[v]! > 0) kept++;
    }
    expect(kept).toBeGreaterThan(2000);
  });
});
