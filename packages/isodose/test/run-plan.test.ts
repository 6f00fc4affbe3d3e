import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  beamDataOf,
  type HuCurve,
  InvalidInputError,
  isLibraryError,
  loadPointEngine,
  machineById,
  type PlanResult,
  type Progress,
  patientDensity,
  patientFiles,
  patientToVoxel,
  runPlan,
  SCHNEIDER_HU_CURVE,
  voxelToPatient,
} from "isodose";
import { readPlanInput, writeFiles } from "isodose/node";
import { beforeAll, describe, expect, it } from "vitest";
import {
  oneField,
  oneFieldPlan,
  planWith,
  runSmall,
  smallPatient,
  smallPhantom,
  smallPlan,
} from "./support/small-case.ts";

const cordLimit = { structure: "SpinalCord_PRV2", metric: "D0.035cc", maxGy: 17 };
const codes = (result: PlanResult) => result.summary.warnings.map((w) => w.code);
const totalUnits = (result: PlanResult) => result.plan.monitorUnits.reduce((sum, mu) => sum + mu, 0);
const metric = (result: PlanResult, structure: string, name: string) =>
  result.summary.structures[structure]!.metrics[name]!;
/** Largest difference of two doses, Gy. */
function worstGy(a: PlanResult, b: PlanResult, factor = 1): number {
  const [x, y] = [a.dose.values.data, b.dose.values.data];
  expect(x.length).toBe(y.length);
  return x.reduce((worst, gy, v) => Math.max(worst, Math.abs(gy * factor - y[v]!)), 0);
}

let free: PlanResult;
let limited: PlanResult;
const progress: Progress[] = [];
beforeAll(async () => {
  free = await runSmall();
  limited = await runSmall({ limits: [cordLimit] }, { onProgress: (p) => progress.push(p) });
});

describe("scaling to the prescription", () => {
  it("without limits, coveragePercent of the target receives doseGy", () => {
    expect(Math.abs(metric(free, "PTV_L1", "D95%") / 24 - 1)).toBeLessThan(1e-3);
    expect(Math.abs(free.summary.target.coveragePercent - 95)).toBeLessThan(0.05);
    expect(free.summary.target.shortfallPercent).toBe(0);
    expect(codes(free)).not.toContain("COVERAGE_SHORTFALL");
  });

  it("limits win: the limited metric is at its ceiling, the shortfall is a warning", () => {
    const [limit] = limited.summary.limits;
    expect(limit).toMatchObject(cordLimit);
    expect(limit!.valueGy).toBeLessThanOrEqual(17 * (1 + 1e-6));
    expect(limit!.valueGy).toBe(metric(limited, "SpinalCord_PRV2", "D0.035cc"));
    const { coveragePercent, shortfallPercent } = limited.summary.target;
    expect(coveragePercent).toBeLessThan(95);
    expect(Math.abs(coveragePercent + shortfallPercent - 95)).toBeLessThan(1e-9);
    const warning = limited.summary.warnings.find((w) => w.code === "COVERAGE_SHORTFALL")!;
    expect(warning.message).toContain("SpinalCord_PRV2");
    expect(warning.message).toContain(`${coveragePercent.toFixed(1)} %`);
    // The limit costs something, but the target is not given up.
    expect(metric(free, "SpinalCord_PRV2", "D0.035cc")).toBeGreaterThan(17);
    expect(coveragePercent).toBeGreaterThan(60);
  });

  it("a limit that is far away changes no scaling", async () => {
    const loose = await runSmall({ ...oneFieldPlan, limits: [{ ...cordLimit, maxGy: 1000 }] });
    expect(Math.abs(loose.summary.target.coveragePercent - 5)).toBeLessThan(0.05);
    expect(loose.summary.limits[0]!.valueGy).toBeLessThan(1000);
    expect(codes(loose)).not.toContain("COVERAGE_SHORTFALL");
  });

  it("twice the prescription is twice the dose and twice the monitor units", async () => {
    const prescription = { ...smallPlan.prescription, doseGy: 48 };
    const twice = await runSmall({ prescription });
    expect(twice.plan.beams.map((b) => b.name)).toEqual(free.plan.beams.map((b) => b.name));
    expect(worstGy(free, twice, 2)).toBeLessThan(1e-3 * twice.summary.doseMaxGy);
    expect(Math.abs(totalUnits(twice) / totalUnits(free) - 2)).toBeLessThan(1e-3);
  });
});

