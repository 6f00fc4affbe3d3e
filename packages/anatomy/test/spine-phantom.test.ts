import { LESION_PRESETS, PHANTOM_LEVELS, type SpinePhantom, spinePhantom } from "@isodose/anatomy";
import { isLibraryError, patientToVoxel, type Vec3, voxelVolumeMm3 } from "@isodose/core";
import { type Solid, solidVolumeCc, structureVolumeCc } from "@isodose/geometry";
import { describe, expect, test } from "vitest";

const made = new Map<string, SpinePhantom>();
function phantom(lesion: string, level = "L1"): SpinePhantom {
  const key = `${level} ${lesion}`;
  const found = made.get(key) ?? spinePhantom({ level, lesion });
  made.set(key, found);
  return found;
}

/** Points of a raster over the middle of the phantom. */
function* raster(stepMm: number): Generator<Vec3> {
  for (let z = -45.3; z < 45; z += stepMm) {
    for (let y = -25.2; y < 70; y += stepMm) {
      for (let x = -30.1; x < 30; x += stepMm) yield [x, y, z];
    }
  }
}

const inside = (solid: Solid | undefined, p: Vec3) => solid!.implicit(...p) < 0;

function huAt({ patient: { ct } }: SpinePhantom, point: Vec3): number {
  const [i, j, k] = patientToVoxel(ct.grid, point).map(Math.round) as [number, number, number];
  return ct.values.get(k, j, i);
}

const cases = [...LESION_PRESETS.map((p) => [p.name, "L1"] as const), ["vertebral-body", "T12"] as const];

describe.each(cases)("%s in %s", (lesion, level) => {
  test("contours have the solids' exact volumes within 0.5 %", () => {
    const { patient, exactVolumesCc } = phantom(lesion, level);
    for (const structure of patient.structures) {
      const exact = exactVolumesCc[structure.name]!;
      expect(exact).toBeGreaterThan(1);
      expect(Math.abs(structureVolumeCc(structure) / exact - 1), structure.name).toBeLessThan(0.005);
    }
  });

  test("volumes in closed form agree with subdivision", () => {
    const { solids, exactVolumesCc } = phantom(lesion, level);
    for (const name of [
      "SpinalCanal",
      "SpinalCord",
      "SpinalCord_PRV2",
      "ThecalSac",
      "CaudaEquina",
      `GTV_${level}`,
    ]) {
      const exact = exactVolumesCc[name]!;
      expect(Math.abs(solidVolumeCc(solids[name]!, 0.002 * exact) / exact - 1), name).toBeLessThan(0.003);
    }
  });

  test("structures lie in one another as they should, and targets keep off the cord", () => {
    const { solids } = phantom(lesion, level);
    const wrong = new Map<string, number>();
    const require = (rule: string, holds: boolean) => {
      if (!holds) wrong.set(rule, (wrong.get(rule) ?? 0) + 1);
    };
    for (const p of raster(2.3)) {
      const within = (name: string) => inside(solids[name], p);
      const prv = within("SpinalCord_PRV2");
      const ctv = within(`CTV_${level}`);
      const ptv = within(`PTV_${level}`);
      const canal = within("SpinalCanal");
      if (within(`GTV_${level}`)) require("GTV in CTV", ctv);
      if (ctv && !prv) require("CTV in PTV, but for the cord's planning volume", ptv);
      if (ptv) require("PTV off the cord's planning volume", !prv);
      if (within("SpinalCord")) require("cord in sac, in its planning volume", prv && within("ThecalSac"));
      if (within("ThecalSac")) require("sac in canal, off the GTV", canal && !within(`GTV_${level}`));
      if (within(`VB_${level}`)) require("body off the canal", !canal);
    }
    expect([...wrong]).toEqual([]);
  });
});

