import {
  AXIAL_DIRECTION,
  type Contour,
  type Direction,
  type Grid,
  isLibraryError,
  type Structure,
  type Vec3,
  voxelVolumeMm3,
} from "@isodose/core";
import {
  beamFrame,
  evenOddArea,
  planesOfStructure,
  rasterizeOccupancy,
  structureVolumeCc,
} from "@isodose/geometry";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { evenly } from "../../../test/support/evenly.ts";

const seed = 3006;

type Polygon = readonly (readonly [number, number])[];

function structureOf(
  stack: readonly (readonly [z: number, ...polygons: Polygon[]])[],
  name = "S",
): Structure {
  const contours = stack.flatMap(([z, ...polygons]) =>
    polygons.map(
      (p): Contour => ({
        type: "CLOSED_PLANAR",
        pointsMm: Float64Array.from(p.flatMap(([x, y]) => [x, y, z])),
      }),
    ),
  );
  return { name, number: 1, type: "ORGAN", colorRgb: [0, 255, 0], contours, frameOfReferenceUid: "1.2.3" };
}

const square = (low: number, high: number): Polygon => [
  [low, low],
  [high, low],
  [high, high],
  [low, high],
];
const circle = (r: number, n: number, x = 0, y = 0): Polygon =>
  Array.from(
    { length: n },
    (_, i) => [x + r * Math.cos((2 * Math.PI * i) / n), y + r * Math.sin((2 * Math.PI * i) / n)] as const,
  );
const flat = (p: Polygon) => Float64Array.from(p.flat());

/** Inside by the even–odd rule, by counting crossings of a ray to the right: slow and obvious. */
function insideEvenOdd(polygons: readonly Polygon[], x: number, y: number): boolean {
  let crossings = 0;
  for (const p of polygons) {
    for (const [n, [x1, y1]] of p.entries()) {
      const [x0, y0] = p[(n + p.length - 1) % p.length]!;
      if (y0 > y !== y1 > y && x < x0 + ((y - y0) / (y1 - y0)) * (x1 - x0)) crossings++;
    }
  }
  return crossings % 2 === 1;
}

function occupiedCc(structure: Structure, grid: Grid): number {
  const { data } = rasterizeOccupancy(structure, grid).values;
  return (data.reduce((sum, value) => sum + value, 0) * voxelVolumeMm3(grid)) / 1000;
}

const coordinate = evenly(-20, 20);
const anyPolygon = fc.array(fc.tuple(coordinate, coordinate), { minLength: 3, maxLength: 12 });
const star = fc
  .tuple(coordinate, coordinate, fc.array(evenly(1, 12), { minLength: 5, maxLength: 40 }))
  .map(
    ([x, y, radii]): Polygon =>
      radii.map((r, i) => [
        x / 2 + r * Math.cos((2 * Math.PI * i) / radii.length),
        y / 2 + r * Math.sin((2 * Math.PI * i) / radii.length),
      ]),
  );