describe("the dose", () => {
  it("in a voxel is the sum of beams times monitor units, computed at that point anew", async () => {
    const engine = await loadPointEngine();
    const { grid, values } = free.dose;
    const { relativeElectronDensity } = patientDensity(smallPatient);
    const machine = machineById("cyberknife");
    const isocenter = patientToVoxel(grid, free.summary.isocenterMm).map(Math.round) as [
      number,
      number,
      number,
    ];
    const voxels = [-4, -1, 0, 1, 3].map((n): [number, number, number] => [
      isocenter[0] + n,
      isocenter[1],
      isocenter[2] + n,
    ]);
    const perBeam = await engine.doseAtPoints({
      relativeElectronDensity,
      beamData: beamDataOf(machine),
      beams: free.plan.beams,
      pointsMm: Float64Array.from(voxels.flatMap((voxel) => voxelToPatient(grid, voxel))),
    });
    voxels.forEach(([i, j, k], p) => {
      const sum = free.plan.beams.reduce(
        (gy, _, b) => gy + free.plan.monitorUnits[b]! * perBeam[b * voxels.length + p]!,
        0,
      );
      const found = values.data[i + grid.size[0] * (j + grid.size[1] * k)]!;
      expect(found).toBeGreaterThan(1);
      expect(Math.abs(found / sum - 1)).toBeLessThan(1e-5);
    });
  });

  it("outside the body is 0, and never negative", () => {
    const { grid, values } = free.dose;
    let outside = 0;
    let v = 0;
    for (let k = 0; k < grid.size[2]; k++) {
      for (let j = 0; j < grid.size[1]; j++) {
        for (let i = 0; i < grid.size[0]; i++, v++) {
          const gy = values.data[v]!;
          expect(gy >= 0).toBe(true);
          const [x, y, z] = voxelToPatient(grid, [i, j, k]);
          // Voxels of 4 mm that the surface crosses count as inside.
          if (smallPhantom.solids.BODY!.implicit(x, y, z) <= 6) continue;
          outside++;
          if (gy !== 0) expect.fail(`${gy} Gy at ${x}, ${y}, ${z}`);
        }
      }
    }
    expect(outside).toBeGreaterThan(10000);
  });

  it("the summary agrees with the result", () => {
    const { summary, plan, dose } = free;
    expect(summary.doseMaxGy).toBe(dose.values.data.reduce((a, b) => Math.max(a, b)));
    const at = patientToVoxel(dose.grid, summary.doseMaxMm).map((c) => Math.round(c)) as [
      number,
      number,
      number,
    ];
    const [nx, ny] = dose.grid.size;
    expect(dose.values.data[at[0] + nx * (at[1] + ny * at[2])]).toBe(summary.doseMaxGy);
    expect(summary.beams).toBe(plan.beams.length);
    expect(summary.beams).toBeLessThanOrEqual(25);
    expect(plan.monitorUnits.length).toBe(plan.beams.length);
    expect(plan.monitorUnits.every((mu) => mu > 0)).toBe(true);
    expect(Math.abs(summary.monitorUnits - totalUnits(free))).toBeLessThan(1e-6 * summary.monitorUnits);
    const heaviest = Array.from(plan.monitorUnits)
      .sort((a, b) => b - a)
      .slice(0, 10);
    const share = (100 * heaviest.reduce((a, b) => a + b)) / totalUnits(free);
    expect(Math.abs(summary.tenHeaviestSharePercent - share)).toBeLessThan(1e-6);
    const aims = new Set(plan.beams.map((b) => b.aimMm.map((c) => c.toFixed(3)).join(" ")));
    expect(summary.distinctAimPoints).toBe(aims.size);
    expect(aims.size).toBeGreaterThan(10);
    expect(dose.unit).toBe("Gy");
    expect(dose.frameOfReferenceUid).toBe(smallPatient.ct.frameOfReferenceUid);
    for (const row of Object.values(summary.structures)) expect(row.volumeOutsideDoseGridCc).toBe(0);
  });

  it("the same plan gives the same bits", async () => {
    const again = await runSmall();
    expect(worstGy(free, again)).toBe(0);
    expect(again.plan).toEqual(free.plan);
    const { elapsedSeconds: _a, ...one } = free.summary;
    const { elapsedSeconds: _b, ...two } = again.summary;
    expect(two).toEqual(one);
  });

  it("does not write into the patient", async () => {
    const hu = smallPatient.ct.values.data.slice();
    await runSmall(oneFieldPlan);
    expect(smallPatient.ct.values.data).toEqual(hu);
  });
});

