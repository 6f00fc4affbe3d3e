import { describe, expect, it } from "vitest";
import { spreadAimPoints } from "../src/aim-points.ts";

/** A ball of radius 15 mm on a 2 mm lattice, with the distance of each point from its surface. */
const points: number[] = [];
const depths: number[] = [];
for (let x = -14; x <= 14; x += 2)
  for (let y = -14; y <= 14; y += 2)
    for (let z = -14; z <= 14; z += 2) {
      const r = Math.hypot(x, y, z);
      if (r > 15) continue;
      points.push(x, y, z);
      depths.push(15 - r);
    }
const ball = {
  insidePointsMm: Float64Array.from(points),
  depthInsideMm: depths,
  count: 20,
  coneDiameterMm: 20,
};
const rows = (flat: Float64Array) =>
  Array.from({ length: flat.length / 3 }, (_, i) => [...flat.subarray(3 * i, 3 * i + 3)]);
const distance = (a: number[], b: number[]) => Math.hypot(a[0]! - b[0]!, a[1]! - b[1]!, a[2]! - b[2]!);

describe("aim points", () => {
  it("starts at the deepest point and keeps the margin from the surface", () => {
    const aims = rows(spreadAimPoints(ball));
    expect(aims).toHaveLength(20);
    expect(aims[0]).toEqual([0, 0, 0]);
    for (const aim of aims) expect(Math.hypot(...aim)).toBeLessThanOrEqual(13);
    const wide = rows(spreadAimPoints({ ...ball, marginMm: 1 }));
    expect(Math.max(...wide.map((aim) => Math.hypot(...aim)))).toBeGreaterThan(13.5);
  });

  it("is farthest-point sampling: each point is as far from those before it as any point could be", () => {
    const aims = rows(spreadAimPoints(ball));
    const allowed = rows(ball.insidePointsMm).filter((p) => Math.hypot(...p) <= 13);
    for (let n = 1; n < aims.length; n++) {
      const gap = (p: number[]) => Math.min(...aims.slice(0, n).map((q) => distance(p, q)));
      expect(gap(aims[n]!)).toBeCloseTo(Math.max(...allowed.map(gap)), 9);
    }
  });

  it("gives distinct points, the same ones each time, and a prefix for a smaller count", () => {
    const aims = rows(spreadAimPoints(ball));
    expect(new Set(aims.map(String)).size).toBe(20);
    expect(rows(spreadAimPoints({ ...ball, count: 8 }))).toEqual(aims.slice(0, 8));
  });

  it("takes the deepest points of a target thinner than the margin", () => {
    const aims = rows(spreadAimPoints({ ...ball, marginMm: 100, count: 7 }));
    expect(Math.max(...aims.map((aim) => Math.hypot(...aim)))).toBe(2);
  });

  it("gives as many as there are, without depths from the centroid on", () => {
    const insidePointsMm = Float64Array.of(0, 0, 0, 10, 0, 0, 4, 0, 0, 4, 0, 0);
    expect(rows(spreadAimPoints({ insidePointsMm, count: 9, coneDiameterMm: 20 }))).toEqual([
      [4, 0, 0],
      [10, 0, 0],
      [0, 0, 0],
    ]);
  });

  it("refuses empty input and sizes that do not fit", () => {
    expect(() => spreadAimPoints({ ...ball, insidePointsMm: new Float64Array(0) })).toThrow(/insidePointsMm/);
    expect(() => spreadAimPoints({ ...ball, depthInsideMm: [1] })).toThrow(/depthInsideMm/);
    expect(() => spreadAimPoints({ ...ball, count: 0 })).toThrow(/count/);
  });
});
