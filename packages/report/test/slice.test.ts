import { AXIAL_DIRECTION, type Direction, type Grid, type Structure, type Vec3 } from "@isodose/core";
import { planesOfStructure } from "@isodose/geometry";
import { decode } from "fast-png";
import { describe, expect, test } from "vitest";
import { renderSlice } from "../src/index.ts";
import { isodoseLines } from "../src/isodose-lines.ts";
import { boxOfVolume, type SliceAxis, windowOfBox } from "../src/slice-geometry.ts";
import { structureOutline } from "../src/structure-outline.ts";
import { ISOCENTER, syntheticCase, volumeOf } from "./synthetic-case.ts";

const CENTER: Vec3 = [7.3, -41.2, 103.9];
const SIGMA_MM = 10;
const gaussian = (p: Vec3): number =>
  20 *
  Math.exp(
    -((p[0] - CENTER[0]) ** 2 + (p[1] - CENTER[1]) ** 2 + (p[2] - CENTER[2]) ** 2) / (2 * SIGMA_MM ** 2),
  );

/** 61³ voxels of 1 mm around the center, off its middle, with axes along ± LPS. */
function gridAlong(direction: Direction): Grid {
  const d = direction;
  const h = 30.4;
  return {
    size: [61, 61, 61],
    spacingMm: [1, 1, 1],
    originMm: [
      CENTER[0] - h * (d[0] + d[1] + d[2]),
      CENTER[1] - h * (d[3] + d[4] + d[5]),
      CENTER[2] - h * (d[6] + d[7] + d[8]),
    ],
    direction,
  };
}

const AXES: readonly SliceAxis[] = ["axial", "sagittal", "coronal"];
const ACROSS = { axial: 2, coronal: 1, sagittal: 0 } as const;
const RIGHT = { axial: 0, coronal: 0, sagittal: 1 } as const;
const DOWN = { axial: [1, 1], coronal: [2, -1], sagittal: [2, -1] } as const;

describe("isodose lines of a Gaussian lie on their circle", () => {
  const directions: [string, Direction][] = [
    ["along LPS", AXIAL_DIRECTION],
    ["z downwards, y forwards", [1, 0, 0, 0, -1, 0, 0, 0, -1]],
    ["axes exchanged", [0, 0, 1, 1, 0, 0, 0, 1, 0]],
  ];
  for (const [name, direction] of directions) {
    for (const axis of AXES) {
      test(`${axis}, ${name}`, () => {
        const dose = volumeOf(gridAlong(direction), "Gy", gaussian);
        const offMm = 3;
        const window = windowOfBox(axis, CENTER[ACROSS[axis]] + offMm, boxOfVolume(dose));
        const levels = [16, 10, 4];
        isodoseLines(dose, window, levels).forEach((lines, n) => {
          const expected = Math.sqrt(2 * SIGMA_MM ** 2 * Math.log(20 / levels[n]!) - offMm ** 2);
          expect(lines.length).toBe(1);
          expect(lines[0]!.length).toBeGreaterThan(20);
          for (const [s, t] of lines[0]!) {
            const [down, sign] = DOWN[axis];
            const r = Math.hypot(s - CENTER[RIGHT[axis]], sign * t - CENTER[down]);
            // 1 mm voxels: the interpolant lies below the Gaussian by up to 3/8 mm² · d'', 0.06 mm of radius here.
            expect(Math.abs(r - expected)).toBeLessThan(0.08);
          }
        });
      });
    }
  }

  test("the edge of the dose grid is no isodose", () => {
    const dose = volumeOf(gridAlong(AXIAL_DIRECTION), "Gy", (p) => 10 + 0.1 * (p[0] - CENTER[0]));
    const window = windowOfBox("axial", CENTER[2], {
      min: [CENTER[0] - 60, CENTER[1] - 60, CENTER[2] - 60],
      max: [CENTER[0] + 60, CENTER[1] + 60, CENTER[2] + 60],
    });
    const [nowhere, straight] = isodoseLines(dose, window, [5, 10.55]);
    expect(nowhere).toEqual([]);
    expect(straight!.length).toBe(1);
    for (const [s] of straight![0]!) expect(s).toBeCloseTo(CENTER[0] + 5.5, 2);
  });
});

describe("outlines", () => {
  const contours = Array.from({ length: 21 }, (_, n) => {
    const z = -20 + 2 * n;
    const r = Math.sqrt(22 ** 2 - z ** 2);
    const points = Array.from({ length: 120 }, (_, m) => [
      CENTER[0] + r * Math.cos((m * Math.PI) / 60),
      CENTER[1] + r * Math.sin((m * Math.PI) / 60),
      CENTER[2] + z,
    ]);
    return { type: "CLOSED_PLANAR" as const, pointsMm: Float64Array.from(points.flat()) };
  });
  const ball: Structure = {
    name: "ball",
    number: 1,
    type: "PTV",
    colorRgb: [255, 0, 0],
    contours,
    frameOfReferenceUid: "1.2.3",
  };
  const box = { min: CENTER.map((c) => c - 40) as never, max: CENTER.map((c) => c + 40) as never };

  for (const axis of AXES) {
    test(`of a sphere, ${axis}: its circle, flat at the end slabs`, () => {
      const window = windowOfBox(axis, CENTER[ACROSS[axis]] + 4, box);
      const [line, ...others] = structureOutline(planesOfStructure(ball), window);
      expect(others).toEqual([]);
      for (const [s, t] of line!) {
        const [down, sign] = DOWN[axis];
        const a = s - CENTER[RIGHT[axis]];
        const b = sign * t - CENTER[down];
        const expected = Math.sqrt(22 ** 2 - 4 ** 2);
        if (axis !== "axial" && Math.abs(b) > 19.5) expect(Math.abs(b)).toBeLessThan(21.1);
        else expect(Math.abs(Math.hypot(a, b) - expected)).toBeLessThan(0.25);
      }
    });
  }

  test("none where the slice misses the structure", () => {
    expect(structureOutline(planesOfStructure(ball), windowOfBox("axial", CENTER[2] + 30, box))).toEqual([]);
    expect(structureOutline(planesOfStructure(ball), windowOfBox("sagittal", CENTER[0] + 30, box))).toEqual(
      [],
    );
  });
});

