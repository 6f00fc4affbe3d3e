import { AXIAL_DIRECTION, type Grid, type Material, type Medium, type Warning } from "@isodose/core";
import type { PhotonReference, SlabPhantom, VoxelPhantom } from "./reference-file.ts";

/** How fine and how far slabs become voxels. */
export interface SlabMediumOptions {
  /** Along x and y, mm. */
  readonly lateralSpacingMm: number;
  /** Largest voxel along depth, mm; a layer's faces decide how much smaller. */
  readonly depthSpacingMm: number;
  /** Voxels reach at least this far from the axis, mm. */
  readonly halfWidthMm: number;
  /** Voxels reach at least this deep, or to the end of the phantom, mm. */
  readonly depthMm: number;
}

/** A medium, with what could not be met. */
export interface BuiltMedium {
  readonly medium: Medium;
  readonly warnings: readonly Warning[];
}

/** Voxels are not made thinner than this to meet a face, mm. */
const THINNEST_MM = 0.4;
/** A face that far from a voxel's is met, mm. */
const MET_MM = 0.011;

/**
 * Slabs as voxels: x and y across, z down from the surface at z = 0; every layer boundary on a voxel face where voxels of at least 0.4 mm
 * allow, else the voxel that it runs through has the mean density. Across, an odd number of voxels, so that the axis runs through the middle of one.
 */
export function slabMedium(
  phantom: SlabPhantom,
  materials: Readonly<Record<string, Material>>,
  options: SlabMediumOptions,
): BuiltMedium {
  const thicknessMm = phantom.layers.reduce((sum, layer) => sum + layer.thicknessMm, 0);
  const wanted = Math.min(options.depthMm, thicknessMm);
  const faces: number[] = [];
  let z = 0;
  for (const layer of phantom.layers) {
    z += layer.thicknessMm;
    faces.push(z);
  }
  const inside = faces.filter((face) => face < wanted - 1e-9);
  if (wanted === thicknessMm) inside.push(thicknessMm);
  const dz = depthSpacing(inside, options.depthSpacingMm);
  const nz = Math.max(1, Math.round(Math.ceil(wanted / dz - 1e-6)));
  const across = 2 * Math.ceil(options.halfWidthMm / options.lateralSpacingMm) + 1;
  const half = ((across - 1) / 2) * options.lateralSpacingMm;
  const grid: Grid = {
    size: [across, across, nz],
    spacingMm: [options.lateralSpacingMm, options.lateralSpacingMm, dz],
    originMm: [-half, -half, dz / 2] as unknown as Grid["originMm"],
    direction: AXIAL_DIRECTION,
  };
  const names = [...new Set(phantom.layers.map((layer) => layer.material))];
  const plane = across * across;
  const densityGPerCm3 = new Float32Array(plane * nz);
  const materialIndex = new Uint8Array(plane * nz);
  for (let k = 0; k < nz; k++) {
    const layer = layerAt(phantom, (k + 0.5) * dz);
    densityGPerCm3.fill(meanDensity(phantom, materials, k * dz, (k + 1) * dz), k * plane, (k + 1) * plane);
    materialIndex.fill(names.indexOf(layer), k * plane, (k + 1) * plane);
  }
  const worst = Math.max(0, ...inside.map((face) => offFace(face, dz)));
  const warnings =
    worst > MET_MM
      ? [
          {
            code: "FACE_BETWEEN_VOXELS",
            message: `a layer's face lies ${worst.toFixed(2)} mm from the nearest voxel face at ${dz.toFixed(3)} mm`,
          },
        ]
      : [];
  return {
    medium: { grid, densityGPerCm3, materialIndex, materials: names.map((name) => materials[name]!) },
    warnings,
  };
}

/** The voxels of a case as a medium. */
export function voxelMedium(phantom: VoxelPhantom, materials: PhotonReference["materials"]): Medium {
  return {
    grid: {
      size: phantom.size,
      spacingMm: phantom.spacingMm,
      originMm: phantom.originMm as unknown as Grid["originMm"],
      direction: AXIAL_DIRECTION,
    },
    densityGPerCm3: phantom.densityGPerCm3,
    materialIndex: phantom.materialIndex,
    materials: phantom.materialNames.map((name) => materials[name]!),
  };
}

/** Largest voxel up to `largest` on whose faces all faces lie; where none does, the one that comes nearest. */
function depthSpacing(faces: readonly number[], largest: number): number {
  if (faces.length === 0) return largest;
  let best = largest;
  let bestOff = Number.POSITIVE_INFINITY;
  const first = faces[0]!;
  for (let n = Math.max(1, Math.ceil(first / largest - 1e-9)); first / n >= THINNEST_MM || n === 1; n++) {
    const dz = first / n;
    const off = Math.max(...faces.map((face) => offFace(face, dz)));
    if (off < bestOff - 1e-9) {
      best = dz;
      bestOff = off;
    }
    if (off <= 1e-6) break;
  }
  return best;
}

function offFace(face: number, dz: number): number {
  return Math.abs(face - Math.round(face / dz) * dz);
}

/** Mass between two depths over their distance: a voxel that a face runs through keeps the mass of both sides. */
function meanDensity(
  phantom: SlabPhantom,
  materials: Readonly<Record<string, Material>>,
  lowMm: number,
  highMm: number,
): number {
  let top = 0;
  let mass = 0;
  let length = 0;
  for (const { material, thicknessMm } of phantom.layers) {
    const inside = Math.min(highMm, top + thicknessMm) - Math.max(lowMm, top);
    if (inside > 0) {
      mass += inside * materials[material]!.densityGPerCm3;
      length += inside;
    }
    top += thicknessMm;
  }
  return length > 0 ? mass / length : materials[layerAt(phantom, lowMm)]!.densityGPerCm3;
}

function layerAt(phantom: SlabPhantom, depthMm: number): string {
  let bottom = 0;
  for (const layer of phantom.layers) {
    bottom += layer.thicknessMm;
    if (depthMm < bottom) return layer.material;
  }
  return phantom.layers[phantom.layers.length - 1]!.material;
}
