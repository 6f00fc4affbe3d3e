import {
  MORPHOMETRY_SOURCES,
  PHANTOM_LEVELS,
  spinePhantom,
  VERTEBRA_DIMENSION_ORIGINS,
  VERTEBRA_DIMENSIONS,
  type VertebraDimension,
} from "@isodose/anatomy";
import type { Vec3 } from "@isodose/core";
import { intersectionOf, type Solid, unionOf } from "@isodose/geometry";
import { describe, expect, test } from "vitest";

/** Every number of the table with where it is from. */
const cells = VERTEBRA_DIMENSIONS.flatMap(({ level, region, ...sizes }) =>
  Object.entries(sizes).map(([name, value]) => ({
    level,
    name: name as VertebraDimension,
    value,
    origin: VERTEBRA_DIMENSION_ORIGINS[level]![name as VertebraDimension],
  })),
);
const of = (level: string) => VERTEBRA_DIMENSIONS.find((d) => d.level === level)!;

describe("where the numbers are from", () => {
  test("every number has an origin, and every origin a number", () => {
    expect(cells.length).toBe(25 * 15);
    expect(Object.keys(VERTEBRA_DIMENSION_ORIGINS)).toEqual(PHANTOM_LEVELS);
    for (const { level, name, value, origin } of cells) {
      expect(Number.isFinite(value) && value >= 0, `${level} ${name}`).toBe(true);
      expect(["read", "derived", "interpolated", "unverified"], `${level} ${name}`).toContain(origin.kind);
      expect(origin.sources.length > 0, `${level} ${name}`).toBe(origin.kind !== "unverified");
    }
  });

  test("every source named exists, with a citation and a place; every source is used", () => {
    const used = new Set<string>(cells.flatMap(({ origin }) => origin.sources));
    expect([...used].sort()).toEqual(Object.keys(MORPHOMETRY_SOURCES).sort());
    for (const [id, { citation, at, what }] of Object.entries(MORPHOMETRY_SOURCES)) {
      expect(at, id).toMatch(/^(doi:10\.\d{4,}\/\S+|https?:\/\/\S+)$/);
      expect(citation.length, id).toBeGreaterThan(20);
      expect(what, id).not.toBe("");
    }
  });

  test("interpolated numbers lie on the line between two levels with a source", () => {
    for (const { level, name, value, origin } of cells) {
      if (origin.kind !== "interpolated") {
        expect(origin.between, `${level} ${name}`).toBeUndefined();
        continue;
      }
      const [above, below] = origin.between!;
      const [a, n, b] = [above, level, below].map((l) => PHANTOM_LEVELS.indexOf(l)) as [
        number,
        number,
        number,
      ];
      expect(a < n && n < b, `${level} ${name}`).toBe(true);
      const line = of(above)[name] + ((of(below)[name] - of(above)[name]) * (n - a)) / (b - a);
      expect(Math.abs(value - line), `${level} ${name}`).toBeLessThanOrEqual(0.05 + 1e-9);
      for (const end of [above, below]) {
        const { kind, sources } = VERTEBRA_DIMENSION_ORIGINS[end]![name];
        expect(["read", "derived"], `${end} ${name}`).toContain(kind);
        expect(origin.sources, `${level} ${name}`).toEqual(expect.arrayContaining([...sources]));
      }
    }
  });

  test("numbers as printed, of sources that print many", () => {
    const column = (name: VertebraDimension, levels: readonly string[]) => levels.map((l) => of(l)[name]);
    const thoracic = PHANTOM_LEVELS.filter((l) => l.startsWith("T"));
    expect(column("canalWidthMm", thoracic)).toEqual([
      22.6, 19.9, 18.3, 17.6, 16.9, 17.1, 17.3, 17.3, 17.3, 18.1, 19.8, 22.7,
    ]);
    expect(column("canalDepthMm", ["C3", "C5", "T1", "T8", "T12", "L1", "L3", "S1"])).toEqual([
      14.6, 14.5, 16.1, 14.6, 16.7, 16.7, 15.7, 17.4,
    ]);
    // The middles of 6.25–10.99, 6.97–12.08, 7.42–13.3, 7.76–14.57 and 7.11–13.12.
    const discs = [8.62, 9.525, 10.36, 11.165, 10.115];
    for (const [n, mm] of column("discHeightMm", ["L1", "L2", "L3", "L4", "L5"]).entries())
      expect(Math.abs(mm - discs[n]!)).toBeLessThanOrEqual(0.051);
  });

  test("tells how many numbers have a source", () => {
    const kinds = ["read", "derived", "interpolated", "unverified"] as const;
    const names = [...new Set(cells.map(({ name }) => name))];
    const count = (part: typeof cells) =>
      Object.fromEntries(
        kinds.map((kind) => [kind, part.filter(({ origin }) => origin.kind === kind).length]),
      );
    console.table({
      ...Object.fromEntries(names.map((name) => [name, count(cells.filter((cell) => cell.name === name))])),
      all: count(cells),
    });
    const { unverified } = count(cells);
    expect(unverified).toBeLessThan(cells.length / 3);
  });
});

