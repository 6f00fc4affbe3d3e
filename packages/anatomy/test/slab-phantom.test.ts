import { slabPhantom } from "@isodose/anatomy";
import { voxelToPatient } from "@isodose/core";
import { radiologicalPathMm, structureVolumeCc } from "@isodose/geometry";
import { expect, test } from "vitest";

test("slabs lie behind each other from the surface; a shared voxel has their mean", () => {
  const { patient } = slabPhantom({
    sizeMm: [20, 12, 8],
    spacingMm: [2, 2, 4],
    surfaceMm: -50,
    layersHuThicknessMm: [
      { hu: 0, thicknessMm: 4 },
      { hu: 1000, thicknessMm: 3 },
      { hu: -700, thicknessMm: 5 },
    ],
  });
  const { grid, values } = patient.ct;
  expect(grid.size).toEqual([10, 6, 2]);
  expect(voxelToPatient(grid, [4.5, -0.5, 0.5])).toEqual([0, -50, 0]);
  for (const [k, i] of [
    [0, 0],
    [1, 9],
    [1, 4],
  ] as const) {
    expect([0, 1, 2, 3, 4, 5].map((j) => values.get(k, j, i))).toEqual([0, 0, 1000, 150, -700, -700]);
  }
});

test("its box is its structure BODY, and a ray through it sees its thickness", () => {
  const { patient } = slabPhantom({ sizeMm: [100, 60, 40], spacingMm: [2, 3, 4] });
  expect(patient.structures.map((s) => s.name)).toEqual(["BODY"]);
  expect(structureVolumeCc(patient.structures[0]!)).toBeCloseTo(240, 9);
  patient.ct.values.data.fill(1);
  expect(radiologicalPathMm(patient.ct, [3, -100, 5], [3, 200, 5])).toBeCloseTo(60, 9);
});

test("sizes and layers that do not fit are errors", () => {
  expect(() => slabPhantom({ sizeMm: [101, 60, 40], spacingMm: [2, 3, 4] })).toThrow(/sizeMm/);
  const layers = [{ hu: 0, thicknessMm: 50 }];
  expect(() =>
    slabPhantom({ sizeMm: [100, 60, 40], spacingMm: [2, 3, 4], layersHuThicknessMm: layers }),
  ).toThrow(/layers.*60 mm/);
});
