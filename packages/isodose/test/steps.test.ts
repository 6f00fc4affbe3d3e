import fc from "fast-check";
import {
  AXIAL_DIRECTION,
  type DvhCurve,
  doseGridFor,
  entersThroughCutFace,
  externalStructure,
  type Grid,
  linacDelivery,
  machineById,
  patientDensity,
  patientMedium,
  type Structure,
  samplePoints,
  scaleToPrescription,
  slabPhantom,
  type Vec3,
  voxelToPatient,
} from "isodose";
import { describe, expect, it } from "vitest";
import { evenly } from "../../../test/support/evenly.ts";
import { smallPatient } from "./support/small-case.ts";

/** DVH of a structure in which the dose grows evenly from 0 to its maximum. */
function evenDvh(structure: string, maxGy: number): DvhCurve {
  return {
    structure,
    volumeCc: 10,
    volumeOutsideDoseGridCc: 0,
    doseGy: Float64Array.of(0, maxGy),
    volumeCcAtLeast: Float64Array.of(10, 0),
    minGy: 0,
    meanGy: maxGy / 2,
    maxGy,
  };
}

/** A box as contours in planes 2 mm apart. */
function box(name: string, low: Vec3, high: Vec3): Structure {
  const planes = Math.round((high[2] - low[2]) / 2);
  return {
    ...smallPatient.structures[0]!,
    name,
    type: "ORGAN",
    contours: Array.from({ length: planes }, (_, n) => {
      const z = low[2] + 2 * n + 1;
      const corners = [low[0], low[1], z, high[0], low[1], z, high[0], high[1], z, low[0], high[1], z];
      return { type: "CLOSED_PLANAR", pointsMm: Float64Array.from(corners) };
    }),
  };
}

const water = slabPhantom({ sizeMm: [120, 120, 120], spacingMm: [2, 2, 2] }).patient;

describe("scaleToPrescription", () => {
  const prescription = { doseGy: 24, fractions: 2, coveragePercent: 95 };
  const curves: Record<string, DvhCurve> = {
    target: evenDvh("target", 10),
    cord: evenDvh("cord", 4),
    none: { ...evenDvh("none", 1), doseGy: Float64Array.of(0, 0), maxGy: 0, meanGy: 0 },
  };
  const curveOf = (name: string) => curves[name]!;

  it("without limits: doseGy / D(coverage), here 24 / 0.5", () => {
    const scaling = scaleToPrescription(prescription, "target", [], curveOf);
    expect(Math.abs(scaling.factor - 48)).toBeLessThan(1e-9);
    expect(scaling.heldBy).toBeUndefined();
    expect(scaling.warnings).toEqual([]);
  });

  it("a limit wins: maxGy / metric, and the tightest of several", () => {
    // D(1 cc) of the cord is 90 % of its 4 Gy.
    const loose = { structure: "cord", metric: "max", maxGy: 100 };
    const tight = { structure: "cord", metric: "D1cc", maxGy: 18 };
    const scaling = scaleToPrescription(prescription, "target", [loose, tight], curveOf);
    expect(Math.abs(scaling.factor - 18 / 3.6)).toBeLessThan(1e-9);
    expect(scaling.heldBy).toBe(tight);
  });

  it("a limit that is not reached holds nothing", () => {
    const limit = { structure: "cord", metric: "max", maxGy: 1000 };
    const scaling = scaleToPrescription(prescription, "target", [limit], curveOf);
    expect(Math.abs(scaling.factor - 48)).toBeLessThan(1e-9);
    expect(scaling.heldBy).toBeUndefined();
  });

  it("a target without dose is not scaled, and said so", () => {
    const scaling = scaleToPrescription(prescription, "none", [], curveOf);
    expect(scaling.factor).toBe(1);
    expect(scaling.warnings.map((w) => w.code)).toEqual(["NO_DOSE_IN_TARGET"]);
  });

  it("takes any coverage, however small", () => {
    const tiny = { ...prescription, coveragePercent: 1e-7 };
    expect(Math.abs(scaleToPrescription(tiny, "target", [], curveOf).factor - 2.4)).toBeLessThan(1e-6);
  });
});

