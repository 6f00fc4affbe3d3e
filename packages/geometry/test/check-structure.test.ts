import { AXIAL_DIRECTION, type Contour, type Grid, isLibraryError } from "@isodose/core";
import { checkStructure, structureOccupancy, structureVolumeCc } from "@isodose/geometry";
import { describe, expect, test } from "vitest";
import { circle, circleArea, contourOf, mapped, type Polygon, ring, structureOf } from "./support/drawn.ts";

describe("bad input", () => {
  const good = [contourOf(circle(9), 0), contourOf(circle(9), 1), contourOf(circle(9), 2)];
  const bowTie: Polygon = [
    [0, 0],
    [6, 4],
    [6, 0],
    [0, 4],
  ];

  test.each<[string, readonly Contour[], string, RegExp]>([
    ["no contours", [], "STRUCTURE_EMPTY", /Lesion.*volume is 0/],
    [
      "two points",
      [
        ...good,
        contourOf(
          [
            [0, 0],
            [1, 1],
          ],
          1,
        ),
      ],
      "CONTOUR_TOO_FEW_POINTS",
      /Lesion: contour 4 has 2 points/,
    ],
    [
      "a line",
      [
        ...good,
        contourOf(
          [
            [20, 0],
            [21, 1],
            [22, 2],
          ],
          1,
        ),
      ],
      "CONTOUR_WITHOUT_AREA",
      /Lesion.*z = 1\.00 mm/,
    ],
    [
      "a bow tie",
      [...good, contourOf(bowTie, 3)],
      "CONTOUR_SELF_CROSSING",
      /Lesion: plane z = 3\.00 mm.*12\.00 mm²/,
    ],
    [
      "a loop walked twice",
      [...good, contourOf([...circle(9), ...circle(5)], 3)],
      "CONTOUR_SELF_CROSSING",
      /plane z = 3/,
    ],
    [
      "ends far apart",
      [...good, contourOf(circle(9).slice(0, 50), 3)],
      "CONTOUR_OPEN",
      /Lesion: plane z = 3\.00 mm.*ends.*straight line/,
    ],
    ["the same twice", [...good, contourOf(circle(9), 1)], "CONTOUR_TWICE", /z = 1\.00 mm.*cancel/],
    ["two that cross", [...good, contourOf(circle(9, 5), 1)], "CONTOURS_CROSS", /z = 1\.00 mm.*overlap/],
    ["one plane", [contourOf(circle(9), 0)], "STRUCTURE_ONE_PLANE", /one plane/],
    ["a gap", [...good, contourOf(circle(9), 4)], "STRUCTURE_GAPS", /1 of 3 gaps.*z = 2\.00 mm.*"slab"/],
    [
      "not a multiple of 3",
      [...good, { type: "CLOSED_PLANAR", pointsMm: new Float64Array(10) }],
      "STRUCTURE_UNUSABLE",
      /multiple of 3/,
    ],
    [
      "not a number",
      [
        contourOf(
          [
            [0, Number.NaN],
            [1, 1],
            [2, 0],
          ],
          1,
        ),
      ],
      "STRUCTURE_UNUSABLE",
      /finite/,
    ],
  ])("%s", (_name, contours, code, message) => {
    const found = checkStructure(structureOf(contours, "Lesion")).filter((w) => w.code === code);
    expect(found.length).toBe(1);
    expect(found[0]!.message).toMatch(message);
    expect(found[0]!.message).toContain("structure Lesion");
  });

  test("good structures have no warnings, in any direction", () => {
    const grid: Grid = {
      size: [40, 40, 40],
      spacingMm: [1, 1, 1],
      originMm: [-20, -20, -20],
      direction: AXIAL_DIRECTION,
    };
    expect(checkStructure(structureOf(good), grid)).toEqual([]);
    expect(
      checkStructure(
        mapped(ring, (x, y, z) => [0.6 * x - 0.8 * z, y, 0.8 * x + 0.6 * z]),
        grid,
      ),
    ).toEqual([]);
  });

  test("a plane that is not axial is named by its axis", () => {
    const wall = mapped(structureOf([...good, contourOf(bowTie, 3)]), (x, y, z) => [z, x, y]);
    expect(checkStructure(wall)[0]!.message).toContain("plane x = 3.00 mm");
  });

  test("a list that is not a multiple of 3 is refused everywhere, and the error names structure and contour", () => {
    const broken = structureOf(
      [...good, { type: "CLOSED_PLANAR", pointsMm: new Float64Array(11) }],
      "Broken",
    );
    try {
      structureVolumeCc(broken);
      expect.unreachable();
    } catch (error) {
      expect(isLibraryError(error, "InvalidInputError")).toBe(true);
      expect(String(error)).toMatch(/Broken: contour 4.*11.*multiple of 3/);
    }
  });

  test("the warnings come with the occupancy", () => {
    const grid: Grid = {
      size: [40, 40, 8],
      spacingMm: [1, 1, 1],
      originMm: [-20, -20, -2],
      direction: AXIAL_DIRECTION,
    };
    const { warnings, volumeCc } = structureOccupancy(structureOf([...good, contourOf(bowTie, 3)]), grid);
    expect(warnings.map((w) => w.code)).toEqual(["CONTOUR_SELF_CROSSING"]);
    expect(volumeCc).toBeCloseTo((3 * circleArea(9) + 12) / 1000, 9);
  });
});