describe("progress and stopping", () => {
  it("every stage counts up to its total", () => {
    const stages = [...new Set(progress.map((p) => p.stage))];
    expect(stages).toEqual(
      expect.arrayContaining(["density", "beams", "unit dose", "weights", "dose", "DVH"]),
    );
    for (const stage of stages) {
      const steps = progress.filter((p) => p.stage === stage);
      const last = steps.at(-1)!;
      expect(last.done, stage).toBe(last.total);
      expect(last.total).toBeGreaterThan(0);
      steps.reduce((before, step) => {
        expect(step.done).toBeGreaterThanOrEqual(before);
        expect(step.total).toBe(last.total);
        return step.done;
      }, 0);
    }
    // Stages follow each other: none comes back once another has begun.
    const order = progress.map((p) => p.stage).filter((stage, n, all) => stage !== all[n - 1]);
    expect(order).toEqual(stages);
  });

  it.each(["density", "beams", "unit dose", "weights", "dose", "DVH"])("stops in stage %s", async (stage) => {
    const controller = new AbortController();
    const after: string[] = [];
    const run = runSmall(
      {},
      {
        signal: controller.signal,
        onProgress: (p) => {
          if (controller.signal.aborted) after.push(p.stage);
          if (p.stage === stage) controller.abort();
        },
      },
    );
    await expect(run).rejects.toSatisfy((error) => isLibraryError(error, "CancelledError"));
    // A step that was under way may end; no other stage begins.
    for (const late of after) expect(late).toBe(stage);
  });

  it("does not start once stopped", async () => {
    const seen: Progress[] = [];
    const run = runSmall({}, { signal: AbortSignal.abort(), onProgress: (p) => seen.push(p) });
    await expect(run).rejects.toSatisfy((error) => isLibraryError(error, "CancelledError"));
    expect(seen).toEqual([]);
  });
});

