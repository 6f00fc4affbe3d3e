import { isLibraryError, type Progress, uniformStream } from "@isodose/core";
import { describe, expect, it } from "vitest";
import type { PointGoal } from "../src/goals.ts";
import { type OptimizeWeightsOptions, optimizeWeights } from "../src/optimize-weights.ts";
import { selectBeams } from "../src/select-beams.ts";

const exact = { ridge: 0, largestSharePercent: 100 };
const target = (pointCount: number, goalGy: number | number[]): PointGoal => ({
  role: "target",
  pointCount,
  goalGy,
});

/**
 * A target that wraps round a cord, in a plane: points at 4 … 20 mm from the cord's centre except for a gap at one side,
 * the cord within 2.5 mm of it, a shell beyond the target, and parallel beams of 8 mm from all sides, each past its own point.
 */
function concaveCase(groups: number): OptimizeWeightsOptions {
  const inTarget: [number, number][] = [];
  const inCord: [number, number][] = [];
  const inShell: [number, number][] = [];
  for (let x = -30; x <= 30; x++) {
    for (let y = -30; y <= 30; y++) {
      const r = Math.hypot(x, y);
      if (r <= 2.5) inCord.push([x, y]);
      else if (r >= 5 && r <= 20 && y > -6) inTarget.push([x, y]);
      else if (r >= 24 && r <= 30 && (x + y) % 2 === 0) inShell.push([x, y]);
    }
  }
  const all = [...inTarget, ...inShell, ...inCord];
  const unitDoseGyPerMu = new Float32Array(groups * all.length);
  const aims = inTarget.filter((_, i) => i % 7 === 0);
  for (let g = 0; g < groups; g++) {
    const angle = 2.399963 * g;
    const [ax, ay] = aims[(g * 11) % aims.length]!;
    all.forEach(([x, y], p) => {
      const across = Math.abs((x - ax) * Math.cos(angle) + (y - ay) * Math.sin(angle));
      const along = -(x - ax) * Math.sin(angle) + (y - ay) * Math.cos(angle);
      unitDoseGyPerMu[g * all.length + p] =
        (0.008 * Math.exp(-0.005 * along)) / (1 + Math.exp((across - 4) / 0.7));
    });
  }
  const goals: PointGoal[] = [
    { role: "target", pointCount: inTarget.length, goalGy: 25 },
    { role: "shell", pointCount: inShell.length, goalGy: 12 },
    { role: "limit", pointCount: inCord.length, goalGy: 17 },
  ];
  return { unitDoseGyPerMu, goals, prescriptionGy: 24 };
}

function doses(
  { unitDoseGyPerMu: unit, goals }: OptimizeWeightsOptions,
  monitorUnits: Float64Array,
): Float64Array[] {
  const points = unit.length / monitorUnits.length;
  const all = new Float64Array(points);
  for (let g = 0; g < monitorUnits.length; g++)
    for (let p = 0; p < points; p++) all[p] = all[p]! + monitorUnits[g]! * unit[g * points + p]!;
  let first = 0;
  return goals.map((goal) => {
    first += goal.pointCount;
    return all.subarray(first - goal.pointCount, first);
  });
}

