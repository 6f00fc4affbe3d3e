import { fileURLToPath } from "node:url";
import {
  assertSamePatient,
  comparePlans,
  comparisonReport,
  createVolume,
  differenceByTissue,
  distinctLabels,
  doseDifference,
  type Grid,
  hottestPoint,
  interpolateDoseGy,
  type PatientPoint,
  type PlanComparison,
  type PlanResult,
  patientToVoxel,
  phantomPatient,
  type Volume,
  voxelToPatient,
  voxelVolumeMm3,
} from "isodose";
import { readPlan } from "isodose/node";
import { beforeAll, describe, expect, it } from "vitest";
import { oneFieldPlan, runSmall, smallPatient, smallPlan } from "./support/small-case.ts";

// Few structures: their DVHs would take most of the time.
const patient = {
  ...smallPatient,
  structures: smallPatient.structures.filter((s) => /^(BODY|PTV|SpinalCord)/.test(s.name)),
};
const prescription = { ...smallPlan.prescription, coveragePercent: 5 };
let single: PlanResult;
let doubled: PlanResult;
let coarse: PlanResult;
let comparison: PlanComparison;

beforeAll(async () => {
  single = await runSmall(oneFieldPlan, { patient });
  doubled = await runSmall({ ...oneFieldPlan, prescription: { ...prescription, doseGy: 48 } }, { patient });
  coarse = await runSmall({ ...oneFieldPlan, dose: { spacingMm: 6 } }, { patient });
  comparison = await comparePlans([
    { name: "plans/single.json", result: single },
    { name: "plans/single.json", result: single },
    { name: "plans/doubled.json", result: doubled },
    { name: "coarse/single.json", result: coarse },
  ]);
});

/** A linear dose: the trilinear interpolant of its voxels is it, exactly. */
function linearDose(grid: Grid): Volume {
  const dose = createVolume(grid, "Gy", "1.2.3");
  const [nx, ny] = grid.size;
  for (let v = 0; v < dose.values.data.length; v++) {
    dose.values.data[v] = linearGy(
      voxelToPatient(grid, [v % nx, Math.floor(v / nx) % ny, Math.floor(v / (nx * ny))]),
    );
  }
  return dose;
}
const linearGy = ([x, y, z]: PatientPoint) => 50 + 0.25 * x - 0.5 * y + 0.125 * z;
const straight: Grid = {
  size: [12, 10, 8],
  spacingMm: [2, 3, 4],
  originMm: [-5, -20, 10],
  direction: [1, 0, 0, 0, 1, 0, 0, 0, 1],
};
// Axes exchanged and reversed, another spacing, around the other grid's centres on all sides.
const turned: Grid = {
  size: [20, 20, 20],
  spacingMm: [2.5, 2.5, 2.5],
  originMm: [-12, 12, 50],
  direction: [0, 1, 0, 0, 0, -1, -1, 0, 0],
};

