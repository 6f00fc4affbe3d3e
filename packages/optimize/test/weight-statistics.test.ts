import type { Beam } from "@isodose/core";
import { expect, it } from "vitest";
import { weightStatistics } from "../src/weight-statistics.ts";

const beam = (x: number): Beam => ({
  name: "b",
  sourceMm: [0, -800, 0],
  aimMm: [x, 0, 0],
  bldXAxis: [1, 0, 0],
  bldYAxis: [0, 0, 1],
  sadMm: 800,
  aperture: { kind: "circle", diameterMm: 20 },
  gantryDeg: 0,
  couchDeg: 0,
  collimatorDeg: 0,
  node: 1,
});

it("counts used beams, their aim points and the share of the ten heaviest", () => {
  const beams = Array.from({ length: 21 }, (_, i) => beam(i >> 1));
  const monitorUnits = Array.from({ length: 21 }, (_, i) => (i < 20 ? 1 + (i % 2) : 0));
  // Aim points 0 … 9 twice each; the beam aimed at 10 has no monitor units. Ten beams of 2 among 30 in all.
  expect(weightStatistics(monitorUnits, beams)).toEqual({
    usedBeams: 20,
    distinctAimPoints: 10,
    tenHeaviestSharePercent: (100 * 20) / 30,
  });
  expect(weightStatistics([0], [beam(0)])).toEqual({
    usedBeams: 0,
    distinctAimPoints: 0,
    tenHeaviestSharePercent: 0,
  });
  expect(() => weightStatistics([1], [])).toThrow(/monitorUnits/);
});