describe("even–odd area", () => {
  test.each<[string, number, Polygon[]]>([
    ["a square", 16, [square(-2, 2)]],
    ["a square walked the other way", 16, [[...square(-2, 2)].reverse()]],
    ["nested hole", 12, [square(-2, 2), square(-1, 1)]],
    ["island in a hole in a square", 100 - 64 + 16, [square(-5, 5), square(-4, 4), square(-2, 2)]],
    ["two that overlap: the overlap is out", 2 * 16 - 2 * 4, [square(0, 4), square(2, 6)]],
    ["twice the same: nothing", 0, [square(0, 4), square(0, 4)]],
    [
      "a bow tie that crosses itself",
      2,
      [
        [
          [0, 0],
          [2, 2],
          [2, 0],
          [0, 2],
        ],
      ],
    ],
    [
      "a pentagram: its inner pentagon is out",
      5 * 0.5 * (3 - Math.sqrt(5)) * Math.sin(Math.PI / 5) -
        2.5 * (0.5 * (3 - Math.sqrt(5))) ** 2 * Math.sin(0.4 * Math.PI),
      [
        [0, 2, 4, 1, 3].map(
          (i) => [Math.cos((2 * Math.PI * i) / 5), Math.sin((2 * Math.PI * i) / 5)] as const,
        ),
      ],
    ],
    [
      "a keyhole: hole joined by a cut walked twice",
      12,
      [
        [
          [-2, -2],
          [2, -2],
          [2, 2],
          [-2, 2],
          [-2, -2],
          [-1, -1],
          [-1, 1],
          [1, 1],
          [1, -1],
          [-1, -1],
        ],
      ],
    ],
    [
      "two that touch along a side",
      8,
      [
        [
          [0, 0],
          [2, 0],
          [2, 2],
          [0, 2],
        ],
        [
          [2, 0],
          [4, 0],
          [4, 2],
          [2, 2],
        ],
      ],
    ],
    [
      "a point on a side, twice the same point",
      16,
      [
        [
          [-2, -2],
          [0, -2],
          [0, -2],
          [2, -2],
          [2, 2],
          [-2, 2],
        ],
      ],
    ],
    [
      "a line",
      0,
      [
        [
          [0, 0],
          [1, 1],
          [2, 2],
        ],
      ],
    ],
    ["nothing", 0, []],
  ])("of %s", (_name, areaMm2, polygons) => {
    expect(evenOddArea(polygons.map(flat))).toBeCloseTo(areaMm2, 12);
  });

  test("of any simple polygon is that of the shoelace formula", () => {
    fc.assert(
      fc.property(star, (p) => {
        let twice = 0;
        for (const [n, [x, y]] of p.entries()) {
          const [x1, y1] = p[(n + 1) % p.length]!;
          twice += x * y1 - x1 * y;
        }
        expect(evenOddArea([flat(p)])).toBeCloseTo(Math.abs(twice) / 2, 9);
      }),
      { seed },
    );
  });

  test("of any polygons is that of fine sampling", () => {
    fc.assert(
      fc.property(fc.array(anyPolygon, { minLength: 1, maxLength: 3 }), (polygons) => {
        // Lines y = const, each measured exactly by its crossings: the error falls with the number of lines.
        const lines = 4000;
        let area = 0;
        for (let n = 0; n < lines; n++) {
          const y = -20 + (40 * (n + 0.5)) / lines;
          const at: number[] = [];
          for (const p of polygons) {
            for (const [m, [x1, y1]] of p.entries()) {
              const [x0, y0] = p[(m + p.length - 1) % p.length]!;
              if (y0 > y !== y1 > y) at.push(x0 + ((y - y0) / (y1 - y0)) * (x1 - x0));
            }
          }
          at.sort((a, b) => a - b);
          for (let m = 0; m + 1 < at.length; m += 2) area += (at[m + 1]! - at[m]!) * (40 / lines);
        }
        // Midpoint rule: an edge's end costs up to width × line distance, of which there are at most 36.
        expect(Math.abs(evenOddArea(polygons.map((p) => flat(p))) - area)).toBeLessThan(0.3);
      }),
      { seed, numRuns: 60 },
    );
  });

  test("does not change when the plane is turned or moved", () => {
    fc.assert(
      fc.property(
        fc.array(anyPolygon, { minLength: 1, maxLength: 3 }),
        coordinate,
        coordinate,
        (polygons, angle, shift) => {
          const c = Math.cos(angle);
          const s = Math.sin(angle);
          const moved = polygons.map((p) =>
            flat(p.map(([x, y]) => [c * x - s * y + shift, s * x + c * y - shift])),
          );
          expect(evenOddArea(moved)).toBeCloseTo(evenOddArea(polygons.map((p) => flat(p))), 8);
        },
      ),
      { seed },
    );
  });
});

