import {
  castRadiograph,
  paintVolume,
  RADIOGRAPH_VIEWS,
  radiographPng,
  renderMr,
  renderMyelogram,
  renderPhantomImages,
  slicePng,
  TISSUES,
  WATER_ATTENUATION_PER_MM,
} from "@isodose/anatomy";
import {
  createVolume,
  type Grid,
  PATIENT_POSITIONS,
  type Patient,
  patientToVoxel,
  type Radiograph,
  type Vec3,
  type Volume,
} from "@isodose/core";
import { invertTransform, rigidTransform, transformPoint } from "@isodose/geometry";
import { describe, expect, it } from "vitest";
import { CT_GRID, LESION_MM, SCENE } from "./support/image-scene.ts";

const ct = paintVolume(SCENE, CT_GRID, ({ hu }) => hu, "HU", "1.2.3");
for (const [n, hu] of ct.values.data.entries()) ct.values.data[n] = Math.round(hu);
const GRID: Grid = {
  size: [100, 100, 40],
  spacingMm: [1, 1, 2],
  originMm: [-50, -30, -40],
  direction: [1, 0, 0, 0, 1, 0, 0, 0, 1],
};
const CORD: Vec3 = [0, 22, 3];
const CSF: Vec3 = [7, 22, 3];
const nearest = (volume: Volume, p: Vec3) => {
  const [i, j, k] = patientToVoxel(volume.grid, p).map(Math.round) as [number, number, number];
  return volume.values.get(k, j, i);
};

describe("MR", () => {
  const render = (weighting: "t1-contrast" | "t2", noiseSigma: number, seed = 1) =>
    renderMr({ parts: SCENE, grid: GRID, weighting, noiseSigma, seed, frameOfReferenceUid: "1.2.3" });

  it("shows each tissue with its signal, in the order that a radiologist knows", () => {
    const t1 = render("t1-contrast", 0);
    const t2 = render("t2", 0);
    expect(t2.unit).toBe("mr-signal");
    for (const [p, tissue] of [
      [CORD, TISSUES.cord],
      [CSF, TISSUES.csf],
      [LESION_MM, TISSUES.tumourEnhancing],
    ] as const) {
      expect(nearest(t1, p)).toBe(tissue.t1ContrastSignal);
      expect(nearest(t2, p)).toBe(tissue.t2Signal);
    }
    expect(nearest(t2, CSF)).toBeGreaterThan(2 * nearest(t2, CORD));
    expect(nearest(t1, CSF)).toBeLessThan(nearest(t1, CORD) / 2);
    expect(nearest(t1, LESION_MM)).toBeGreaterThan(1.5 * nearest(t1, [-6, 0, 3]));
  });

  it("has Rician noise: in air σ √(π/2), in bright tissue σ; the same for one seed", () => {
    const air = renderMr({
      parts: [],
      grid: GRID,
      weighting: "t2",
      noiseSigma: 50,
      frameOfReferenceUid: "1.2.3",
    }).values.data;
    const mean = (values: ArrayLike<number>) => Array.from(values).reduce((a, b) => a + b, 0) / values.length;
    // 400 000 voxels: the mean is known to 0.1 %.
    expect(mean(air) / (50 * Math.sqrt(Math.PI / 2))).toBeCloseTo(1, 2);
    const bright: number[] = [];
    const t2 = render("t2", 50);
    for (let k = 0; k < 40; k++)
      bright.push(nearest(t2, [7, 22, -40 + 2 * k]), nearest(t2, [-7, 22, -40 + 2 * k]));
    const middle = mean(bright);
    const deviation = Math.sqrt(mean(bright.map((v) => (v - middle) ** 2)));
    // 80 voxels: mean to σ/9, deviation to 8 %, three times over.
    expect(Math.abs(middle - TISSUES.csf.t2Signal)).toBeLessThan(17);
    expect(Math.abs(deviation / 50 - 1)).toBeLessThan(0.24);
    expect(render("t2", 50).values.data).toEqual(t2.values.data);
    expect(render("t2", 50, 2).values.data).not.toEqual(t2.values.data);
  });

  it("shows the patient as lying otherwise where it is told so", () => {
    const mrToCt = rigidTransform({ rotationDeg: [4, -6, 8], translationMm: [5, -9, 7] });
    const lesion = SCENE.filter(({ name }) => name === "lesion");
    const { grid, values } = renderMr({
      parts: lesion,
      grid: GRID,
      weighting: "t1-contrast",
      noiseSigma: 0,
      mrToCt,
      frameOfReferenceUid: "1.2.4",
    });
    expect(grid).toEqual(GRID);
    const sum = [0, 0, 0, 0];
    for (let k = 0; k < 40; k++)
      for (let j = 0; j < 100; j++)
        for (let i = 0; i < 100; i++) {
          const v = values.get(k, j, i);
          for (const [a, c] of [-50 + i, -30 + j, -40 + 2 * k, 1].entries()) sum[a]! += v * c;
        }
    const expected = transformPoint(invertTransform(mrToCt), LESION_MM);
    for (const a of [0, 1, 2] as const) expect(sum[a]! / sum[3]!).toBeCloseTo(expected[a], 1);
  });

  it("refuses what makes no image", () => {
    expect(() => render("t2", -1)).toThrow(/noiseSigma/);
    expect(() => render("t2", 1, 0.5)).toThrow(/seed/);
    const options = { parts: SCENE, weighting: "t2", frameOfReferenceUid: "1.2" } as const;
    expect(() => renderMr({ ...options, grid: { ...GRID, size: [0, 1, 1] } })).toThrow(/mr.grid.size/);
    const mrToCt = rigidTransform({}).with(0, 2) as never;
    expect(() => renderMr({ ...options, grid: GRID, mrToCt })).toThrow(/mrToCt/);
  });
});