describe("closed forms", () => {
  it("gives each beam what its own point needs", async () => {
    const unitDoseGyPerMu = Float32Array.of(0.01, 0, 0, 0, 0.02, 0, 0, 0, 0.04);
    const { monitorUnits } = await optimizeWeights({
      unitDoseGyPerMu,
      goals: [target(3, [10, 20, 30])],
      prescriptionGy: 30,
      ...exact,
    });
    [1000, 1000, 750].forEach((mu, g) => {
      expect(monitorUnits[g]).toBeCloseTo(mu, 2);
    });
  });

  it("does not pull a point down that has more than its goal, up to the hot-spot cap", async () => {
    // One beam, two points: the second gets 1.3 times the first.
    const unitDoseGyPerMu = Float32Array.of(0.01, 0.013);
    const { monitorUnits, objective } = await optimizeWeights({
      unitDoseGyPerMu,
      goals: [target(2, 10)],
      prescriptionGy: 10,
      ...exact,
    });
    expect(monitorUnits[0]).toBeCloseTo(1000, 2);
    expect(objective).toBeLessThan(1e-12);
  });

  it("balances a shell against the target by their importance", async () => {
    // Both goals pull at one beam: Φ = a (1 − x)² + b (x − ½)², x = (a + b / 2) / (a + b), in units of the prescription.
    const unitDoseGyPerMu = Float32Array.of(0.01, 0.01);
    const goals: PointGoal[] = [
      { role: "target", pointCount: 1, goalGy: 10, importance: 3 },
      { role: "shell", pointCount: 1, goalGy: 5, importance: 1 },
    ];
    const { monitorUnits, objective } = await optimizeWeights({
      unitDoseGyPerMu,
      goals,
      prescriptionGy: 10,
      ...exact,
    });
    expect(monitorUnits[0]).toBeCloseTo(1000 * (3.5 / 4), 2);
    expect(objective).toBeCloseTo(3 * 0.125 ** 2 + 0.375 ** 2, 6);
  });

  it("leaves a shell under its goal alone", async () => {
    const unitDoseGyPerMu = Float32Array.of(0.01, 0.002);
    const goals: PointGoal[] = [target(1, 10), { role: "shell", pointCount: 1, goalGy: 5 }];
    const { monitorUnits } = await optimizeWeights({ unitDoseGyPerMu, goals, prescriptionGy: 10, ...exact });
    expect(monitorUnits[0]).toBeCloseTo(1000, 2);
  });

  it("keeps a limit although the target pays for it", async () => {
    const unitDoseGyPerMu = Float32Array.of(0.01, 0.01);
    const goals: PointGoal[] = [target(1, 10), { role: "limit", pointCount: 1, goalGy: 7 }];
    const { monitorUnits } = await optimizeWeights({ unitDoseGyPerMu, goals, prescriptionGy: 10, ...exact });
    expect(monitorUnits[0]! * 0.01).toBeGreaterThan(6.9);
    expect(monitorUnits[0]! * 0.01).toBeLessThan(7 + 0.01 + 1e-6);
  });
});

describe("a target round a cord", () => {
  const options = concaveCase(120);

  it("keeps the cord at its limit and covers the target", async () => {
    const { monitorUnits } = await optimizeWeights(options);
    const [inTarget, , inCord] = doses(options, monitorUnits) as [Float64Array, Float64Array, Float64Array];
    expect(Math.max(...inCord)).toBeLessThanOrEqual(17 + 24 * 1e-3 + 1e-6);
    expect(inTarget.filter((dose) => dose >= 24).length / inTarget.length).toBeGreaterThan(0.85);
  });

  it("gives half the monitor units for twice the unit dose", async () => {
    const once = await optimizeWeights(options);
    const twice = await optimizeWeights({
      ...options,
      unitDoseGyPerMu: options.unitDoseGyPerMu.map((d) => 2 * d),
    });
    once.monitorUnits.forEach((mu, g) => {
      expect(twice.monitorUnits[g]! * 2).toBeCloseTo(mu, 9);
    });
  });

  it("gives twice the monitor units for twice the doses asked for", async () => {
    const goals = options.goals.map((goal) => ({ ...goal, goalGy: 2 * (goal.goalGy as number) }));
    const once = await optimizeWeights(options);
    const twice = await optimizeWeights({ ...options, goals, prescriptionGy: 48 });
    once.monitorUnits.forEach((mu, g) => {
      expect(twice.monitorUnits[g]! / 2).toBeCloseTo(mu, 6);
    });
  });

  it("is the same each time, and does not depend on the order of groups", async () => {
    const once = await optimizeWeights(options);
    expect((await optimizeWeights(options)).monitorUnits).toEqual(once.monitorUnits);
    const groups = once.monitorUnits.length;
    const points = options.unitDoseGyPerMu.length / groups;
    const reversed = new Float32Array(options.unitDoseGyPerMu.length);
    for (let g = 0; g < groups; g++)
      reversed.set(options.unitDoseGyPerMu.subarray(g * points, (g + 1) * points), (groups - 1 - g) * points);
    const turned = await optimizeWeights({ ...options, unitDoseGyPerMu: reversed });
    expect(turned.objective).toBeCloseTo(once.objective, 5);
    const largest = Math.max(...once.monitorUnits);
    once.monitorUnits.forEach((mu, g) => {
      expect(Math.abs(turned.monitorUnits[groups - 1 - g]! - mu)).toBeLessThan(1e-2 * largest);
    });
  });

  it("keeps single weights near the cap on their share", async () => {
    const { monitorUnits } = await optimizeWeights({ ...options, largestSharePercent: 2 });
    const total = monitorUnits.reduce((sum, mu) => sum + mu, 0);
    expect(Math.max(...monitorUnits) / total).toBeLessThan(0.022);
    const free = (await optimizeWeights({ ...options, largestSharePercent: 100 })).monitorUnits;
    expect(Math.max(...free) / free.reduce((sum, mu) => sum + mu, 0)).toBeGreaterThan(0.022);
  });

  it("spares exempt points of a limit only so much", async () => {
    const goals = options.goals.map((goal) => (goal.role === "limit" ? { ...goal, exemptPoints: 3 } : goal));
    const { monitorUnits } = await optimizeWeights({ ...options, goals });
    const inCord = [...doses(options, monitorUnits)[2]!].sort((a, b) => b - a);
    expect(inCord[3]).toBeLessThanOrEqual(17 + 0.025);
    expect(inCord[0]).toBeLessThanOrEqual(17 * 1.15 + 0.025);
  });
});