describe("doseGridFor", () => {
  it("covers the CT with cubes, less than one too many, about the same middle", () => {
    const length = evenly(0.4, 8);
    const count = fc.integer({ min: 1, max: 60 });
    fc.assert(
      fc.property(
        fc.tuple(count, count, count),
        fc.tuple(length, length, length),
        length,
        (size, spacingMm, edgeMm) => {
          const turned = [0, 0, 1, 1, 0, 0, 0, 1, 0] as const;
          const ct: Grid = { size, spacingMm, originMm: [-31, 17, 4], direction: turned };
          const grid = doseGridFor(ct, edgeMm);
          expect(grid.spacingMm).toEqual([edgeMm, edgeMm, edgeMm]);
          expect(grid.direction).toEqual(turned);
          const middle = (g: Grid) => voxelToPatient(g, g.size.map((n) => (n - 1) / 2) as unknown as Vec3);
          for (let a = 0; a < 3; a++) {
            const over = grid.size[a]! * edgeMm - size[a]! * spacingMm[a]!;
            expect(over).toBeGreaterThanOrEqual(-1e-5 * edgeMm);
            expect(over).toBeLessThan(edgeMm);
            expect(Math.abs(middle(grid)[a]! - middle(ct)[a]!)).toBeLessThan(1e-9);
          }
        },
      ),
      { seed: 20, numRuns: 200 },
    );
  });
});

describe("samplePoints", () => {
  const low: Vec3 = [-20, 30, -14];
  const high: Vec3 = [16, 62, 22];
  const target = box("target", low, high);
  const cord = box("cord", [-5, 70, -40], [5, 80, 40]);
  const grid = water.ct.grid;
  const points = samplePoints(target, [cord], grid, 1);
  const list = (xyz: Float64Array): Vec3[] =>
    Array.from({ length: xyz.length / 3 }, (_, p) => [xyz[3 * p]!, xyz[3 * p + 1]!, xyz[3 * p + 2]!]);
  const outside = (p: Vec3, from: Vec3, to: Vec3): number =>
    Math.hypot(...p.map((c, a) => Math.max(from[a]! - c, c - to[a]!, 0)));

  it("some 1500 points in the target, all inside, some 2500 of a structure to spare", () => {
    const inside = list(points.targetMm);
    expect(inside.length).toBeGreaterThan(1200);
    expect(inside.length).toBeLessThan(1800);
    expect(Math.max(...inside.map((p) => outside(p, low, high)))).toBe(0);
    const spared = list(points.sparedMm[0]!);
    expect(points.sparedMm).toHaveLength(1);
    expect(spared.length).toBeGreaterThan(2500);
    expect(spared.length).toBeLessThan(6000);
    // A cell of 1.5 mm that touches the box has its middle within one step of it.
    expect(Math.max(...spared.map((p) => outside(p, [-5, 70, -40], [5, 80, 40])))).toBeLessThan(1.6);
  });

  it("the centroid is that of the box", () => {
    points.targetCentroidMm.forEach((c, a) => {
      expect(Math.abs(c - (low[a]! + high[a]!) / 2)).toBeLessThan(0.05);
    });
  });

  it("the shell lies 3 to 40 mm around, at the distance that it says", () => {
    const stepMm = Math.cbrt((36 * 32 * 36) / 1500);
    const shell = list(points.shellMm);
    expect(shell.length).toBe(points.shellDistanceMm.length);
    expect(shell.length).toBeGreaterThan(2000);
    shell.forEach((p, n) => {
      const said = points.shellDistanceMm[n]!;
      expect(said).toBeGreaterThanOrEqual(3);
      expect(said).toBeLessThanOrEqual(40);
      expect(Math.abs(said - outside(p, low, high))).toBeLessThan(stepMm);
    });
  });

  it("depth inside the target is right to one step", () => {
    const stepMm = Math.cbrt((36 * 32 * 36) / 1500);
    list(points.targetMm).forEach((p, n) => {
      const depth = Math.min(...p.map((c, a) => Math.min(c - low[a]!, high[a]! - c)));
      expect(Math.abs(points.targetDepthMm[n]! - depth)).toBeLessThan(stepMm);
    });
  });

  it("the seed moves the lattice, the same seed does not", () => {
    expect(samplePoints(target, [cord], grid, 1)).toEqual(points);
    expect(samplePoints(target, [cord], grid, 2).targetMm).not.toEqual(points.targetMm);
  });
});