describe("myelogram", () => {
  it("is the CT with contrast in the CSF and nowhere else", () => {
    const myelogram = renderMyelogram({ parts: SCENE, grid: CT_GRID, frameOfReferenceUid: "1.2.3" });
    expect(nearest(myelogram, CSF)).toBe(300);
    expect(nearest(myelogram, CORD)).toBe(TISSUES.cord.hu);
    let brighter = 0;
    let wrong = 0;
    for (const [n, hu] of ct.values.data.entries()) {
      const difference = myelogram.values.data[n]! - hu;
      if (!(difference >= 0 && difference <= 290)) wrong++;
      brighter += difference / 290;
    }
    expect(wrong).toBe(0);
    // The sac less the cord: elliptic cylinders as long as the grid; voxels of 4.5 mm³.
    const expectedMm3 = Math.PI * (8.5 * 6.5 - 5 * 4) * 200;
    expect((brighter * 4.5) / expectedMm3).toBeCloseTo(1, 1);
    expect(() =>
      renderMyelogram({ parts: SCENE, grid: CT_GRID, frameOfReferenceUid: "1.2.3", csfHu: 10 }),
    ).toThrow(/csfHu/);
  });
});

/** Water of 100 × 100 × 100 mm around the origin, in which `hu` may put more. */
function waterBox(hu: (p: Vec3) => number = () => 0, direction = GRID.direction): Volume {
  const grid: Grid = {
    size: [50, 50, 50],
    spacingMm: [2, 2, 2],
    originMm: [-49 * (direction[0] + direction[1] + direction[2]), 0, 0],
    direction,
  };
  const d = direction;
  const at = (i: number, j: number, k: number): Vec3 => {
    const [x, y, z] = [2 * i - 49, 2 * j - 49, 2 * k - 49];
    return [d[0] * x + d[1] * y + d[2] * z, d[3] * x + d[4] * y + d[5] * z, d[6] * x + d[7] * y + d[8] * z];
  };
  const data = new Float32Array(125_000);
  for (let n = 0; n < data.length; n++)
    data[n] = hu(at(n % 50, Math.floor(n / 50) % 50, Math.floor(n / 2500)));
  return createVolume({ ...grid, originMm: at(0, 0, 0) }, "HU", "1.2.3", data);
}