describe("linac", () => {
  const collimator = { kind: "cone", diameterMm: 15 };

  it("static fields sit at their angles, aimed at the isocentre", async () => {
    const fields = [
      { gantryDeg: 180 },
      { gantryDeg: 120 },
      { gantryDeg: 240 },
      { gantryDeg: 150, couchDeg: 30 },
    ];
    const isocenterMm = [2, 1, -3];
    const result = await runSmall({
      delivery: { machine: "linac-6fff", technique: "static", collimator, fields },
      isocenterMm,
    });
    expect(result.summary.isocenterMm).toEqual(isocenterMm);
    expect(result.plan.beams.length).toBeGreaterThan(1);
    for (const beam of result.plan.beams) {
      expect(beam.aimMm).toEqual(isocenterMm);
      expect(fields).toContainEqual(
        beam.couchDeg
          ? { gantryDeg: beam.gantryDeg, couchDeg: beam.couchDeg }
          : { gantryDeg: beam.gantryDeg },
      );
    }
    expect(Math.abs(metric(result, "PTV_L1", "D95%") / 24 - 1)).toBeLessThan(1e-3);
  });

  it.each([
    ["coplanar", [{ startDeg: 181, stopDeg: 179 }]],
    [
      "non-coplanar",
      [
        { startDeg: 200, stopDeg: 340, couchDeg: 25 },
        { startDeg: 20, stopDeg: 160, couchDeg: 335 },
      ],
    ],
  ])("%s arcs: one weight an arc, shared evenly", async (_name, arcs) => {
    const delivery = { machine: "linac-6fff", technique: "arc", collimator, arcs, stepDeg: 10 };
    const result = await runSmall({ delivery });
    expect(result.plan.beams.length).toBeGreaterThan(10);
    for (const arc of new Set(result.plan.beams.map((b) => b.node))) {
      const units = result.plan.monitorUnits.filter((_, b) => result.plan.beams[b]!.node === arc);
      expect(Math.max(...units) - Math.min(...units)).toBeLessThan(1e-9 * units[0]!);
    }
    const couches = new Set(result.plan.beams.map((b) => b.couchDeg));
    for (const couch of couches) expect(arcs.map((a) => ("couchDeg" in a ? a.couchDeg : 0))).toContain(couch);
    expect(Math.abs(metric(result, "PTV_L1", "D95%") / 24 - 1)).toBeLessThan(1e-3);
    expect(result.summary.deliveryMinutes).toBeGreaterThan(0);
  });

  it("a full arc in the transverse plane spares both sides alike", async () => {
    const arcs = [{ startDeg: 0, stopDeg: 0 }];
    const delivery = { machine: "linac-6fff", technique: "arc", collimator, arcs, stepDeg: 10 };
    // Of water, the phantom is the same left and right, and so is the arc.
    const water = [{ structure: "BODY", massDensityGPerCm3: 1, relativeElectronDensity: 1 }];
    const patient = { ...smallPlan.patient, overrides: water };
    const { dose } = await runSmall({ patient, delivery, isocenterMm: [0, 0, 0] });
    const { grid, values } = dose;
    const gyAt = (x: number, y: number): number => {
      const [i, j, k] = patientToVoxel(grid, [x, y, 0]).map(Math.round) as [number, number, number];
      return values.data[i + grid.size[0] * (j + grid.size[1] * k)]!;
    };
    for (const [x, y] of [
      [10, 0],
      [30, -10],
      [60, 0],
      [100, -40],
    ] as const) {
      const nearest = voxelToPatient(
        grid,
        patientToVoxel(grid, [x, y, 0]).map(Math.round) as [number, number, number],
      );
      const [left, right] = [gyAt(nearest[0], nearest[1]), gyAt(-nearest[0], nearest[1])];
      expect(left).toBeGreaterThan(0);
      expect(Math.abs(left / right - 1)).toBeLessThan(0.02);
    }
  });
});

describe("cut faces of the CT", () => {
  it("beams through them are left out by default, and counted", () => {
    const warning = free.summary.warnings.find((w) => w.code === "BEAMS_LEFT_OUT_AT_CUT_FACES")!;
    expect(Number(warning.message.match(/^\d+/)![0])).toBeGreaterThan(10);
    expect(free.beamsThroughCutFaces).toBe(0);
  });

  it("or see air, counted and warned of", async () => {
    // From 60° above the front towards the head: through the upper face of the image.
    const fields = [{ gantryDeg: 0 }, { gantryDeg: 60, couchDeg: 90 }];
    const delivery = { ...oneField, fields };
    const left = await runSmall({ ...oneFieldPlan, delivery });
    expect(left.plan.beams.map((b) => b.couchDeg)).toEqual([0]);
    expect(codes(left)).toContain("BEAMS_LEFT_OUT_AT_CUT_FACES");
    const seen = await runSmall({
      ...oneFieldPlan,
      delivery,
      dose: { ...smallPlan.dose, cutFaces: "see-air" },
    });
    expect(seen.plan.beams.map((b) => b.couchDeg)).toContain(90);
    expect(seen.beamsThroughCutFaces).toBe(1);
    expect(codes(seen)).toContain("BEAMS_THROUGH_CUT_FACES");
    expect(codes(seen)).not.toContain("BEAMS_LEFT_OUT_AT_CUT_FACES");
  });
});