describe("patientDensity", () => {
  // Voxel i covers x from 2 i − 60 to 2 i − 58 mm: the box covers a quarter of i = 25 and all of 26 to 29.
  const half = box("insert", [-8.5, 20, -20], [0, 40, 20]);
  const patient = { ...water, structures: [...water.structures, half] };
  const override = { structure: "insert", massDensityGPerCm3: 4.5, relativeElectronDensity: 3.7 };
  const at = (values: ArrayLike<number>, i: number) => values[i + 60 * (15 + 60 * 30)]!;

  it("an override counts by the part of the voxel that its structure covers", () => {
    const plain = patientDensity(water);
    const set = patientDensity(patient, { overrides: [override] });
    const [e0, m0] = [plain.relativeElectronDensity.values.data, plain.massDensity.values.data];
    const [e1, m1] = [set.relativeElectronDensity.values.data, set.massDensity.values.data];
    expect(at(e1, 24)).toBe(at(e0, 24));
    expect(Math.abs(at(e1, 25) - (0.25 * 3.7 + 0.75 * at(e0, 25)))).toBeLessThan(1e-5);
    expect(Math.abs(at(m1, 25) - (0.25 * 4.5 + 0.75 * at(m0, 25)))).toBeLessThan(1e-5);
    for (const i of [26, 29]) {
      expect(Math.abs(at(e1, i) - 3.7)).toBeLessThan(1e-5);
      expect(Math.abs(at(m1, i) - 4.5)).toBeLessThan(1e-5);
    }
    expect(at(e1, 30)).toBe(at(e0, 30));
  });

  it("a named material has its own density and electrons, and is the one that particles meet", () => {
    const titanium = patientDensity(patient, { overrides: [{ structure: "insert", material: "titanium" }] });
    const at27 = (volume: { values: { data: ArrayLike<number> } }) => at(volume.values.data, 27);
    expect(at27(titanium.massDensity)).toBeCloseTo(4.54, 5);
    // Z / A of titanium over that of water (H2O): (22 / 47.867) / (10 / 18.015).
    expect(at27(titanium.relativeElectronDensity)).toBeCloseTo((4.54 * 22 * 18.015) / (47.867 * 10), 2);
    const light = { structure: "insert", material: "pmma", massDensityGPerCm3: 1.5 };
    const last = { structure: "insert", massDensityGPerCm3: 4.6, relativeElectronDensity: 3.8 };
    for (const [overrides, name, rho] of [
      [[{ structure: "insert", material: "titanium" }], "titanium", 4.54],
      [[light], "pmma", 1.5],
      // Without a material the density decides, also over an earlier override that named one.
      [[light, last], "titanium", 4.6],
      [[last, light], "pmma", 1.5],
    ] as const) {
      const density = patientDensity(patient, { overrides });
      const medium = patientMedium(patient.ct, density.massDensity, undefined, density.named);
      const { materialIndex, materials, densityGPerCm3 } = medium;
      expect(materials[at(materialIndex, 27)]!.name).toBe(name);
      expect(at(densityGPerCm3, 27)).toBeCloseTo(rho, 5);
      expect(materials[at(materialIndex, 35)]!.name).not.toBe(name);
    }
    expect(() =>
      patientDensity(patient, { overrides: [{ structure: "insert", material: "titan" }] }),
    ).toThrow(/patient\.overrides\[0\]\.material: is "titan"; expected one of .*did you mean titanium\?/);
  });

  it("the top of a CT's range is metal of unknown density, where the HU curve goes on", () => {
    const hu = water.ct.values.data.slice();
    hu[5] = 3071;
    hu[6] = 3070;
    const ct = { ...water.ct, values: { ...water.ct.values, data: hu } as typeof water.ct.values };
    const points = [
      { hu: -1000, massDensityGPerCm3: 0.001, relativeElectronDensity: 0.001 },
      { hu: 20000, massDensityGPerCm3: 8, relativeElectronDensity: 7 },
    ];
    const huCurve = { name: "wide", source: "test", points };
    const { warnings } = patientDensity({ ...water, ct }, { huCurve });
    expect(warnings.map((w) => w.code)).toEqual(["HU_SATURATED"]);
    expect(warnings[0]!.message).toMatch(/^1 voxels are at 3071 HU/);
  });

  it("outside the external contour is vacuum; without one there is a warning", () => {
    const inside = patientDensity(smallPatient);
    expect(inside.relativeElectronDensity.values.data[0]).toBe(0);
    expect(inside.warnings).toEqual([]);
    const noBody = { ...smallPatient, structures: smallPatient.structures.filter((s) => s.name !== "BODY") };
    const all = patientDensity(noBody);
    expect(all.warnings.map((w) => w.code)).toEqual(["NO_EXTERNAL"]);
    expect(all.relativeElectronDensity.values.data[0]).toBeGreaterThan(0);
  });

  it("HU above the curve are counted inside the patient, and warned of", () => {
    const hu = water.ct.values.data.slice();
    hu[5] = 30000;
    const metal = {
      ...water,
      ct: { ...water.ct, values: { ...water.ct.values, data: hu } as typeof water.ct.values },
    };
    const { warnings } = patientDensity(metal);
    expect(warnings.map((w) => w.code)).toEqual(["HU_ABOVE_CURVE"]);
    expect(warnings[0]!.message).toMatch(/^1 voxel/);
  });

  it("the outline is found by its type, else by its name", () => {
    const [body, ...rest] = smallPatient.structures;
    expect(externalStructure([...rest, body!])).toBe(body);
    const untyped = { ...body!, type: "" as const, name: "Body" };
    expect(externalStructure([...rest, untyped])).toBe(untyped);
    expect(externalStructure(rest)).toBeUndefined();
  });
});