describe("radiograph", () => {
  const cast = (volume: Volume, more: Partial<Parameters<typeof castRadiograph>[0]> = {}) =>
    castRadiograph({
      ct: volume,
      isocenterMm: [0, 0, 0],
      directionToSource: [0, -1, 0],
      position: "HFS",
      sizePx: [101, 101],
      ...more,
    });
  const brightest = ({ opticalDepth, widthPx }: Radiograph) => {
    const at = opticalDepth.indexOf(opticalDepth.reduce((a, b) => Math.max(a, b), 0));
    return [at % widthPx, Math.floor(at / widthPx)];
  };

  it("has the attenuation of water: 0.20 cm²/g between 60 and 80 keV", () => {
    expect(WATER_ATTENUATION_PER_MM).toBeGreaterThan(0.01837);
    expect(WATER_ATTENUATION_PER_MM).toBeLessThan(0.02059);
  });

  it("sums µ along each ray: a box of water in closed form, on the axis and beside it", async () => {
    const { opticalDepth } = await cast(waterBox());
    for (const [column, row] of [
      [50, 50],
      [80, 50],
      [20, 35],
    ] as const) {
      const slant = Math.hypot(column - 50, row - 50, 1500) / 1500;
      expect(opticalDepth[column + 101 * row]).toBeCloseTo(100 * slant * WATER_ATTENUATION_PER_MM, 5);
    }
    const dense = await cast(waterBox(() => 500));
    expect(dense.opticalDepth[50 + 101 * 50]).toBeCloseTo(150 * WATER_ATTENUATION_PER_MM, 4);
    const air = await cast(waterBox(() => -2000));
    expect(air.opticalDepth.every((depth) => depth === 0)).toBe(true);
  });

  it("magnifies by SID / SAD, with cranial up and the patient's left on the right of an AP view", async () => {
    const marker = (p: Vec3) => (Math.hypot(p[0] - 21, p[1] - 1, p[2] - 13) < 1.8 ? 5000 : 0);
    // 21 · 1.5 / (1 + 1/1000) = 31.5 px to the right, 13 · 1.5 = 19.5 px up.
    const [column, row] = brightest(await cast(waterBox(marker)));
    expect(Math.abs(column! - (50 + 31.5))).toBeLessThanOrEqual(2);
    expect(Math.abs(row! - (50 - 19.5))).toBeLessThanOrEqual(2);
    // From the patient's left: the back is on the right.
    const behind = (p: Vec3) => (Math.hypot(p[0] - 1, p[1] - 21, p[2] - 1) < 1.8 ? 5000 : 0);
    const [lateral] = brightest(await cast(waterBox(behind), { directionToSource: [1, 0, 0] }));
    expect(Math.abs(lateral! - 81.5)).toBeLessThanOrEqual(2);
  });

  it("sees the same through a turned grid, and however the patient lies", async () => {
    const ball = (p: Vec3) => (Math.hypot(p[0] - 10, p[1], p[2] + 8) < 12 ? 1000 : 0);
    const r = rigidTransform({ rotationDeg: [0, 0, 90] });
    const turned = [r[0], r[1], r[2], r[4], r[5], r[6], r[8], r[9], r[10]] as unknown as Grid["direction"];
    const straight = await cast(waterBox(ball));
    const other = await cast(waterBox(ball, turned));
    for (const [n, depth] of straight.opticalDepth.entries())
      expect(Math.abs(other.opticalDepth[n]! - depth)).toBeLessThan(1e-4);
    for (const position of PATIENT_POSITIONS)
      expect((await cast(waterBox(ball), { position })).opticalDepth).toEqual(straight.opticalDepth);
  });

  it("shows a vertebra of the scene against the disc in every view", async () => {
    for (const { name, directionToSource } of RADIOGRAPH_VIEWS) {
      const picture = await cast(ct, { directionToSource, sizePx: [121, 121] });
      const line = (zMm: number) => picture.opticalDepth[60 + 121 * Math.round(60 - 1.5 * zMm)]!;
      expect(line(0), name).toBeGreaterThan(line(16) + 0.1);
    }
  });

  it("refuses what is no projection, and can be stopped", async () => {
    const bad = (more: Parameters<typeof cast>[1], field: string) =>
      expect(cast(waterBox(), more)).rejects.toMatchObject({ tag: "InvalidInputError", field });
    await bad({ directionToSource: [0, 0, 0] }, "directionToSource");
    await bad({ directionToSource: [0, 0, 2] }, "up (across the central ray)");
    await bad({ sourceToDetectorMm: 500 }, "sourceToDetectorMm");
    await bad({ pixelSpacingMm: 0 }, "pixelSpacingMm");
    await bad({ sizePx: [0, 5] }, "sizePx");
    await bad({ ct: { ...waterBox(), unit: "Gy" } }, "ct.unit");
    await expect(
      castRadiograph(
        { ct: waterBox(), isocenterMm: [0, 0, 0], directionToSource: [1, 0, 0], position: "HFS" },
        { signal: AbortSignal.abort() },
      ),
    ).rejects.toMatchObject({ tag: "CancelledError" });
  });

  it("is drawn as a PNG", async () => {
    const png = radiographPng(await cast(ct));
    expect(Array.from(png.subarray(1, 4))).toEqual([80, 78, 71]);
    expect(Array.from(slicePng(ct, { axis: "sagittal", index: 100 }).subarray(1, 4))).toEqual([80, 78, 71]);
    expect(() => slicePng(ct, { axis: "axial", index: 100 })).toThrow(/index/);
  });
});