describe("the picture", () => {
  const input = syntheticCase();
  const shared = {
    ct: input.ct,
    dose: input.dose,
    structures: input.structures.filter((s) => ["PTV_L1", "SpinalCord"].includes(s.name)),
    prescriptionGy: 24,
    targetName: "PTV_L1",
    isocenterMm: ISOCENTER,
  };

  for (const axis of AXES) {
    test(`${axis}: image, isodoses, outlines, crosshair, letters, scale`, () => {
      const svg = renderSlice({ ...shared, axis, positionMm: ISOCENTER[ACROSS[axis]] });
      expect(svg.startsWith("<svg")).toBe(true);
      const png = decode(Uint8Array.from(atob(/base64,([^"]+)/.exec(svg)![1]!), (c) => c.charCodeAt(0)));
      expect(png.width).toBeGreaterThan(200);
      // Air, soft tissue and bone are all in the picture, and the wash tints it.
      const values = new Set(png.data);
      expect(values.size).toBeGreaterThan(50);
      let tinted = 0;
      for (let n = 0; n < png.data.length; n += 3) if (png.data[n] !== png.data[n + 2]) tinted++;
      expect(tinted / (png.width * png.height)).toBeGreaterThan(0.02);
      expect(svg.match(/class="isodose"/g)).toHaveLength(6);
      // The coronal slice through the vertebral body does not meet the cord behind it.
      const names = [...svg.matchAll(/class="structure" data-name="([^"]+)"/g)].map((m) => m[1]);
      expect(names).toEqual(axis === "coronal" ? ["PTV_L1"] : ["PTV_L1", "SpinalCord"]);
      expect(svg.includes('class="isocenter"')).toBe(true);
      expect(svg.includes('class="scale-bar"')).toBe(true);
      expect(svg.includes(">24 Gy<")).toBe(true);
      const letters = { axial: "RLAP", coronal: "RLHF", sagittal: "APHF" }[axis];
      for (const letter of letters) expect(svg.includes(`>${letter}</text>`)).toBe(true);
    });
  }

  test("left, right, front and head are where the letters say", () => {
    // Air but for one bright block to the left, back and head of the middle.
    const grid: Grid = {
      size: [40, 40, 40],
      spacingMm: [2, 2, 2],
      originMm: [-39, -39, -39],
      direction: AXIAL_DIRECTION,
    };
    const ct = volumeOf(grid, "HU", (p) => (p[0] > 0 && p[1] > 0 && p[2] > 0 ? 1000 : -1000));
    const dose = volumeOf(grid, "Gy", () => 0);
    for (const [axis, corner] of [
      ["axial", "bottom right"],
      ["coronal", "top right"],
      ["sagittal", "top right"],
    ] as const) {
      const svg = renderSlice({
        ct,
        dose,
        structures: [],
        axis,
        positionMm: 20,
        prescriptionGy: 10,
        pixelMm: 2,
      });
      const png = decode(Uint8Array.from(atob(/base64,([^"]+)/.exec(svg)![1]!), (c) => c.charCodeAt(0)));
      const grey = (x: number, y: number): number => png.data[3 * (y * png.width + x)]!;
      const bright = [
        [5, 5, "top left"],
        [35, 5, "top right"],
        [5, 35, "bottom left"],
        [35, 35, "bottom right"],
      ].filter(([x, y]) => grey(x as number, y as number) > 200);
      expect(bright.map(([, , name]) => name)).toEqual([corner]);
    }
  });

  test("the maximum is a full diamond in its slice and a hollow one, with its distance, off it", () => {
    const doseMax = { positionMm: ISOCENTER, doseGy: 31.4 };
    const inSlice = renderSlice({ ...shared, doseMax, axis: "axial", positionMm: ISOCENTER[2] + 1 });
    expect(inSlice.includes(">max 31.4 Gy<")).toBe(true);
    const off = renderSlice({ ...shared, doseMax, axis: "axial", positionMm: ISOCENTER[2] + 9 });
    expect(off.includes("max 31.4 Gy (9 mm off)")).toBe(true);
  });

  test("a slice or a box outside the CT is refused", () => {
    expect(() => renderSlice({ ...shared, axis: "axial", positionMm: 9999 })).toThrow(/positionMm: is 9999/);
    const boxMm = { min: [900, 900, 900], max: [950, 950, 950] } as const;
    expect(() => renderSlice({ ...shared, axis: "axial", positionMm: ISOCENTER[2], boxMm })).toThrow(/boxMm/);
  });
});