describe("comparePlans", () => {
  it("a plan minus itself is zero everywhere", () => {
    expect(comparison.differences[0]!.isResampled).toBe(false);
    expect(comparison.differences[0]!.difference.values.data.every((gy) => gy === 0)).toBe(true);
  });

  it("the plan with twice the prescription minus the plan is the dose", () => {
    const { difference, plan } = comparison.differences[1]!;
    expect(plan).toBe(2);
    const dose = single.dose.values.data;
    // The dose at which the target's DVH is read has an error of its own, which is absolute: the scales are not quite 1 : 2.
    const allowed = 1e-5 * single.summary.doseMaxGy;
    let worst = 0;
    difference.values.data.forEach((gy, v) => {
      worst = Math.max(worst, Math.abs(gy - dose[v]!));
    });
    expect(worst).toBeLessThanOrEqual(allowed);
  });

  it("by tissue, with equal monitor units, twice the prescription is no difference; each class holds its share", () => {
    const { monitorUnitFactor, tissues } = comparison.differences[1]!.byTissue;
    expect(monitorUnitFactor).toBeCloseTo(0.5, 5);
    expect(tissues.map(({ tissue }) => tissue)).toEqual(expect.arrayContaining(["soft tissue", "bone"]));
    for (const { rmsPercent } of tissues) expect(rmsPercent).toBeLessThan(0.01);
    const counted = single.dose.values.data.filter((gy) => gy >= 2.4).length;
    const cc = tissues.reduce((sum, t) => sum + t.volumeCc, 0);
    expect(cc).toBeCloseTo((counted * voxelVolumeMm3(single.dose.grid)) / 1000, 3);
  });

  it("by tissue, a dose that is 10 % too high in bone says so, and nothing elsewhere", () => {
    const { grid } = single.dose;
    const { ct } = single.patient;
    const huAt = (v: number) => {
      const [nx, ny] = grid.size;
      const point = voxelToPatient(grid, [v % nx, Math.floor(v / nx) % ny, Math.floor(v / (nx * ny))]);
      const [i, j, k] = patientToVoxel(ct.grid, point).map(Math.round);
      return ct.values.data[i! + ct.grid.size[0] * (j! + ct.grid.size[1] * k!)]!;
    };
    const values = single.dose.values.data.map((gy, v) => (huAt(v) >= 150 ? 1.1 * gy : gy));
    const changed = { ...single, dose: createVolume(grid, "Gy", single.dose.frameOfReferenceUid, values) };
    const { tissues } = differenceByTissue(single, changed, doseDifference(single.dose, changed.dose));
    for (const { tissue, meanPercent, rmsPercent } of tissues) {
      expect(meanPercent, tissue).toBeCloseTo(tissue === "bone" || tissue === "metal" ? 10 : 0, 3);
      expect(rmsPercent, tissue).toBeCloseTo(Math.abs(meanPercent), 3);
    }
  });

  it("by tissue, other beams are compared as planned", async () => {
    const { plan } = single;
    const moved = plan.beams.map((beam) => ({ ...beam, sourceMm: [0, 0, 0] as const }));
    const other = { ...single, plan: { ...plan, beams: moved } };
    expect(
      differenceByTissue(single, other, comparison.differences[0]!.difference).monitorUnitFactor,
    ).toBeUndefined();
  });

  it("a dose on another grid is resampled on the first plan's", () => {
    const { difference, isResampled } = comparison.differences[2]!;
    expect(isResampled).toBe(true);
    expect(difference.grid).toEqual(single.dose.grid);
    const at = (volume: Volume, p: PatientPoint) => interpolateDoseGy(volume, p)!;
    const voxel = voxelToPatient(single.dose.grid, [30, 25, 20]);
    expect(at(difference, voxel)).toBeCloseTo(at(coarse.dose, voxel) - at(single.dose, voxel), 5);
  });

  it("labels are distinct, in the order given", () => {
    expect(comparison.plans.map(({ label }) => label)).toEqual([
      "plans/single",
      "plans/single (2)",
      "doubled",
      "coarse/single",
    ]);
  });

  it("the hottest point of the cord lies in it and has its highest dose, in the plan that gives it", () => {
    const { hottestSpared } = comparison.differences[1]!;
    expect(hottestSpared).toMatchObject({ dose: 2 });
    const curve = doubled.dvhCurves.find((c) => c.structure === hottestSpared!.structure)!;
    expect(hottestSpared!.structure).not.toMatch(/PRV/);
    expect(interpolateDoseGy(doubled.dose, hottestSpared!.positionMm)).toBe(hottestSpared!.doseGy);
    // The lattice is half a millimetre or more wide, and its outermost points lie up to half a step inside.
    expect(hottestSpared!.doseGy).toBeLessThanOrEqual(curve.maxGy * 1.001);
    expect(hottestSpared!.doseGy).toBeGreaterThan(0.95 * curve.maxGy);
  });

  it("fewer than two plans, and another patient, are refused", async () => {
    const one = { name: "a.json", result: single };
    await expect(comparePlans([one])).rejects.toThrow(/^plans: is 1; expected at least two/);
    const thoracic = phantomPatient({ kind: "spine", level: "T6", spacingMm: [6, 6, 6] });
    const other = { name: "b.json", result: { ...single, patient: thoracic } };
    await expect(comparePlans([one, other])).rejects.toThrow(/^b\.json: frame of reference.* as in a\.json/);
  });

  it("stops when it is told to", async () => {
    const plans = [1, 2].map((n) => ({ name: `${n}`, result: single }));
    await expect(comparePlans(plans, { signal: AbortSignal.abort() })).rejects.toThrow("cancelled");
  });

  it("runs into a report with all labels and the way in which grids were brought together", () => {
    const html = comparisonReport(comparison);
    for (const label of ["plans/single (2)", "doubled", "coarse/single"]) expect(html).toContain(label);
    expect(html).toContain("D was computed on voxels of 6 × 6 × 6 mm and is resampled (trilinear)");
    expect(html).toContain("Both were computed on the same voxels of 4 × 4 × 4 mm");
  });
});