describe("planes and volume", () => {
  test("slabs reach halfway to the neighbours, the end slabs as far out as in", () => {
    const { planes, normal, uAxis, vAxis } = planesOfStructure(
      structureOf([
        [4, square(0, 1)],
        [0, square(0, 1)],
        [1, square(0, 1)],
      ]),
    );
    expect(planes.map((p) => [p.positionMm, p.lowMm, p.highMm])).toEqual([
      [0, -0.5, 0.5],
      [1, 0.5, 2.5],
      [4, 2.5, 5.5],
    ]);
    expect([normal, uAxis, vAxis]).toEqual([
      [0, 0, 1],
      [1, 0, 0],
      [0, 1, 0],
    ]);
  });

  test("a prism has area × height, with holes", () => {
    const stack = Array.from({ length: 10 }, (_, n) => [3 * n, square(-10, 10), square(-5, 5)] as const);
    expect(structureVolumeCc(structureOf(stack))).toBeCloseTo((300 * 30) / 1000, 12);
  });

  test("a stack of circles approaches the sphere", () => {
    const r = 15;
    const stack = Array.from({ length: 119 }, (_, n) => (n - 59) * 0.25).map(
      (z) => [z, circle(Math.sqrt(r * r - z * z), 720)] as const,
    );
    const sphereCc = ((4 / 3) * Math.PI * r ** 3) / 1000;
    expect(Math.abs(structureVolumeCc(structureOf(stack)) / sphereCc - 1)).toBeLessThan(3e-4);
  });

  test("a gap of more than three distances separates two parts", () => {
    const stack = [0, 2, 4, 6, 30, 32, 34].map((z) => [z, square(0, 10)] as const);
    expect(structureVolumeCc(structureOf(stack))).toBeCloseTo((7 * 2 * 100) / 1000, 12);
  });

  test("one plane needs a thickness", () => {
    const one = structureOf([[5, square(0, 10)]], "Disc");
    expect(() => structureVolumeCc(one)).toThrow(/Disc.*singlePlaneThicknessMm/);
    expect(structureVolumeCc(one, { singlePlaneThicknessMm: 3 })).toBeCloseTo(0.3, 12);
    expect(planesOfStructure(one, { singlePlaneThicknessMm: 3 }).planes[0]).toMatchObject({
      lowMm: 3.5,
      highMm: 6.5,
    });
  });

  test("no contours: no planes, no volume", () => {
    expect(structureVolumeCc(structureOf([]))).toBe(0);
  });

  test("a volume does not depend on how the planes lie in space", () => {
    const upright = structureOf([0, 2, 4, 6].map((z) => [z, circle(9 + z, 60), square(-2, 2)] as const));
    fc.assert(
      fc.property(
        ...([0, 1, 2].map(() => evenly(0, 360)) as [
          fc.Arbitrary<number>,
          fc.Arbitrary<number>,
          fc.Arbitrary<number>,
        ]),
        (a, b, c) => {
          const {
            xAxis: x,
            yAxis: y,
            zAxis: z,
          } = beamFrame({ gantryDeg: a, couchDeg: b, collimatorDeg: c, position: "HFS" });
          const turn = (p: Float64Array) => {
            const out = new Float64Array(p.length);
            for (let n = 0; n < p.length; n += 3) {
              for (const r of [0, 1, 2] as const)
                out[n + r] = 7 + p[n]! * x[r] + p[n + 1]! * y[r] + p[n + 2]! * z[r];
            }
            return out;
          };
          const turnedStructure = {
            ...upright,
            contours: upright.contours.map((k) => ({ ...k, pointsMm: turn(k.pointsMm) })),
          };
          expect(structureVolumeCc(turnedStructure)).toBeCloseTo(structureVolumeCc(upright), 9);
        },
      ),
      { seed },
    );
  });

  test("contours that are not planar, not parallel or not finite are errors that name the structure", () => {
    const bent = structureOf(
      [
        [0, square(0, 9)],
        [2, square(0, 9)],
      ],
      "Bent",
    );
    bent.contours[0]!.pointsMm[2] = 1.5;
    expect(() => structureVolumeCc(bent)).toThrow(/Bent.*planar/);
    const upright: Contour = {
      type: "CLOSED_PLANAR",
      pointsMm: Float64Array.from([0, 0, 0, 8, 0, 0, 8, 0, 8, 0, 0, 8]),
    };
    const mixed = structureOf(
      [
        [0, square(0, 9)],
        [2, square(0, 9)],
      ],
      "Mixed",
    );
    try {
      structureVolumeCc({ ...mixed, contours: [...mixed.contours, upright] });
      expect.unreachable();
    } catch (error) {
      expect(isLibraryError(error, "UnsupportedError")).toBe(true);
      expect(String(error)).toMatch(/Mixed.*90\.00°/);
    }
    const broken = structureOf(
      [
        [0, square(0, 9)],
        [2, square(0, 9)],
      ],
      "Broken",
    );
    broken.contours[0]!.pointsMm[4] = Number.NaN;
    expect(() => structureVolumeCc(broken)).toThrow(/Broken.*finite/);
  });
});

