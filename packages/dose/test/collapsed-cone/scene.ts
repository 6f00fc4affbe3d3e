import { readFileSync } from "node:fs";
import { AXIAL_DIRECTION, type Grid, type Material, type Medium, type PhotonField } from "@isodose/core";

/** A case of the reference format, as far as these tests read it. */
export interface SlabCase {
  readonly spectrum: PhotonField["spectrum"];
  readonly source: { readonly toReferencePlaneMm: number; readonly toSurfaceMm: number };
  readonly field: { readonly diameterMm: number };
  readonly phantom: {
    readonly layers: readonly { readonly material: string; readonly thicknessMm: number }[];
    readonly materials: Readonly<
      Record<
        string,
        { densityGPerCm3: number; meanExcitationEv: number; massPercent: Readonly<Record<string, number>> }
      >
    >;
  };
  readonly curves: readonly {
    readonly along: string;
    readonly quantity: string;
    readonly binMm: readonly (readonly [number, number])[];
    readonly depthBinMm: readonly [number, number];
    readonly offAxisMm: readonly number[];
    readonly value: readonly number[];
  }[];
}

/** Read a case by its name, e.g. "6mv-circle-20mm-water". */
export function readSlabCase(name: string): SlabCase {
  const url = new URL(`../../../../test/golden/reference/photon-${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(url, "utf8"));
}

/** Slabs down to a depth, voxels of 5 × 5 × 1 mm, beam along +z; the isocenter is the origin. */
export function slabScene(file: SlabCase, depthMm: number): { medium: Medium; field: PhotonField } {
  const names = Object.keys(file.phantom.materials);
  const materials: Material[] = names.map((name) => {
    const { densityGPerCm3, meanExcitationEv, massPercent } = file.phantom.materials[name]!;
    const massFractions = Object.fromEntries(Object.entries(massPercent).map(([el, p]) => [el, p / 100]));
    return { name, densityGPerCm3, meanExcitationEv, massFractions };
  });
  const { toReferencePlaneMm, toSurfaceMm } = file.source;
  const across = 49;
  const surfaceMm = toSurfaceMm - toReferencePlaneMm;
  const grid: Grid = {
    size: [across, across, depthMm],
    spacingMm: [5, 5, 1],
    originMm: [-120, -120, surfaceMm + 0.5],
    direction: AXIAL_DIRECTION,
  };
  const densityGPerCm3 = new Float32Array(across * across * depthMm);
  const materialIndex = new Uint8Array(densityGPerCm3.length);
  let bottom = 0;
  let layer = -1;
  for (let k = 0; k < depthMm; k++) {
    if (k >= bottom) bottom += file.phantom.layers[++layer]!.thicknessMm;
    const m = names.indexOf(file.phantom.layers[layer]!.material);
    densityGPerCm3.fill(materials[m]!.densityGPerCm3, k * across * across, (k + 1) * across * across);
    materialIndex.fill(m, k * across * across, (k + 1) * across * across);
  }
  return {
    medium: { grid, densityGPerCm3, materialIndex, materials },
    field: {
      spectrum: file.spectrum,
      isocenterMm: [0, 0, 0],
      directionToSource: [0, 0, -1],
      sourceDistanceMm: toReferencePlaneMm,
      sourceSigmaMm: 0,
      shape: { kind: "circle", diameterMm: file.field.diameterMm },
    },
  };
}

/** A cube of one material, side 2 · halfMm, centred on the origin. */
export function cube(material: Material, halfMm: number, spacingMm: number, densityGPerCm3 = 1): Medium {
  const n = Math.round((2 * halfMm) / spacingMm);
  return {
    grid: {
      size: [n, n, n],
      spacingMm: [spacingMm, spacingMm, spacingMm],
      originMm: [-halfMm + spacingMm / 2, -halfMm + spacingMm / 2, -halfMm + spacingMm / 2],
      direction: AXIAL_DIRECTION,
    },
    densityGPerCm3: new Float32Array(n ** 3).fill(densityGPerCm3),
    materialIndex: new Uint8Array(n ** 3),
    materials: [material],
  };
}

/** Parallel photons of one energy along −z onto the origin. */
export function parallelField(energyMeV: number, sideMm: number): PhotonField {
  return {
    spectrum: { binLowMeV: [energyMeV], binHighMeV: [energyMeV], relativeNumber: [1] },
    isocenterMm: [0, 0, 0],
    directionToSource: [0, 0, 1],
    sourceDistanceMm: Number.POSITIVE_INFINITY,
    sourceSigmaMm: 0,
    shape: {
      kind: "rectangle",
      widthMm: sideMm,
      heightMm: sideMm,
      widthAxis: [1, 0, 0],
      heightAxis: [0, 1, 0],
    },
  };
}
