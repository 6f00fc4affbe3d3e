import { patientToIecFixed } from "@isodose/geometry";
import { describe, expect, it } from "vitest";
import { arcAngles } from "../src/linac/arc-angles.ts";
import { linacDelivery } from "../src/linac/linac-delivery.ts";
import { LINAC_6FFF } from "../src/linac/linac-machine.ts";

const common = {
  machine: LINAC_6FFF,
  collimator: { kind: "cone", diameterMm: 15 },
  isocenterMm: [10, -110, 386],
  position: "HFS",
} as const;
const sums = (groups: Int32Array, shares: Float64Array) => {
  const total: number[] = [];
  groups.forEach((g, i) => {
    total[g] = (total[g] ?? 0) + shares[i]!;
  });
  return total;
};

describe("arc angles", () => {
  it.each([
    [181, 179, "cw", 358, false],
    [179, 181, "ccw", 358, false],
    [179, 181, "cw", 2, true],
    [180, 180, "cw", 360, false],
    [0, 360, "cw", 360, true],
    [-90, 90, "cw", 180, false],
    [90, 270, "cw", 180, true],
    [350, 20, "cw", 30, false],
    [20, 350, "ccw", 30, false],
  ] as const)("%d to %d %s is %d degrees", (start, stop, direction, length, through180) => {
    const arc = arcAngles(start, stop, direction, 4);
    expect(arc.lengthDeg).toBeCloseTo(length, 10);
    expect(arc.passesGantry180).toBe(through180);
    expect(arc.gantryDeg).toHaveLength(Math.ceil(length / 4));
  });

  it("puts the points in the middles of equal intervals, wrapping at 360", () => {
    expect([...arcAngles(350, 20, "cw", 10).gantryDeg]).toEqual([355, 5, 15]);
    expect([...arcAngles(20, 350, "ccw", 10).gantryDeg]).toEqual([15, 5, 355]);
  });

  it("refuses what is no angle", () => {
    expect(() => arcAngles(Number.NaN, 0, "cw", 4)).toThrow(/arc.startDeg/);
    expect(() => arcAngles(0, 10, "cw", 0)).toThrow(/arc.stepDeg/);
  });
});

describe("arcs", () => {
  const arcs = [
    { startDeg: 181, stopDeg: 179, couchDeg: 0, collimatorDeg: 30 },
    { startDeg: 20, stopDeg: 160, couchDeg: 30, collimatorDeg: 0 },
  ];
  const { delivery, warnings } = linacDelivery({ ...common, technique: "arc", arcs });

  it("makes control points that share one weight for each arc", () => {
    expect(delivery.beams).toHaveLength(90 + 35);
    expect(Math.max(...delivery.weightGroup)).toBe(1);
    for (const sum of sums(delivery.weightGroup, delivery.shareOfGroup)) expect(sum).toBeCloseTo(1, 12);
    expect(warnings).toEqual([]);
  });

  it("keeps the source at SAD from the isocenter, aimed at it", () => {
    for (const beam of delivery.beams) {
      expect(beam.aimMm).toEqual(common.isocenterMm);
      expect(Math.hypot(...beam.sourceMm.map((c, a) => c - beam.aimMm[a]!))).toBeCloseTo(1000, 9);
    }
  });

  it("turns a coplanar arc in the plane across the couch, a couch kick out of it", () => {
    const outOfPlane = (group: number) =>
      delivery.beams
        .filter((_, i) => delivery.weightGroup[i] === group)
        .map((b) => Math.abs(b.sourceMm[2] - b.aimMm[2]));
    expect(Math.max(...outOfPlane(0))).toBeLessThan(1e-9);
    // sin g sin 30°, at g next to 90°: 500 mm.
    expect(Math.max(...outOfPlane(1))).toBeGreaterThan(495);
  });

  it("drops refused control points, shares what is left evenly, renumbers groups", () => {
    const { delivery: part, rejected } = linacDelivery({
      ...common,
      technique: "arc",
      arcs: [arcs[1]!, arcs[0]!],
      accept: (beam) => beam.couchDeg === 0 && beam.gantryDeg < 180,
    });
    expect(rejected).toBe(125 - part.beams.length);
    expect(new Set(part.weightGroup)).toEqual(new Set([0]));
    expect(sums(part.weightGroup, part.shareOfGroup)[0]).toBeCloseTo(1, 12);
    expect(part.beams[0]!.node).toBe(2);
  });

  it("warns of an arc through 180", () => {
    const arc = { startDeg: 179, stopDeg: 181, couchDeg: 0, collimatorDeg: 0 };
    expect(linacDelivery({ ...common, technique: "arc", arcs: [arc] }).warnings.map((w) => w.code)).toEqual([
      "ARC_THROUGH_180",
    ]);
  });
});

describe("static fields", () => {
  const fields = [0, 90, 180, 270].map((gantryDeg) => ({ gantryDeg, couchDeg: 0, collimatorDeg: 0 }));

  it("comes from where IEC 61217 says, in HFS and FFS alike in the room", () => {
    const room = [
      [0, 0, 1],
      [1, 0, 0],
      [0, 0, -1],
      [-1, 0, 0],
    ];
    for (const position of ["HFS", "FFS"] as const) {
      const { delivery } = linacDelivery({ ...common, position, technique: "static", fields });
      delivery.beams.forEach((beam, i) => {
        const [x, y, z] = [0, 1, 2].map((a) => (beam.sourceMm[a]! - beam.aimMm[a]!) / 1000);
        const direction = patientToIecFixed([x!, y!, z!], position);
        for (let a = 0; a < 3; a++) expect(direction[a]).toBeCloseTo(room[i]![a]!, 12);
      });
    }
  });

  it("gives each field its own weight", () => {
    const { delivery } = linacDelivery({ ...common, technique: "static", fields });
    expect([...delivery.weightGroup]).toEqual([0, 1, 2, 3]);
    expect([...delivery.shareOfGroup]).toEqual([1, 1, 1, 1]);
  });

  it("refuses cones it lacks, empty lists and angles off the scale", () => {
    const bad = { kind: "cone", diameterMm: 20 } as const;
    expect(() => linacDelivery({ ...common, collimator: bad, technique: "static", fields })).toThrow(
      /4, 5, 6, 7.5/,
    );
    expect(() => linacDelivery({ ...common, technique: "static", fields: [] })).toThrow(/delivery.fields/);
    expect(() => linacDelivery({ ...common, technique: "arc", arcs: [] })).toThrow(/delivery.arcs/);
    const field = { gantryDeg: 400, couchDeg: 0, collimatorDeg: 0 };
    expect(() => linacDelivery({ ...common, technique: "static", fields: [field] })).toThrow(
      /delivery.fields\[0\].gantryDeg/,
    );
  });
});