describe("sizes that go together", () => {
  test("cord in the canal with room for fluid and fat, at every level", () => {
    for (const d of VERTEBRA_DIMENSIONS) {
      expect(d.canalWidthMm, d.level).toBeGreaterThan(d.cordWidthMm + 4);
      expect(d.canalDepthMm, d.level).toBeGreaterThan(d.cordDepthMm + 4);
      expect(d.cordWidthMm, d.level).toBeGreaterThan(d.cordDepthMm);
    }
  });

  test("pedicles no higher than the body, processes wider than the canal with its pedicles", () => {
    for (const d of VERTEBRA_DIMENSIONS) {
      if (d.region !== "atlas") expect(d.pedicleHeightMm, d.level).toBeLessThan(d.bodyHeightMm);
      expect(d.transverseSpanMm, d.level).toBeGreaterThan(d.canalWidthMm + 2 * d.pedicleWidthMm);
      expect(d.discHeightMm, d.level).toBeLessThan(d.bodyHeightMm / 2);
    }
  });

  test("bodies grow from C3 to L5 in width and depth, from C5 to L5 in height, discs from T4 to L4", () => {
    const grows = (name: VertebraDimension, first: string, last: string) => {
      const levels = PHANTOM_LEVELS.slice(PHANTOM_LEVELS.indexOf(first), PHANTOM_LEVELS.indexOf(last) + 1);
      for (const [n, level] of levels.slice(1).entries())
        expect(of(level)[name], `${name} ${levels[n]} to ${level}`).toBeGreaterThanOrEqual(
          of(levels[n]!)[name],
        );
    };
    grows("bodyWidthMm", "C3", "L5");
    grows("bodyDepthMm", "C3", "L5");
    grows("bodyHeightMm", "C5", "L5");
    grows("discHeightMm", "T4", "L4");
    grows("canalWidthMm", "T5", "S1");
  });
});

/** Whether two solids have a point in common, on a raster of 0.7 mm. */
function touch(a: Solid, b: Solid): boolean {
  const both = intersectionOf(a, b);
  const { min, max } = both.boundsMm;
  for (let z = min[2]; z <= max[2]; z += 0.7)
    for (let y = min[1]; y <= max[1]; y += 0.7)
      for (let x = min[0]; x <= max[0]; x += 0.7) if (both.implicit(x, y, z) < 0) return true;
  return false;
}

test("bone hangs together at every level, and keeps off the canal; cord in sac in canal all along", () => {
  for (const [first, last] of [
    ["C1", "C7"],
    ["T1", "T12"],
    ["L1", "S1"],
  ] as const) {
    const { parts, solids } = spinePhantom({ lesions: [], levels: [first, last], spacingMm: [10, 10, 10] });
    const piece = (name: string) => {
      const shells = parts.filter((part) => part.name === name && part.tissue === "corticalBone");
      return shells.length > 0 ? unionOf(...shells.map(({ solid }) => solid)) : undefined;
    };
    const from = PHANTOM_LEVELS.indexOf(first);
    const levels = PHANTOM_LEVELS.slice(from, PHANTOM_LEVELS.indexOf(last) + 1);
    for (const level of levels) {
      const isAtlas = level === "C1";
      const front = piece(`${level} ${isAtlas ? "anterior arch" : "body"}`)!;
      for (const side of ["left", "right"]) {
        const name = `${level} ${side}`;
        const arch = piece(`${name} ${isAtlas ? "posterior arch" : "lamina"}`)!;
        const pillar = piece(`${name} articular process`)!;
        const pedicle = piece(`${name} pedicle`);
        const transverse = piece(`${name} transverse process`)!;
        expect(touch(front, pedicle ?? pillar), `${name} front`).toBe(true);
        expect(touch(arch, pedicle ? unionOf(pedicle, pillar) : pillar), `${name} arch`).toBe(true);
        expect(touch(transverse, unionOf(pillar, ...(pedicle ? [pedicle] : [])))).toBe(true);
        expect(touch(piece(`${level} spinous process`)!, arch), `${name} spinous process`).toBe(true);
      }
    }
    const { SpinalCanal, ThecalSac, SpinalCord, BODY } = solids;
    // The sacrum below S1 is one block, in which the canal is painted later.
    const bones = parts
      .filter(({ name, tissue }) => tissue === "corticalBone" && name !== "pelvis")
      .map(({ solid }) => solid);
    const { min, max } = SpinalCanal!.boundsMm;
    const wrong = new Set<string>();
    for (let z = min[2] + 0.3; z < max[2]; z += 3.1)
      for (let y = min[1]; y < max[1]; y += 1.3)
        for (let x = min[0]; x < max[0]; x += 1.3) {
          const p: Vec3 = [x, y, z];
          const canal = SpinalCanal!.implicit(...p) < -0.05;
          const sac = ThecalSac!.implicit(...p) < -0.05;
          if (sac && SpinalCanal!.implicit(...p) > 0) wrong.add("sac in canal");
          if ((SpinalCord?.implicit(...p) ?? 1) < -0.05 && ThecalSac!.implicit(...p) > 0)
            wrong.add("cord in sac");
          if (canal && bones.some((bone) => bone.implicit(...p) < -0.05)) wrong.add("bone off the canal");
        }
    for (const level of levels) {
      const spinous = piece(`${level} spinous process`)!;
      const { min: low, max: high } = spinous.boundsMm;
      for (let sz = low[2]; sz < high[2]; sz += 0.7)
        for (let sy = low[1]; sy < high[1]; sy += 0.7)
          if (spinous.implicit(0, sy, sz) < 0 && BODY!.implicit(0, sy, sz) > -2)
            wrong.add(`${level} in the skin`);
    }
    expect([...wrong], `${first} to ${last}`).toEqual([]);
  }
});