describe("default phantom", () => {
  const { patient, solids, exactVolumesCc } = phantom("vertebral-body");

  test("has the structures of a spine plan", () => {
    expect(patient.structures.map((s) => `${s.number} ${s.name} ${s.type}`)).toEqual([
      "1 BODY EXTERNAL",
      "2 GTV_L1 GTV",
      "3 CTV_L1 CTV",
      "4 PTV_L1 PTV",
      "5 SpinalCanal ORGAN",
      "6 ThecalSac ORGAN",
      "7 SpinalCord ORGAN",
      "8 SpinalCord_PRV2 AVOIDANCE",
      "9 CaudaEquina ORGAN",
      "10 VB_L1 ORGAN",
      "11 VB_T12 ORGAN",
      "12 VB_L2 ORGAN",
    ]);
    expect(patient.position).toBe("HFS");
    expect(patient.identity.name).toBe("ISODOSE^PHANTOM");
  });

  test("shows air, fat, soft tissue, bone, fluid, cord and lesion where they are", () => {
    expect(huAt({ patient } as SpinePhantom, [163, -20, 1])).toBe(-1000);
    expect(huAt({ patient } as SpinePhantom, [150, -20, 1])).toBe(-100);
    expect(huAt({ patient } as SpinePhantom, [0, -80, 1])).toBe(50);
    expect(huAt({ patient } as SpinePhantom, [-10, -5, 1])).toBe(250);
    expect(huAt({ patient } as SpinePhantom, [4, 5, 1])).toBe(80);
    expect(huAt({ patient } as SpinePhantom, [0, 0, 17])).toBe(90);
    expect(huAt({ patient } as SpinePhantom, [0, 23, 31])).toBe(35);
    expect(huAt({ patient } as SpinePhantom, [0, 23, -61])).toBe(10);
    expect(huAt({ patient } as SpinePhantom, [9.5, 23, 1])).toBe(-100);
    // The cortical shell: soft tissue in front of the body, then more than the marrow's 250.
    expect(
      Math.max(...[-17.5, -16, -14.5].map((y) => huAt({ patient } as SpinePhantom, [0, y, 5]))),
    ).toBeGreaterThan(350);
  });

  test("has whole HU within −1000 … 900, and its body's volume in the CT", () => {
    const { data } = patient.ct.values;
    let bodyVoxels = 0;
    let outside = 0;
    for (const hu of data) {
      if (!Number.isInteger(hu) || hu < -1000 || hu > 900) outside++;
      bodyVoxels += Math.min(1, (hu + 1000) / 900);
    }
    expect(outside).toBe(0);
    // Skin voxels are part air, part fat: their HU says how much. Rounded and subsampled, not exact.
    expect((bodyVoxels * voxelVolumeMm3(patient.ct.grid) * 1e-3) / exactVolumesCc.BODY!).toBeCloseTo(1, 3);
  });

  test("the target is concave: bone on both sides of the canal belongs to it, the canal's middle does not", () => {
    const ptv = solids.PTV_L1;
    expect(inside(ptv, [-16, 20, 4])).toBe(true);
    expect(inside(ptv, [16, 20, 4])).toBe(true);
    expect(inside(ptv, [0, 10, 4])).toBe(true);
    expect(inside(ptv, [0, 20, 4])).toBe(false);
  });

  test("is long enough that its cut faces are 110 mm from the lesion, and its slices are stated by UID", () => {
    const { grid } = patient.ct;
    expect(grid.size).toEqual([220, 160, 110]);
    expect(grid.originMm[2] - 1).toBe(-110);
    expect(patient.references.ctSopInstanceUids.length).toBe(110);
    expect(new Set(patient.references.ctSopInstanceUids).size).toBe(110);
  });
});

test("the same options give the same phantom, others other UIDs", () => {
  const coarse = { spacingMm: [4, 4, 5] as const };
  const a = spinePhantom(coarse);
  const b = spinePhantom(coarse);
  expect(b.patient.ct.values.data).toEqual(a.patient.ct.values.data);
  expect(b.patient.references).toEqual(a.patient.references);
  const c = spinePhantom({ ...coarse, lesion: "epidural" });
  expect(c.patient.ct.frameOfReferenceUid).not.toBe(a.patient.ct.frameOfReferenceUid);
  expect(c.patient.identity.studyInstanceUid).not.toBe(a.patient.identity.studyInstanceUid);
});

test("the epidural lesion dents the sac and keeps 1 mm off the cord", () => {
  const dented = phantom("epidural").exactVolumesCc;
  const whole = phantom("vertebral-body").exactVolumesCc;
  expect(whole.ThecalSac! - dented.ThecalSac!).toBeGreaterThan(0.1);
  expect(dented.SpinalCord).toBe(whole.SpinalCord);
  const { GTV_L1, SpinalCord } = phantom("epidural").solids;
  let nearest = Number.POSITIVE_INFINITY;
  for (let x = -5; x <= 5; x += 0.05) {
    for (let y = 14; y <= 24; y += 0.05) {
      if (GTV_L1!.implicit(x, y, 0.2) < 0) nearest = Math.min(nearest, SpinalCord!.implicit(x, y, 0.2));
    }
  }
  // The implicit of an ellipse understates a distance of 1 mm by at most its axes' ratio, 3.75 / 4.75.
  expect(nearest).toBeGreaterThan(0.78);
  expect(nearest).toBeLessThan(1.05);
});

test("unknown options are errors that name the choices", () => {
  expect(() => spinePhantom({ level: "C3" })).toThrow(/phantom\.level.*"C3".*T12, L1/);
  expect(() => spinePhantom({ level: "constructor" })).toThrow(/phantom\.level/);
  expect(() => spinePhantom({ lesion: "rib" })).toThrow(/phantom\.lesion.*"rib".*vertebral-body, epidural/);
  try {
    spinePhantom({ spacingMm: [0, 1, 1] });
    expect.unreachable();
  } catch (error) {
    expect(isLibraryError(error, "InvalidInputError")).toBe(true);
  }
  expect(PHANTOM_LEVELS).toEqual(["T12", "L1"]);
});