describe("density", () => {
  const body = (relativeElectronDensity: number) => ({
    patient: {
      ...smallPlan.patient,
      overrides: [{ structure: "BODY", massDensityGPerCm3: 1, relativeElectronDensity }],
    },
    ...oneFieldPlan,
  });

  it("denser tissue needs more monitor units for the same dose", async () => {
    const units = await Promise.all(
      [0.5, 1, 1.3].map(async (density) => totalUnits(await runSmall(body(density)))),
    );
    expect(units[1]! / units[0]!).toBeGreaterThan(1.1);
    expect(units[2]! / units[1]!).toBeGreaterThan(1.05);
  });

  it("the HU curve that is given is used, and named", async () => {
    const scaled = (factor: number): HuCurve => ({
      ...SCHNEIDER_HU_CURVE,
      name: `Schneider × ${factor}`,
      points: SCHNEIDER_HU_CURVE.points.map((p) => ({
        ...p,
        relativeElectronDensity: factor * p.relativeElectronDensity,
      })),
    });
    const [light, plain, dense] = await Promise.all(
      [0.7, 1, 1.2].map((factor) => runSmall(oneFieldPlan, { huCurve: scaled(factor) })),
    );
    const same = await runSmall(oneFieldPlan);
    expect(worstGy(plain!, same)).toBe(0);
    expect(totalUnits(light!)).toBeLessThan(0.95 * totalUnits(plain!));
    expect(totalUnits(dense!)).toBeGreaterThan(1.03 * totalUnits(plain!));
    expect(dense!.summary.huCurve).toBe("Schneider × 1.2");
    expect(same.summary.huCurve).toBe(SCHNEIDER_HU_CURVE.name);
  });

  it("hands on what reading the files noticed", async () => {
    const warnings = [{ code: "NO_OBSERVATIONS", message: "RTSTRUCT.dcm: no observations" }];
    const result = await runSmall(oneFieldPlan, { patient: { ...smallPatient, warnings } });
    expect(result.summary.warnings).toContainEqual(warnings[0]);
    expect(codes(free)).not.toContain("NO_OBSERVATIONS");
  });

  it("warns of a maximum over twice the prescription: one thin field cannot cover the target", async () => {
    const result = await runSmall({
      delivery: oneField,
      prescription: { ...smallPlan.prescription, coveragePercent: 20 },
    });
    expect(result.summary.doseMaxGy).toBeGreaterThan(2 * smallPlan.prescription.doseGy);
    expect(codes(result)).toContain("HIGH_MAXIMUM");
    expect(codes(free)).not.toContain("HIGH_MAXIMUM");
  });

  it("without an external contour there is a warning, and dose in the air too", async () => {
    const patient = { ...smallPatient, structures: smallPatient.structures.filter((s) => s.name !== "BODY") };
    const result = await runSmall(oneFieldPlan, { patient });
    expect(codes(result)).toContain("NO_EXTERNAL");
    expect(codes(free)).not.toContain("NO_EXTERNAL");
    // In front of the skin, on the axis of the field.
    const { grid, values } = result.dose;
    const [i, , k] = patientToVoxel(grid, result.summary.isocenterMm).map(Math.round) as [
      number,
      number,
      number,
    ];
    expect(values.data[i + grid.size[0] * grid.size[1] * k]).toBeGreaterThan(0);
  });
});

