import {
  BILSKY_GRADES,
  type BilskyGrade,
  LESION_PRESETS,
  type LesionSpec,
  lesionOfPreset,
  PHANTOM_LEVELS,
  paintVolume,
  type SpinePhantom,
  spinePhantom,
  TISSUES,
  VERTEBRA_DIMENSIONS,
} from "@isodose/anatomy";
import {
  AXIAL_DIRECTION,
  isLibraryError,
  PATIENT_POSITIONS,
  patientToVoxel,
  type Vec3,
  voxelVolumeMm3,
} from "@isodose/core";
import { type Solid, solidVolume, sphere, structureVolumeCc } from "@isodose/geometry";
import { describe, expect, test } from "vitest";

const made = new Map<string, SpinePhantom>();
function phantom(lesion: string, level = "L1"): SpinePhantom {
  const key = `${level} ${lesion}`;
  const found = made.get(key) ?? spinePhantom({ level, lesion, spacingMm: [2, 2, 1.5] });
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

const cases = [
  ["vertebral-body", "L1"],
  ["epidural", "T8"],
  ["posterior-element", "L4"],
  ["paraspinal", "T3"],
  ["meningioma", "C5"],
  ["schwannoma", "L3"],
  ["ependymoma", "C4"],
  ["astrocytoma", "T10"],
] as const;

describe.each(cases)("%s in %s", (lesion, level) => {
  test("contours have the solids' volumes within 0.5 % and the part of a slice that a flat end can lose", () => {
    const { patient, exactVolumesCc, solids } = phantom(lesion, level);
    for (const structure of patient.structures) {
      if (!/^(GTV|CTV|PTV|VB|Spinal|Thecal)/.test(structure.name)) continue;
      const exact = exactVolumesCc[structure.name]!;
      expect(exact, structure.name).toBeGreaterThan(0);
      const { min, max } = solids[structure.name]!.boundsMm;
      const limit = 0.005 + 1.5 / (max[2] - min[2]);
      expect(Math.abs(structureVolumeCc(structure) / exact - 1), structure.name).toBeLessThan(limit);
    }
  });

  test("structures lie in one another as they should, and targets keep off the cord", () => {
    const { solids, lesions } = phantom(lesion, level);
    const inCord = lesions[0]!.location === "intramedullary";
    const inDura = lesions[0]!.location.startsWith("intra");
    const wrong = new Map<string, number>();
    const require = (rule: string, holds: boolean) => {
      if (!holds) wrong.set(rule, (wrong.get(rule) ?? 0) + 1);
    };
    for (const p of raster(2.3)) {
      const within = (name: string) => (solids[name] ? inside(solids[name], p) : false);
      const prv = within("SpinalCord_PRV2");
      const [gtv, ctv, ptv] = [within(`GTV_${level}`), within(`CTV_${level}`), within(`PTV_${level}`)];
      if (gtv) require("GTV in CTV", ctv);
      if (ctv && !(prv && !inCord)) require("CTV in PTV, but for the cord's planning volume", ptv);
      if (ptv && !inCord) require("PTV off the cord's planning volume", !prv);
      if (gtv) require("GTV off the cord, or in it", inCord === within("SpinalCord"));
      if (gtv && inDura) require("intradural GTV in the sac", within("ThecalSac"));
      if (within("SpinalCord")) require("cord in sac, in its planning volume", prv && within("ThecalSac"));
      if (within("ThecalSac")) require("sac in canal", within("SpinalCanal"));
      if (within(`VB_${level}`)) require("body off the canal", !within("SpinalCanal"));
    }
    expect([...wrong]).toEqual([]);
  });
});

describe("default phantom", () => {
  const { patient, solids, exactVolumesCc, lesions, parts, warnings } = spinePhantom();

  test("has the structures of a spine plan and the neighbours of its levels", () => {
    expect(patient.structures.slice(0, 12).map((s) => `${s.number} ${s.name} ${s.type}`)).toEqual([
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
    expect(patient.structures.map((s) => s.name)).toEqual(
      expect.arrayContaining(["Kidney_L", "Kidney_R", "Aorta", "Bowel", "Liver"]),
    );
    expect(patient.position).toBe("HFS");
    expect(patient.identity.name).toBe("ISODOSE^PHANTOM");
    expect(warnings).toEqual([]);
    expect(parts.length).toBeGreaterThan(200);
  });

  test("its contours have the solids' volumes: targets and cord within 0.5 %, organs within 1 %", () => {
    const table = patient.structures.map((structure) => {
      const exact = exactVolumesCc[structure.name]!;
      const percent = (structureVolumeCc(structure) / exact - 1) * 100;
      const { min, max } = solids[structure.name]!.boundsMm;
      // Tubes that end flat within a slice lose or gain up to half of its 2 mm there.
      const end = /^(Aorta|Esophagus)/.test(structure.name) ? 100 / (max[2] - min[2]) : 0;
      const isPrecise = /^(BODY|GTV|CTV|PTV|Spinal|Thecal|Cauda)/.test(structure.name);
      const limit = isPrecise ? 0.5 : exact < 1 ? 2 : 1 + end;
      expect(Math.abs(percent), structure.name).toBeLessThan(limit);
      return { structure: structure.name, exactCc: exact.toFixed(3), contours: `${percent.toFixed(2)} %` };
    });
    console.table(table);
  });

  test("volumes by chords and in closed form agree with subdivision within 0.1 %", () => {
    for (const name of ["GTV_L1", "VB_T12", "SpinalCord", "Kidney_L"]) {
      const exact = exactVolumesCc[name]!;
      const { volumeCc } = solidVolume(solids[name]!, 1e-3 * exact);
      expect(Math.abs(exact / volumeCc - 1), name).toBeLessThan(0.001);
    }
  });

  test("says what its lesion is", () => {
    expect(lesions).toMatchObject([
      {
        level: "L1",
        gtvName: "GTV_L1",
        malignancy: "malignant",
        grade: 3,
        involvedSectors: [1],
        ctvSectors: [1, 2, 6],
      },
    ]);
  });

  test("shows air, fat, muscle, bone, fluid, cord and lesion where they are", () => {
    const scene = { patient } as SpinePhantom;
    expect(huAt(scene, [165, -20, 1])).toBe(-1000);
    expect(huAt(scene, [150, -20, 1])).toBe(TISSUES.fat.hu);
    expect(huAt(scene, [-12, -5, 1])).toBe(TISSUES.cancellousBone.hu);
    expect(huAt(scene, [4, 5, 1])).toBe(TISSUES.tumourLytic.hu);
    expect(huAt(scene, [32, 54, 1])).toBe(TISSUES.muscle.hu);
    const { centre } = sectionAt(solids.SpinalCord!, 60);
    expect(huAt(scene, centre)).toBe(TISSUES.cord.hu);
    // The cortical shell: more than the marrow's HU between marrow and what is in front of it.
    expect(
      Math.max(...[-20, -19, -18, -17, -16, -15, -14].map((y) => huAt(scene, [0, y, 5]))),
    ).toBeGreaterThan(350);
  });

  test("has whole HU, and its body's volume in the CT", () => {
    const { data } = patient.ct.values;
    let bodyVoxels = 0;
    let outside = 0;
    for (const hu of data) {
      if (!Number.isInteger(hu) || hu < -1000 || hu > 900) outside++;
      bodyVoxels += Math.min(1, Math.max(0, hu + 1000) / 900);
    }
    expect(outside).toBe(0);
    // Lungs count for a quarter of their volume here; the rest of the body is skin or denser.
    const lungs = 0.755 * (exactVolumesCc.Lung_L! + exactVolumesCc.Lung_R!);
    const bodyCc = bodyVoxels * voxelVolumeMm3(patient.ct.grid) * 1e-3;
    expect((bodyCc + lungs) / exactVolumesCc.BODY!).toBeCloseTo(1, 2);
  });

  test("the target is concave: bone on both sides of the canal belongs to it, the canal's middle does not", () => {
    expect(inside(solids.PTV_L1, [-16, 20, 4])).toBe(true);
    expect(inside(solids.PTV_L1, [16, 20, 4])).toBe(true);
    expect(inside(solids.PTV_L1, [0, 20, 4])).toBe(false);
  });
});

/** Middle and half depth of a solid's section at z, along y on x = 0. */
function sectionAt(solid: Solid, z: number, x = 0): { centre: Vec3; frontMm: number; backMm: number } {
  let [frontMm, backMm] = [Number.NaN, Number.NaN];
  for (let y = -120; y < 160; y += 0.02) {
    if (solid.implicit(x, y, z) >= 0) continue;
    if (Number.isNaN(frontMm)) frontMm = y;
    backMm = y;
  }
  return { centre: [x, (frontMm + backMm) / 2, z], frontMm, backMm };
}

describe("Bilsky grades", () => {
  const made = (bilskyGrade: BilskyGrade) =>
    spinePhantom({
      lesions: [{ ...lesionOfPreset("epidural", "T8"), bilskyGrade }],
      spacingMm: [4, 4, 2],
      levels: ["T7", "T9"],
    });
  const rows = BILSKY_GRADES.map((grade) => {
    const { solids } = made(grade);
    const [gtv, cord, sac, canal] = [
      solids.GTV_T8!,
      solids.SpinalCord!,
      solids.ThecalSac!,
      solids.SpinalCanal!,
    ];
    const whole = made("0").solids;
    let [inCanal, inSac, csf, gap] = [0, 0, 0, Number.POSITIVE_INFINITY];
    const z = canalZ(canal);
    for (let x = -12; x <= 12; x += 0.1) {
      for (let y = 0; y <= 40; y += 0.1) {
        const tumour = gtv.implicit(x, y, z) < 0;
        if (tumour && canal.implicit(x, y, z) < -0.2) inCanal++;
        if (tumour && whole.ThecalSac!.implicit(x, y, z) < -0.02) inSac++;
        if (tumour) gap = Math.min(gap, cord.implicit(x, y, z));
        if (sac.implicit(x, y, z) < -0.02 && cord.implicit(x, y, z) > 0.02) csf++;
      }
    }
    const { frontMm, backMm } = sectionAt(cord, z);
    return { grade, inCanal, inSac, csf, gap, depth: backMm - frontMm, front: frontMm };
  });
  const row = (grade: BilskyGrade) => rows.find((r) => r.grade === grade)!;

  test("0 bone only; 1a does not dent the sac; 1b dents it off the cord; 1c touches the cord", () => {
    console.table(rows);
    expect(row("0").inCanal).toBe(0);
    expect(row("1a").inCanal).toBeGreaterThan(0);
    expect(row("1a").inSac).toBe(0);
    expect(row("1b").inSac).toBeGreaterThan(0);
    expect(row("1b").gap).toBeGreaterThan(0.3);
    expect(row("1c").gap).toBeLessThan(0.12);
    for (const grade of ["1a", "1b", "1c"] as const) expect(row(grade).depth).toBeCloseTo(row("0").depth, 6);
  });

  test("2 flattens and moves the cord with CSF left; 3 leaves none", () => {
    expect(row("2").depth).toBeLessThan(0.85 * row("0").depth);
    expect(row("2").front).toBeGreaterThan(row("0").front + 1);
    expect(row("2").csf).toBeGreaterThan(100);
    expect(row("3").depth).toBeLessThan(0.7 * row("0").depth);
    expect(row("3").csf).toBe(0);
    expect(row("0").csf).toBeGreaterThan(row("2").csf);
  });
});

/** z at which the phantom's canal passes the first lesion's vertebra: where the grade holds. */
function canalZ(canal: Solid): number {
  // The canal's middle lies where its line crosses the vertebra's own axis y, tilted by the default curvature.
  let best = 0;
  let least = Number.POSITIVE_INFINITY;
  const tilt = ((-11 + (4 / 11) * 35) * Math.PI) / 180;
  for (let z = -5; z <= 5; z += 0.02) {
    const { centre } = sectionAt(canal, z);
    const off = Math.abs(z * Math.cos(tilt) - centre[1] * Math.sin(tilt));
    if (off < least) [best, least] = [z, off];
  }
  return best;
}

test("hardware and laminectomy: metal in the pedicles, nothing behind the sac", () => {
  const lesion = lesionOfPreset("vertebral-body", "L2");
  const coarse = { lesions: [lesion], spacingMm: [3, 3, 3] as const };
  const after = spinePhantom({
    ...coarse,
    hardware: { levels: ["L3", "L1"] },
    laminectomy: { levels: ["L2"] },
  });
  const before = spinePhantom(coarse);
  expect(after.exactVolumesCc.Hardware).toBeGreaterThan(5);
  expect(after.parts.at(-1)).toMatchObject({ tissue: "titanium" });
  const bone = (p: SpinePhantom) => p.parts.filter((part) => /^L2 .*(lamina|spinous)/.test(part.name)).length;
  expect(bone(before)).toBeGreaterThan(0);
  expect(bone(after)).toBe(0);
  expect(after.patient.ct.values.data.reduce((most, hu) => Math.max(most, hu), 0)).toBeGreaterThan(2000);
  for (const p of raster(2.9)) {
    if (inside(after.solids.Hardware, p)) expect(inside(after.solids.SpinalCanal, p)).toBe(false);
  }
});

test("several lesions at several levels, two of them at one", () => {
  const lesions: LesionSpec[] = [
    lesionOfPreset("vertebral-body", "L2"),
    { ...lesionOfPreset("posterior-element", "L2"), side: "left" },
    lesionOfPreset("paraspinal", "L4"),
  ];
  const p = spinePhantom({ lesions, spacingMm: [4, 4, 4] });
  expect(p.lesions.map((l) => l.gtvName)).toEqual(["GTV_L2", "GTV_L2_2", "GTV_L4"]);
  for (const name of ["PTV_L2", "PTV_L2_2", "PTV_L4"]) expect(p.exactVolumesCc[name]).toBeGreaterThan(1);
  expect(p.lesions[1]!.ctvSectors).toEqual([3, 4, 5]);
});

test("every level can be made; each has its vertebra in the middle", () => {
  for (const level of PHANTOM_LEVELS) {
    const p = spinePhantom({ lesions: [], levels: [level, level], spacingMm: [6, 6, 4] });
    expect(p.exactVolumesCc[`VB_${level}`], level).toBeGreaterThan(0.5);
    const { min, max } = p.solids[`VB_${level}`]!.boundsMm;
    expect(Math.abs((min[2] + max[2]) / 2), level).toBeLessThan(8);
  }
});

test("a straight spine has its bodies above each other, and the same body volumes", () => {
  const options = { level: "L3", spacingMm: [4, 4, 4] as const };
  const straight = spinePhantom({
    ...options,
    curvature: { cervicalLordosisDeg: 0, thoracicKyphosisDeg: 0, lumbarLordosisDeg: 0 },
  });
  const curved = spinePhantom(options);
  const middleY = (p: SpinePhantom, name: string) => {
    const { min, max } = p.solids[name]!.boundsMm;
    return (min[1] + max[1]) / 2;
  };
  expect(middleY(straight, "VB_L2") - middleY(straight, "VB_L3")).toBeCloseTo(0, 1);
  expect(middleY(curved, "VB_L2")).toBeGreaterThan(0.5);
  expect(curved.exactVolumesCc.GTV_L3! / straight.exactVolumesCc.GTV_L3!).toBeCloseTo(1, 3);
});

test("the eight patient positions are one anatomy", () => {
  const all = PATIENT_POSITIONS.map((position) => spinePhantom({ position, spacingMm: [8, 8, 8] }));
  for (const p of all) {
    expect(p.patient.ct.values.data).toEqual(all[0]!.patient.ct.values.data);
    expect(p.patient.structures.map((s) => structureVolumeCc(s))).toEqual(
      all[0]!.patient.structures.map((s) => structureVolumeCc(s)),
    );
  }
  expect(all[7]!.exactVolumesCc.PTV_L1).toBe(all[0]!.exactVolumesCc.PTV_L1);
  expect(all.map((p) => p.patient.position)).toEqual(PATIENT_POSITIONS);
});

test("the same options give the same phantom, others other UIDs; noise has its seed and width", () => {
  const coarse = { spacingMm: [4, 4, 5] as const };
  const a = spinePhantom(coarse);
  const b = spinePhantom(coarse);
  expect(b.patient.ct.values.data).toEqual(a.patient.ct.values.data);
  expect(b.patient.references).toEqual(a.patient.references);
  const c = spinePhantom({ ...coarse, lesion: "epidural" });
  expect(c.patient.ct.frameOfReferenceUid).not.toBe(a.patient.ct.frameOfReferenceUid);
  const noisy = spinePhantom({ ...coarse, noiseHu: 12, seed: 5 });
  expect(spinePhantom({ ...coarse, noiseHu: 12, seed: 5 }).patient.ct.values.data).toEqual(
    noisy.patient.ct.values.data,
  );
  let [sum, squares, count] = [0, 0, 0];
  noisy.patient.ct.values.data.forEach((hu, n) => {
    const clean = a.patient.ct.values.data[n]!;
    if (clean < -900) return;
    sum += hu - clean;
    squares += (hu - clean) ** 2;
    count++;
  });
  expect(Math.abs(sum / count)).toBeLessThan(0.2);
  expect(Math.sqrt(squares / count)).toBeCloseTo(12, 0);
});

test("a ball painted on a turned grid has its volume", () => {
  const ball = { name: "ball", solid: sphere([3.3, -2.1, 1.2], 11), tissue: "cord" as const };
  const exact = (4 / 3) * Math.PI * 11 ** 3;
  const [c, s] = [Math.cos(0.5), Math.sin(0.5)];
  for (const direction of [AXIAL_DIRECTION, [c, -s, 0, s, c, 0, 0, 0, 1] as const]) {
    const grid = { size: [40, 40, 40], spacingMm: [1.1, 1, 0.9], originMm: [0, 0, 0], direction } as const;
    const middle = [-21.5 + 3, -19.5 - 2, -17.6 + 1];
    const originMm: Vec3 = [
      3 + direction[0] * middle[0]! + direction[1] * middle[1]!,
      -2 + direction[3] * middle[0]! + direction[4] * middle[1]!,
      middle[2]!,
    ];
    const { values } = paintVolume(
      [ball],
      { ...grid, originMm },
      (t) => (t.id === "cord" ? 1 : 0),
      "fraction",
      "1.2",
    );
    const volume = values.data.reduce((sum, f) => sum + f, 0) * 0.99;
    expect(volume / exact).toBeCloseTo(1, 2);
  }
});

test("what cannot be is an error that says what can", () => {
  const lesion = lesionOfPreset("vertebral-body", "L1");
  const bad = (change: object) => () => spinePhantom({ lesions: [{ ...lesion, ...change }] });
  expect(() => spinePhantom({ level: "L6" })).toThrow(/phantom\.level.*"L6".*expected L/);
  expect(() => spinePhantom({ level: "constructor" })).toThrow(/phantom\.level/);
  expect(() => spinePhantom({ lesion: "epidurl" })).toThrow(/phantom\.lesion.*did you mean epidural/);
  const { bodyWidthMm, bodyDepthMm, bodyHeightMm } = VERTEBRA_DIMENSIONS.find((d) => d.level === "L1")!;
  const most = `at most ${bodyWidthMm} × ${bodyDepthMm} × ${bodyHeightMm} mm`;
  expect(bad({ diametersMm: [60, 20, 20] })).toThrow(new RegExp(`diametersMm.*${most}.*L1`));
  expect(bad({ diametersMm: [10, -2, 10] })).toThrow(/diametersMm.*> 0/);
  expect(bad({ bilskyGrade: "4" })).toThrow(/bilskyGrade.*"4".*0, 1a, 1b, 1c, 2, 3/);
  expect(bad({ location: "vertebral-bdy" })).toThrow(/location.*did you mean vertebral-body/);
  expect(bad({ level: "L0" })).toThrow(/lesions\[0\]\.level/);
  expect(() => spinePhantom({ level: "L1", levels: ["T1", "T4"] })).toThrow(/L1.*field of view, T1 to T4/);
  expect(() => spinePhantom({ hardware: { levels: ["C5"] } })).toThrow(
    /hardware\.levels\[0\].*field of view/,
  );
  expect(() => spinePhantom({ levels: ["L4", "L1"] })).toThrow(/cranial level first/);
  expect(() => spinePhantom({ curvature: { lumbarLordosisDeg: -5 } })).toThrow(/lumbarLordosisDeg/);
  expect(() => spinePhantom({ noiseHu: -1 })).toThrow(/noiseHu/);
  try {
    spinePhantom({ spacingMm: [0, 1, 1] });
    expect.unreachable();
  } catch (error) {
    expect(isLibraryError(error, "InvalidInputError")).toBe(true);
  }
  expect(PHANTOM_LEVELS.length).toBe(25);
  expect(LESION_PRESETS.map((p) => p.name)).toContain("meningioma");
});

describe("a crop that misses a lesion", () => {
  test("is refused by name, not drawn without its GTV", () => {
    expect(() => spinePhantom({ level: "L1", spacingMm: [3, 3, 3], sizeVoxels: [10, 4, 10] })).toThrow(
      /lesions\[0\]: is "vertebral-body of L1"; expected a lesion inside the image/,
    );
  });
});