describe("selection", () => {
  it("keeps at most so many groups, with a result nearly as good", async () => {
    const options = { ...concaveCase(200), ridge: 1e-3 };
    const all = await optimizeWeights(options);
    const some = await selectBeams({ ...options, maxGroups: 60 });
    expect(some.monitorUnits).toHaveLength(200);
    const used = [...some.monitorUnits].filter((mu) => mu > 0);
    expect(used.length).toBeLessThanOrEqual(60);
    expect([...all.monitorUnits].filter((mu) => mu > 0).length).toBeGreaterThan(60);
    // Better than the first 60 groups alone: that is what selecting is for.
    const points = options.unitDoseGyPerMu.length / 200;
    const first = await optimizeWeights({
      ...options,
      unitDoseGyPerMu: options.unitDoseGyPerMu.slice(0, 60 * points),
    });
    expect(some.objective).toBeLessThan(first.objective);
  });

  it("drops groups that are too light to deliver", async () => {
    const options = concaveCase(120);
    const { monitorUnits } = await selectBeams({ ...options, maxGroups: 120, leastMonitorUnits: 20 });
    const used = [...monitorUnits].filter((mu) => mu > 0);
    expect(Math.min(...used)).toBeGreaterThanOrEqual(20);
    expect(used.length).toBeGreaterThan(10);
  });

  it("finds the one beam that does it all", async () => {
    const uniform = uniformStream(5, 0);
    const unitDoseGyPerMu = Float32Array.from({ length: 6 * 4 }, (_, i) =>
      i >> 2 === 3 ? 0.01 : 0.004 * uniform(),
    );
    const { monitorUnits } = await selectBeams({
      unitDoseGyPerMu,
      goals: [target(4, 10)],
      prescriptionGy: 10,
      maxGroups: 1,
      ...exact,
    });
    expect([...monitorUnits].map((mu) => mu > 0)).toEqual([false, false, false, true, false, false]);
    expect(monitorUnits[3]).toBeCloseTo(1000, 2);
  });
});

describe("control and input", () => {
  it("reports progress to the end, and stops when told to", async () => {
    const seen: Progress[] = [];
    await optimizeWeights(concaveCase(30), { onProgress: (progress) => seen.push(progress) });
    expect(seen.at(-1)!.done).toBe(seen.at(-1)!.total);
    const controller = new AbortController();
    controller.abort();
    const run = optimizeWeights(concaveCase(30), { signal: controller.signal });
    await expect(run).rejects.toSatisfy((error) => isLibraryError(error, "CancelledError"));
  });

  const good = { unitDoseGyPerMu: Float32Array.of(0.01, 0.01), goals: [target(2, 10)], prescriptionGy: 10 };
  it.each([
    [{ prescriptionGy: 0 }, "prescriptionGy"],
    [{ unitDoseGyPerMu: Float32Array.of(1, 2, 3) }, "unitDoseGyPerMu"],
    [{ unitDoseGyPerMu: Float32Array.of(0, 0) }, "unitDoseGyPerMu"],
    [{ goals: [{ role: "shell", pointCount: 2, goalGy: 1 }] }, "goals"],
    [{ goals: [{ ...target(2, 10), hotSpotGy: 9 }] }, "goals[0].hotSpotGy"],
    [{ goals: [target(2, [10])] }, "goals[0].goalGy"],
    [{ goals: [{ ...target(2, 10), importance: -1 }] }, "goals[0].importance"],
    [{ startMonitorUnits: [1, 2] }, "startMonitorUnits"],
  ])("refuses %j", async (change, field) => {
    const run = optimizeWeights({ ...good, ...change } as OptimizeWeightsOptions);
    await expect(run).rejects.toSatisfy(
      (error) => isLibraryError(error, "InvalidInputError") && error.field === field,
    );
  });

  it("refuses to keep no group", async () => {
    await expect(selectBeams({ ...good, maxGroups: 0 })).rejects.toThrow(/maxGroups/);
  });
});
