import {
  AXIAL_DIRECTION,
  createVolume,
  type Direction,
  type Grid,
  NOT_FOR_CLINICAL_USE,
  type Vec3,
} from "@isodose/core";
import {
  box,
  differenceOf,
  ellipticCylinder,
  type Mesh,
  meshOfSolid,
  meshOfVolume,
  meshVolumeCc,
  type Solid,
  solidOccupancy,
  solidVolumeCc,
  sphere,
  torus,
  unionOf,
  writeGltf,
  writeStl,
} from "@isodose/geometry";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

const seed = 1987;

/** Every edge is walked once in each direction: closed, two triangles per edge, all facing the same way. */
function expectClosed({ triangles, positionsMm }: Mesh): { readonly euler: number } {
  const count = positionsMm.length / 3;
  const walked = new Set<number>();
  let twice = 0;
  for (let n = 0; n < triangles.length; n += 3) {
    for (let m = 0; m < 3; m++) {
      const key = triangles[n + m]! * count + triangles[n + ((m + 1) % 3)]!;
      if (walked.has(key)) twice++;
      walked.add(key);
    }
  }
  let alone = 0;
  for (const key of walked) {
    if (!walked.has((key % count) * count + Math.floor(key / count))) alone++;
  }
  expect({ twice, alone }).toEqual({ twice: 0, alone: 0 });
  expect(new Set(triangles).size).toBe(positionsMm.length / 3);
  return { euler: positionsMm.length / 3 - walked.size / 2 + triangles.length / 3 };
}

const ring = differenceOf(
  ellipticCylinder([1, 2, 3], "z", [20, 17, 12]),
  ellipticCylinder([3, 2, 3], "z", [8, 7, 20]),
);
const shapes: [string, Solid, euler: number][] = [
  ["sphere", sphere([3, -2, 100], 10), 2],
  ["box on lattice planes", box([0, 0, 0], [10, 12, 8]), 2],
  ["torus", torus([0, 1, 2], [1, 2, 3], 15, 5), 0],
  ["vertebral ring with its canal", ring, 0],
  ["two spheres", unionOf(sphere([0, 0, 0], 8), sphere([30, 0, 0], 8)), 4],
  ["shell", differenceOf(sphere([0, 0, 0], 14), sphere([0, 0, 0], 9)), 4],
];

describe("mesh", () => {
  test.each(shapes)("of a solid: %s", (_name, solid, euler) => {
    const mesh = meshOfSolid(solid, 1);
    expect(expectClosed(mesh).euler).toBe(euler);
    expect(Math.abs(meshVolumeCc(mesh) / solidVolumeCc(solid, 0.02) - 1)).toBeLessThan(0.01);
    const p = mesh.positionsMm;
    let farthest = 0;
    for (let n = 0; n < p.length; n += 3)
      farthest = Math.max(farthest, Math.abs(solid.implicit(p[n]!, p[n + 1]!, p[n + 2]!)));
    expect(farthest).toBeLessThan(2e-3);
  });

  test.each<[string, Direction, Vec3]>([
    ["axial", AXIAL_DIRECTION, [-26, -26, -22]],
    ["turned", [0.6, -0.8, 0, 0.8, 0.6, 0, 0, 0, 1], [5.2, -36.4, -22]],
    ["mirrored", [1, 0, 0, 0, 1, 0, 0, 0, -1], [-26, -26, 22]],
  ])("of an occupancy, closed, outside out: %s grid", (_name, direction, originMm) => {
    for (const [, solid, euler] of shapes.slice(2, 4)) {
      const grid: Grid = { size: [66, 66, 56], spacingMm: [0.8, 0.8, 0.8], originMm, direction };
      const { occupancy, volumeCc } = solidOccupancy(solid, grid);
      const mesh = meshOfVolume(occupancy, 0.5);
      expect(expectClosed(mesh).euler).toBe(euler);
      expect(Math.abs(meshVolumeCc(mesh) / volumeCc - 1)).toBeLessThan(0.01);
    }
  });

  test("of any noise is closed: no ambiguous case", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 60, maxLength: 60 }), (values) => {
        const grid: Grid = {
          size: [3, 4, 5],
          spacingMm: [1, 2, 3],
          originMm: [0, 0, 0],
          direction: AXIAL_DIRECTION,
        };
        // Values on the level itself (1) are outside.
        const mesh = meshOfVolume(createVolume(grid, "HU", "1", Float32Array.from(values)), 1);
        expectClosed(mesh);
        expect(meshVolumeCc(mesh) >= 0).toBe(true);
      }),
      { seed, numRuns: 60 },
    );
  });

  test("what reaches the edge of the grid is closed there: a full grid is its box", () => {
    const grid: Grid = {
      size: [4, 5, 6],
      spacingMm: [1, 2, 3],
      originMm: [0, 0, 0],
      direction: AXIAL_DIRECTION,
    };
    const mesh = meshOfVolume(createVolume(grid, "fraction", "1", new Float32Array(120).fill(1)), 0.5);
    expect(expectClosed(mesh).euler).toBe(2);
    const [full, bevelled] = [4 * 10 * 18, meshVolumeCc(mesh) * 1000];
    expect(bevelled).toBeLessThan(full);
    expect(bevelled).toBeGreaterThan(0.8 * full);
    expect(Math.max(...mesh.positionsMm)).toBeCloseTo(5 * 3 + 1.5, 2);
  });

  test("of nothing is empty; a level or resolution that is no number is an error", () => {
    const grid: Grid = {
      size: [2, 2, 2],
      spacingMm: [1, 1, 1],
      originMm: [0, 0, 0],
      direction: AXIAL_DIRECTION,
    };
    const empty = createVolume(grid, "fraction", "1");
    expect(meshOfVolume(empty, 0.5).triangles.length).toBe(0);
    expect(() => meshOfVolume(empty, Number.NaN)).toThrow(/level/);
    expect(() => meshOfSolid(ring, 0)).toThrow(/resolutionMm/);
    expect(() => meshOfSolid(ring, 1e-3)).toThrow(/resolutionMm.*nodes/);
  });
});

