type Json = Record<string, unknown>;

/** Float32 numbers as the bytes of a file. */
export function float32Bytes(values: readonly number[]): Uint8Array {
  return new Uint8Array(Float32Array.from(values).buffer);
}

/** A circle on two slabs, a curve along depth and one across: made up, the dose is exponential and a ramp at the edge. */
export function slabCase(changes: Json = {}, diameterMm = 20): Json {
  const depths = Array.from({ length: 20 }, (_, i) => [5 * i, 5 * i + 5]);
  const across = Array.from({ length: 31 }, (_, i) => i);
  const ramp = (r: number) => Math.min(1, Math.max(0.01, (diameterMm / 2 + 2 - r) / 4));
  const size = diameterMm / (diameterMm + 3);
  return {
    format: "isodose-reference/1",
    id: `made-up-${diameterMm}`,
    title: "made up",
    provenance: { code: "by hand" },
    particle: "photon",
    spectrum: { name: "line", binLowMeV: [1.25], binHighMeV: [1.25], relativeNumber: [1] },
    source: { kind: "point", toReferencePlaneMm: 800, toSurfaceMm: 785 },
    field: { kind: "circle", diameterMm, at: "reference-plane" },
    phantom: {
      kind: "slabs",
      lateral: "infinite",
      above: "vacuum",
      below: "vacuum",
      layers: [
        { material: "water", thicknessMm: 40 },
        { material: "lung", thicknessMm: 60 },
      ],
    },
    materials: {
      water: { densityGPerCm3: 1, massPercent: { H: 11.19, O: 88.81 }, meanExcitationEv: 75 },
      lung: { densityGPerCm3: 0.26, massPercent: { H: 10.3, C: 10.5, N: 3.1, O: 76.1 } },
    },
    normalization: "dose per unit in-vacuum photon fluence on the axis in the reference plane",
    curves: [
      {
        name: "central-axis",
        along: "depth",
        quantity: "dose-to-medium",
        unit: "Gy cm2",
        offAxisMm: 0,
        binMm: depths,
        value: depths.map(([low]) => 5e-12 * size * Math.exp(-0.005 * (low! + 2.5))),
        sigmaPercent: depths.map(() => 0.4),
      },
      {
        name: "profile",
        along: "off-axis",
        quantity: "dose-to-medium",
        unit: "Gy cm2",
        depthBinMm: [18, 22],
        offAxisMm: across,
        value: across.map((r) => 5e-12 * size * Math.exp(-0.1) * ramp(r)),
        sigmaPercent: across.map(() => 0.4),
      },
    ],
    ...changes,
  };
}

/** Four by three by two voxels with a dose; the files are in {@link voxelFiles}. */
export function voxelCase(): Json {
  const grid = { size: [4, 3, 2], spacingMm: [2, 2, 2], originMm: [-3, 1, -1] };
  return {
    ...slabCase({ id: "made-up-voxels", curves: [] }),
    source: { kind: "parallel", isocenterMm: [0, 3, 0], directionToSource: [0, -1, 0] },
    field: { kind: "rectangle", widthMm: 4, heightMm: 4, widthAxis: [1, 0, 0], heightAxis: [0, 0, 1] },
    phantom: {
      kind: "voxels",
      ...grid,
      materialFile: "m.u8",
      densityFile: "d.f32",
      materialIndex: { "1": "water", "2": "lung" },
      outside: "vacuum",
    },
    volumes: [
      {
        ...grid,
        name: "dose",
        quantity: "dose-to-medium",
        unit: "Gy cm2",
        file: "dose.f32",
        compare: {
          kind: "gamma",
          dosePercent: 2,
          distanceMm: 1,
          local: false,
          cutoffPercent: 10,
          minDensityGPerCm3: 0.05,
          passPercent: 97,
        },
      },
    ],
  };
}

/** What {@link voxelCase} names. The first voxel is thin air with a dose that is far off. */
export function voxelFiles(): Record<string, Uint8Array> {
  const n = 24;
  return {
    "m.u8": Uint8Array.from({ length: n }, (_, v) => (v % 2 === 0 ? 1 : 2)),
    "d.f32": float32Bytes(Array.from({ length: n }, (_, v) => (v === 0 ? 0.001 : 1))),
    "dose.f32": float32Bytes(Array.from({ length: n }, (_, v) => (v === 0 ? 9e-12 : 4e-12 + 1e-14 * v))),
  };
}