describe("renderPhantomImages", () => {
  const patient: Patient = {
    identity: { name: "A", id: "1", studyInstanceUid: "1.9", studyId: "1", studyDate: "" },
    position: "HFS",
    ct,
    structures: [],
    references: {
      ctSeriesInstanceUid: "1.5",
      ctSopInstanceUids: Array.from({ length: 100 }, (_, k) => `1.6.${k + 1}`),
      structureSetSopInstanceUid: "1.7",
    },
  };
  const phantom = { patient, parts: SCENE };
  const small = {
    mrSizeMm: [60, 60, 40],
    radiographSizePx: [40, 40],
    radiographVoxelMm: 2,
    isocenterMm: [0, 10, 0],
  } as const;

  it("makes what is asked for, in one frame of reference", async () => {
    const stages: string[] = [];
    const all = await renderPhantomImages(
      { phantom, ...small },
      { onProgress: ({ stage, done, total }) => stages.push(`${done}/${total} ${stage}`) },
    );
    expect(stages[0]).toBe("0/6 T1-weighted MR");
    for (const volume of [all.ct, all.mrT1, all.mrT2, all.myelogram?.ct])
      expect(volume?.frameOfReferenceUid).toBe("1.2.3");
    expect(all.mrT1!.grid).toEqual({ ...GRID, size: [60, 60, 20], originMm: [-29.5, -19.5, -19] });
    expect(nearest(all.mrT2!, CSF)).toBeGreaterThan(900);
    expect(all.myelogram!.references.ctSopInstanceUids.length).toBe(100);
    expect(all.myelogram!.references.ctSeriesInstanceUid).not.toBe("1.5");
    expect(all.radiographs!.map(({ label }) => label)).toEqual([
      "ap",
      "lateral",
      "oblique-left",
      "oblique-right",
    ]);
    for (const [n, picture] of all.contrastRadiographs!.entries()) {
      const added = picture.opticalDepth.map((depth, p) => depth - all.radiographs![n]!.opticalDepth[p]!);
      expect(Math.min(...added)).toBeGreaterThan(-1e-4);
      expect(Math.max(...added)).toBeGreaterThan(0.1);
    }
    const one = await renderPhantomImages({ phantom, ...small, modalities: ["mr-t2"] });
    expect(Object.keys(one)).toEqual(["mrT2"]);
    expect(one.mrT2!.values.data).toEqual(all.mrT2!.values.data);
  });

  it("gives an MR of another pose a frame of reference of its own", async () => {
    const mrToCt = rigidTransform({ translationMm: [3, 0, 0] });
    const { mrT2 } = await renderPhantomImages({ phantom, ...small, modalities: ["mr-t2"], mrToCt });
    expect(mrT2!.frameOfReferenceUid).not.toBe("1.2.3");
    await expect(renderPhantomImages({ phantom, modalities: ["pet" as never] })).rejects.toThrow(
      /modalities/,
    );
    await expect(renderPhantomImages({ phantom }, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      tag: "CancelledError",
    });
  });
});