describe("files", () => {
  const mesh = meshOfSolid(sphere([3, -2, 100], 10), 1);

  test("binary STL: length, count, unit normals away from the centre, and the notice", () => {
    const bytes = writeStl(mesh, "Läsion");
    const view = new DataView(bytes.buffer);
    const count = mesh.triangles.length / 3;
    expect(bytes.length).toBe(84 + 50 * count);
    expect(view.getUint32(80, true)).toBe(count);
    const header = new TextDecoder().decode(bytes.subarray(0, 80));
    expect(header).toContain(NOT_FOR_CLINICAL_USE);
    expect(header.startsWith("solid")).toBe(false);
    let sixVolumes = 0;
    for (let n = 0; n < count; n++) {
      const at = (m: number) => view.getFloat32(84 + 50 * n + 4 * m, true);
      const outward = at(0) * (at(3) - 3) + at(1) * (at(4) + 2) + at(2) * (at(5) - 100);
      expect(outward).toBeGreaterThan(0);
      const [a, b, c] = [0, 1, 2].map((v) => [at(3 + 3 * v) - 3, at(4 + 3 * v) + 2, at(5 + 3 * v) - 100]) as [
        number[],
        number[],
        number[],
      ];
      sixVolumes +=
        a[0]! * (b[1]! * c[2]! - b[2]! * c[1]!) +
        a[1]! * (b[2]! * c[0]! - b[0]! * c[2]!) +
        a[2]! * (b[0]! * c[1]! - b[1]! * c[0]!);
    }
    expect(sixVolumes / 6000 / meshVolumeCc(mesh)).toBeCloseTo(1, 4);
  });

  test("GLB: chunks, accessors within the buffer, indices within the vertices, upright in metres", () => {
    const bytes = writeGltf([
      { name: "ball", mesh, colorRgb: [255, 0, 0], opacity: 0.5 },
      { name: "nothing", mesh: { positionsMm: new Float64Array(0), triangles: new Uint32Array(0) } },
      { name: "ring", mesh: meshOfSolid(ring, 3) },
    ]);
    const view = new DataView(bytes.buffer);
    expect([0, 4, 8].map((at) => view.getUint32(at, true))).toEqual([0x46546c67, 2, bytes.length]);
    const jsonLength = view.getUint32(12, true);
    expect(jsonLength % 4).toBe(0);
    const json = JSON.parse(new TextDecoder().decode(bytes.subarray(20, 20 + jsonLength)));
    expect(view.getUint32(20 + jsonLength, true)).toBe(json.buffers[0].byteLength);
    expect(28 + jsonLength + json.buffers[0].byteLength).toBe(bytes.length);
    expect(json.meshes.map((m: { name: string }) => m.name)).toEqual(["ball", "ring"]);
    expect(json.asset.extras.notice).toBe(NOT_FOR_CLINICAL_USE);
    for (const { primitives } of json.meshes) {
      const { attributes, indices } = primitives[0];
      const read = (accessor: number) => {
        const { bufferView, count, componentType, type } = json.accessors[accessor];
        const { byteOffset, byteLength } = json.bufferViews[bufferView];
        const values = count * (type === "VEC3" ? 3 : 1);
        expect(byteLength).toBe(4 * values);
        const data = bytes.slice(
          28 + jsonLength + byteOffset,
          28 + jsonLength + byteOffset + byteLength,
        ).buffer;
        return componentType === 5126 ? new Float32Array(data) : new Uint32Array(data);
      };
      const positions = read(attributes.POSITION);
      const normals = read(attributes.NORMAL);
      expect(Math.max(...read(indices))).toBe(positions.length / 3 - 1);
      expect(json.accessors[attributes.POSITION].max[2]).toBe(
        Math.max(...positions.filter((_, n) => n % 3 === 2)),
      );
      for (let n = 0; n < normals.length; n += 3)
        expect(Math.hypot(normals[n]!, normals[n + 1]!, normals[n + 2]!)).toBeCloseTo(1, 5);
    }
    expect(json.materials[0]).toMatchObject({
      alphaMode: "BLEND",
      pbrMetallicRoughness: { baseColorFactor: [1, 0, 0, 0.5] },
    });
    // Column-major: superior (z, mm) becomes up (y, m), anterior (−y) comes to the viewer (z).
    const m: number[] = json.nodes[0].matrix;
    expect([m[8], m[9], m[10]]).toEqual([0, 0.001, 0]);
    expect([m[4], m[5], m[6]]).toEqual([0, 0, -0.001]);
  });

  test("no triangles at all, or a colour that is none, is an error", () => {
    expect(() => writeGltf([])).toThrow(/meshes/);
    expect(() => writeGltf([{ name: "ball", mesh, colorRgb: [300, 0, 0] }])).toThrow(/colorRgb of ball/);
    expect(() => writeGltf([{ name: "ball", mesh, opacity: 2 }])).toThrow(/opacity of ball/);
  });
});