describe("what the plan needs", () => {
  it.each<[string, Record<string, unknown>, string]>([
    ["a target", { target: "PTV" }, "target"],
    ["a limit's structure", { limits: [{ ...cordLimit, structure: "x" }] }, "limits[0].structure"],
    ["a limit in Gy", { limits: [{ ...cordLimit, metric: "V12Gy" }] }, "limits[0].metric"],
    ["an isocentre in the CT", { isocenterMm: [0, 0, 111] }, "isocenterMm"],
    ["a machine", { delivery: { ...smallPlan.delivery, machine: "none" } }, "delivery.machine"],
    ["a machine that can", { delivery: { ...oneField, machine: "cyberknife" } }, "delivery.machine"],
  ])("%s", async (_name, change, field) => {
    await expect(runSmall(change)).rejects.toMatchObject({ tag: "InvalidInputError", field });
  });

  it("memory: says how much before it starts", async () => {
    const seen: Progress[] = [];
    const run = runSmall({}, { maxMemoryMb: 20, onProgress: (p) => seen.push(p) });
    await expect(run).rejects.toBeInstanceOf(InvalidInputError);
    expect(seen).toEqual([]);
  });

  it("a backend: never another in its place", async () => {
    const run = runSmall({ dose: { ...smallPlan.dose, backend: "gpu-webgpu" } });
    await expect(run).rejects.toMatchObject({ tag: "UnsupportedError" });
    const withoutPool = runSmall({ dose: { ...smallPlan.dose, backend: "workers" } });
    await expect(withoutPool).rejects.toThrow(
      "backend workers of engine ray-trace is not supported; no workers",
    );
  });
});

describe("readPlanInput", () => {
  it("DICOM written and read back, a machine file, an HU curve: the paths are relative to the plan", async () => {
    const folder = mkdtempSync(join(tmpdir(), "isodose-test-"));
    try {
      await writeFiles(folder, patientFiles(smallPatient));
      const linac = machineById("linac-6fff");
      const { beamModel } = linac;
      const doseGyPerMonitorUnit = 2 * beamModel.doseGyPerMonitorUnit!;
      const twice = { ...linac, id: "twice", beamModel: { ...beamModel, doseGyPerMonitorUnit } };
      writeFileSync(join(folder, "twice.json"), JSON.stringify(twice));
      const curve = { format: "isodose-hu-curve/1", ...SCHNEIDER_HU_CURVE };
      const { name, source, points } = curve;
      writeFileSync(
        join(folder, "curve.json"),
        JSON.stringify({ format: curve.format, name, source, points }),
      );
      writeFileSync(
        join(folder, "plan.json"),
        JSON.stringify({
          ...smallPlan,
          patient: { ...smallPlan.patient, huCurve: "./curve.json" },
          ...oneFieldPlan,
          delivery: { ...oneField, machine: "twice.json" },
        }),
      );
      const input = await readPlanInput(join(folder, "plan.json"));
      expect(input.machine).toEqual(twice);
      expect(input.huCurve?.points).toEqual(points);
      const { plan, ...rest } = input;
      const [fromFiles, inMemory] = [
        await runPlan(plan, rest),
        await runPlan(planWith(oneFieldPlan), { patient: smallPatient }),
      ];
      // Twice the dose per monitor unit: half the monitor units, and the same dose but for the decimals of DICOM.
      expect(Math.abs((2 * totalUnits(fromFiles)) / totalUnits(inMemory) - 1)).toBeLessThan(1e-5);
      expect(worstGy(fromFiles, inMemory)).toBeLessThan(1e-4 * inMemory.summary.doseMaxGy);
      expect(fromFiles.summary.machine).toBe("twice");
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

describe("engines that transport particles", () => {
  it.each(["collapsed-cone", "monte-carlo"] as const)(
    "%s computes a plan, and says where its weights come from",
    async (engine) => {
      const traced = await runSmall(oneFieldPlan);
      const dose = { spacingMm: 4, engine, uncertaintyPercent: 20, histories: 60_000 };
      const found = await runSmall({ ...oneFieldPlan, dose });
      expect(found.summary).toMatchObject({ engine, backend: "reference" });
      expect(found.summary.warnings.map((w) => w.code)).toContain("WEIGHTS_BY_RAY_TRACE");
      // The same coverage of the target by the same beams: about as many monitor units.
      expect(found.summary.monitorUnits / traced.summary.monitorUnits).toBeGreaterThan(0.85);
      expect(found.summary.monitorUnits / traced.summary.monitorUnits).toBeLessThan(1.2);
    },
    120_000,
  );
});