describe("occupancy", () => {
  const grid: Grid = {
    size: [24, 22, 14],
    spacingMm: [2, 2.5, 3],
    originMm: [-23, -26, -20],
    direction: AXIAL_DIRECTION,
  };

  test("a square on half pixels fills them by half, its corners by a quarter, a slab's end by its overlap", () => {
    const unit: Grid = {
      size: [6, 6, 3],
      spacingMm: [1, 1, 1],
      originMm: [0, 0, 0],
      direction: AXIAL_DIRECTION,
    };
    const { values } = rasterizeOccupancy(
      structureOf([
        [0.25, square(1, 4)],
        [1.25, square(1, 4)],
      ]),
      unit,
    );
    const row = (k: number, j: number) => [0, 1, 2, 3, 4, 5].map((i) => values.get(k, j, i));
    expect(row(1, 0)).toEqual([0, 0, 0, 0, 0, 0]);
    expect(row(1, 1)).toEqual([0, 0.25, 0.5, 0.5, 0.25, 0]);
    expect(row(1, 2)).toEqual([0, 0.5, 1, 1, 0.5, 0]);
    expect(row(0, 2)).toEqual([0, 0.375, 0.75, 0.75, 0.375, 0]);
    expect(row(2, 2)).toEqual([0, 0.125, 0.25, 0.25, 0.125, 0]);
  });

  test("a diagonal edge fills half of each pixel on it", () => {
    const unit: Grid = {
      size: [4, 4, 2],
      spacingMm: [1, 1, 1],
      originMm: [0.5, 0.5, 0],
      direction: AXIAL_DIRECTION,
    };
    const triangle: Polygon = [
      [0, 0],
      [4, 4],
      [0, 4],
    ];
    const { values } = rasterizeOccupancy(
      structureOf([
        [0, triangle],
        [1, triangle],
      ]),
      unit,
    );
    for (const j of [0, 1, 2, 3]) {
      expect([0, 1, 2, 3].map((i) => values.get(0, j, i))).toEqual(
        [0, 1, 2, 3].map((i) => (i < j ? 1 : i === j ? 0.5 : 0)),
      );
    }
  });

  test.each<[string, Structure]>([
    [
      "donut",
      structureOf([-9, -6, -3, 0, 3].map((z) => [z, circle(18, 90), circle(7.3, 45, 1, 2)] as const)),
    ],
    [
      "sphere",
      structureOf(
        Array.from(
          { length: 29 },
          (_, n) => [n - 14, circle(Math.sqrt(15 ** 2 - (n - 14) ** 2), 120)] as const,
        ),
      ),
    ],
    [
      "two islands",
      structureOf([-4, -1.5, 1].map((z) => [z, circle(5, 33, -9, 3), circle(6, 40, 10, -4)] as const)),
    ],
  ])("sums to the volume of the contours: %s", (_name, structure) => {
    // Float32 fractions: each is rounded by at most 3e-8, at random.
    expect(Math.abs(occupiedCc(structure, grid) / structureVolumeCc(structure) - 1)).toBeLessThan(1e-8);
  });

  test("sums to the volume for any polygons, spacing, origin and turn of the grid about k", () => {
    fc.assert(
      fc.property(
        fc.array(anyPolygon, { minLength: 1, maxLength: 3 }),
        fc.array(star, { minLength: 1, maxLength: 2 }),
        fc.tuple(
          ...([0.7, 0.9, 0.6].map((min) => evenly(min, 3)) as [
            fc.Arbitrary<number>,
            fc.Arbitrary<number>,
            fc.Arbitrary<number>,
          ]),
        ),
        evenly(0, 6.3),
        (first, second, spacingMm, turn) => {
          const structure = structureOf([
            [-2, ...first],
            [1.3, ...second],
            [2.9, ...first],
          ]);
          const c = Math.cos(turn);
          const s = Math.sin(turn);
          const direction: Direction = [c, s, 0, s, -c, 0, 0, 0, -1];
          const size: Vec3 = [
            Math.ceil(80 / spacingMm[0]) + 1,
            Math.ceil(80 / spacingMm[1]) + 1,
            Math.ceil(20 / spacingMm[2]) + 1,
          ];
          const half = size.map((n, a) => ((n - 1) / 2) * spacingMm[a]!) as unknown as Vec3;
          const around: Grid = {
            size,
            spacingMm,
            direction,
            originMm: [-(c * half[0] + s * half[1]), -(s * half[0] - c * half[1]), half[2]],
          };
          const expected = structureVolumeCc(structure);
          expect(Math.abs(occupiedCc(structure, around) - expected)).toBeLessThan(1e-7 * expected + 1e-9);
        },
      ),
      { seed, numRuns: 40 },
    );
  });

  test("each voxel has the part that sampling finds", () => {
    fc.assert(
      fc.property(fc.array(anyPolygon, { minLength: 1, maxLength: 2 }), star, (some, starPolygon) => {
        const polygons = [...some, starPolygon];
        const one: Grid = {
          size: [9, 8, 1],
          spacingMm: [5, 5, 2],
          originMm: [-18, -16, 0],
          direction: AXIAL_DIRECTION,
        };
        const { values } = rasterizeOccupancy(structureOf([[0, ...polygons]]), one, {
          singlePlaneThicknessMm: 2,
        });
        const n = 40;
        for (let j = 0; j < 8; j++) {
          for (let i = 0; i < 9; i++) {
            let hits = 0;
            for (let a = 0; a < n; a++) {
              for (let b = 0; b < n; b++) {
                if (
                  insideEvenOdd(
                    polygons,
                    -18 + 5 * (i - 0.5 + (a + 0.5) / n),
                    -16 + 5 * (j - 0.5 + (b + 0.5) / n),
                  )
                )
                  hits++;
              }
            }
            // Each edge through the voxel cuts about 40 of the 1600 sample cells in two.
            expect(Math.abs(values.get(0, j, i) - hits / (n * n))).toBeLessThan(0.06);
          }
        }
      }),
      { seed, numRuns: 12 },
    );
  });

  test("what lies outside the grid is not in it", () => {
    const small: Grid = { ...grid, size: [6, 22, 3], originMm: [-3, -26, -20] };
    const prism = structureOf([-19.5, -16.5, -13.5, -10.5].map((z) => [z, square(-15, 15)] as const));
    // x −4 … 8 of −15 … 15, all of y, z −21 … −12.5 (layers end there) of −21 … −9.
    expect(occupiedCc(prism, small)).toBeCloseTo((12 * 30 * 8.5) / 1000, 6);
  });

  test("contours across the slices: a coronal prism, exactly", () => {
    const wall = (y: number): Contour => ({
      type: "CLOSED_PLANAR",
      pointsMm: Float64Array.from([0, y, 0, 8, y, 0, 8, y, 8, 0, y, 8]),
    });
    const coronal = { ...structureOf([], "Coronal"), contours: [wall(0), wall(2)] };
    expect(structureVolumeCc(coronal)).toBeCloseTo((64 * 4) / 1000, 12);
    const { values } = rasterizeOccupancy(coronal, grid);
    expect(occupiedCc(coronal, grid)).toBeCloseTo((64 * 4) / 1000, 7);
    // Slab y −1 … 3; voxel j 10 is y −2.25 … 0.25, i 12 x 0 … 2, k 7 z −0.5 … 2.5.
    expect(values.get(7, 10, 12)).toBeCloseTo((1.25 / 2.5) * 1 * (2.5 / 3), 6);
  });
});