describe("assertSamePatient", () => {
  const named = (name: string, patient = smallPatient) => ({ name, patient });
  const refused = (patient: typeof smallPatient) => () =>
    assertSamePatient([named("a.json"), named("same.json"), named("b.json", patient)]);

  it("takes one patient twice", () => {
    expect(() => assertSamePatient([named("a"), named("b")])).not.toThrow();
  });

  it("names a structure that is missing, of another volume, elsewhere, or too many", () => {
    const { structures } = smallPatient;
    const cord = structures.find((s) => s.name === "SpinalCord")!;
    const others = structures.filter((s) => s !== cord);
    const moved = (scale: number, shiftMm: number) => ({
      ...cord,
      contours: cord.contours.map((c) => ({
        ...c,
        pointsMm: c.pointsMm.map((mm, n) => (n % 3 === 0 ? mm * scale + shiftMm : mm)),
      })),
    });
    const message = (text: string) => new RegExp(`^b\\.json: structure.*${text}.* as in a\\.json`);
    expect(refused({ ...smallPatient, structures: others })).toThrow(message("SpinalCord: missing"));
    expect(refused({ ...smallPatient, structures: [...others, moved(1.1, 0)] })).toThrow(
      message("SpinalCord: is .* cc"),
    );
    expect(refused({ ...smallPatient, structures: [...others, moved(1, 5)] })).toThrow(
      message("SpinalCord from corner to corner"),
    );
    const extra = { ...cord, name: "Extra", number: 99 };
    expect(refused({ ...smallPatient, structures: [...structures, extra] })).toThrow(message('"Extra"'));
  });

  it("names another position, CT grid and CT", () => {
    const { ct } = smallPatient;
    const spacingMm = [4, 4, 5] as const;
    const data = ct.values.data.slice();
    data[0]! += 100;
    const { grid, frameOfReferenceUid } = ct;
    expect(refused({ ...smallPatient, position: "HFP" })).toThrow(/patient position: is "HFP"; expected HFS/);
    expect(refused({ ...smallPatient, ct: { ...ct, grid: { ...grid, spacingMm } } })).toThrow(
      /CT grid spacingMm/,
    );
    const changed = createVolume(grid, "HU", frameOfReferenceUid, data);
    expect(refused({ ...smallPatient, ct: changed })).toThrow(/CT: is "1 voxels with other HU"/);
  });

  it("names the key by which phantoms differ", () => {
    const specs = [
      { kind: "spine", level: "L1" },
      { kind: "spine", level: "L1", spacingMm: [6, 6, 6] },
    ] as const;
    const patients = specs.map((phantom, n) => {
      const found = n === 0 ? smallPatient : phantomPatient(phantom as never);
      return { name: `${n}.json`, patient: found, phantom: phantom as never };
    });
    expect(() => assertSamePatient(patients)).toThrow(
      /^1\.json: patient\.phantom\.spacingMm: is \[6,6,6\]; expected none as in 0\.json/,
    );
  });
});

describe("hottestPoint", () => {
  it("of a linear dose is at the corner of the structure where the dose is highest", () => {
    const square = (z: number) => Float64Array.from([-4, -4, z, 4, -4, z, 4, 4, z, -4, 4, z]);
    const contours = Array.from({ length: 9 }, (_, n) => ({
      type: "CLOSED_PLANAR" as const,
      pointsMm: square(16 + 2 * n),
    }));
    const cube = { ...smallPatient.structures[0]!, contours, frameOfReferenceUid: "1.2.3" };
    const dose = linearDose({ ...turned, size: [40, 40, 40], originMm: [-50, 50, 70] });
    const found = hottestPoint([cube], [dose], straight)!;
    const [x, y, z] = found.positionMm;
    for (const [at, edge] of [
      [x, 4],
      [-y, 4],
      [z, 33],
    ] as const) {
      expect(at).toBeLessThanOrEqual(edge);
      expect(at).toBeGreaterThan(edge - 1);
    }
    expect(found.doseGy).toBeCloseTo(linearGy(found.positionMm), 4);
  });
});

it("distinctLabels takes as many folders as it needs", () => {
  expect(distinctLabels(["a.json", "x/b.json"])).toEqual(["a", "b"]);
  expect(distinctLabels(["x/a.json", "y/a.json", "b.json"])).toEqual(["x/a", "y/a", "b"]);
  expect(distinctLabels(["p/x/a.json", "q/x/a.json"])).toEqual(["p/x/a", "q/x/a"]);
  expect(distinctLabels(["a.json", "./a.json"])).toEqual(["a", "a (2)"]);
  expect(distinctLabels(["/x/a.json", "/x/a.json"])).toEqual(["a", "a (2)"]);
  expect(distinctLabels(["a.json", "x/a.json"])).toEqual(["a", "x/a"]);
});

it("examples/compare/ holds two plans for one phantom that differ in the cone alone", async () => {
  const [narrow, wide] = await Promise.all(
    ["cone-15", "cone-20"].map((name) =>
      readPlan(fileURLToPath(new URL(`../../../examples/compare/${name}.json`, import.meta.url))),
    ),
  );
  expect(wide!.delivery).not.toEqual(narrow!.delivery);
  expect({ ...wide, delivery: narrow!.delivery }).toEqual(narrow);
});