describe("entersThroughCutFace", () => {
  const machine = machineById("linac-6fff");
  if (machine.kind !== "linac") throw new Error("no linac");
  const { relativeElectronDensity } = patientDensity(smallPatient);
  const beamAt = (gantryDeg: number, couchDeg: number) =>
    linacDelivery({
      machine,
      technique: "static",
      collimator: { kind: "cone", diameterMm: 15 },
      fields: [{ gantryDeg, couchDeg, collimatorDeg: 0 }],
      isocenterMm: [0, 0, 0],
      position: "HFS",
    }).delivery.beams[0]!;

  it.each([0, 45, 90, 180, 250])("no beam of the transverse plane does (gantry %i)", (gantryDeg) => {
    expect(entersThroughCutFace(relativeElectronDensity, beamAt(gantryDeg, 0))).toBe(false);
  });

  it("beams along the body do, from either end", () => {
    expect(entersThroughCutFace(relativeElectronDensity, beamAt(90, 90))).toBe(true);
    expect(entersThroughCutFace(relativeElectronDensity, beamAt(270, 90))).toBe(true);
  });

  it("tilting a beam from the front towards the head, it does from where it meets the corner of the image", () => {
    // The skin lies 130 mm in front of the isocentre, the image ends 110 mm above it: between them the corner, at 40°.
    const found = Array.from({ length: 91 }, (_, deg) =>
      entersThroughCutFace(relativeElectronDensity, beamAt(deg, 90)),
    );
    const first = found.indexOf(true);
    const cornerDeg = (Math.atan2(110, 130) * 180) / Math.PI;
    expect(Math.abs(first - cornerDeg)).toBeLessThan(6);
    expect(found.slice(first).every(Boolean)).toBe(true);
  });

  it("a box whose faces are all cut has no other beams", () => {
    const density = patientDensity(water).relativeElectronDensity;
    expect(density.grid.direction).toEqual(AXIAL_DIRECTION);
    expect(entersThroughCutFace(density, beamAt(0, 0))).toBe(true);
  });
});
