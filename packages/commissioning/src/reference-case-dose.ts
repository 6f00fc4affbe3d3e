import {
  AXIAL_DIRECTION,
  type Beam,
  type BeamData,
  createVolume,
  type DoseEngine,
  type RunControl,
  type Volume,
} from "@isodose/core";
import type { ReferenceCase, ReferenceSample } from "./reference-case.ts";

/** Points spread evenly over a depth bin; their mean stands for the bin's. */
const POINTS_PER_BIN = 5;
const SLAB_VOXEL_MM = 10;
/** The water ends this far below the deepest sample; what lies behind does not matter to a ray. */
const BACKING_MM = 20;

/** The slab of a case as a density volume: water from y = 0 down (towards +y), vacuum outside. */
function waterSlab(reference: ReferenceCase, samples: readonly ReferenceSample[]): Volume {
  const deepestMm = Math.max(...samples.map((s) => s.depthHighMm));
  const widestMm = Math.max(...samples.map((s) => s.offAxisMm), reference.diameterMm);
  const layers = Math.ceil(Math.min(reference.thicknessMm, deepestMm + BACKING_MM) / SLAB_VOXEL_MM);
  const across = 2 * Math.ceil((widestMm + 100) / SLAB_VOXEL_MM);
  const originMm = [
    (-(across - 1) / 2) * SLAB_VOXEL_MM,
    SLAB_VOXEL_MM / 2,
    (-(across - 1) / 2) * SLAB_VOXEL_MM,
  ] as const;
  const grid = {
    size: [across, layers, across],
    spacingMm: [SLAB_VOXEL_MM, SLAB_VOXEL_MM, SLAB_VOXEL_MM],
    originMm,
    direction: AXIAL_DIRECTION,
  } as const;
  return createVolume(
    grid,
    "relative-electron-density",
    reference.id,
    new Float32Array(across * layers * across).fill(1),
  );
}

/** The case's beam: from the anterior, its axis along +y through the origin on the surface. */
function beamOf(reference: ReferenceCase): Beam {
  return {
    name: reference.id,
    sourceMm: [0, -reference.surfaceMm, 0],
    aimMm: [0, reference.referencePlaneMm - reference.surfaceMm, 0],
    bldXAxis: [1, 0, 0],
    bldYAxis: [0, 0, 1],
    sadMm: reference.referencePlaneMm,
    aperture: { kind: "circle", diameterMm: reference.diameterMm },
    gantryDeg: 0,
    couchDeg: 0,
    collimatorDeg: 0,
    node: 0,
  };
}

/**
 * Set a reference case up for an engine and compute its curves: slab, beam, and a mean over points in each depth bin.
 *
 * @param beamData - per monitor unit as the case is normalised, see `referenceCaseBeamData` of machines
 * @returns one dose per sample, curve by curve, in the case's unit
 */
export async function computeReferenceCase(
  engine: DoseEngine,
  beamData: BeamData,
  reference: ReferenceCase,
  control: RunControl = {},
): Promise<readonly Float64Array[]> {
  const samples = reference.curves.flatMap((curve) => curve.samples);
  const pointsMm = new Float64Array(samples.length * POINTS_PER_BIN * 3);
  let p = 0;
  for (const { depthLowMm, depthHighMm, offAxisMm } of samples) {
    for (let i = 0; i < POINTS_PER_BIN; i++) {
      pointsMm[p++] = offAxisMm;
      pointsMm[p++] = depthLowMm + ((i + 0.5) / POINTS_PER_BIN) * (depthHighMm - depthLowMm);
      pointsMm[p++] = 0;
    }
  }
  const dose = await engine.doseAtPoints({
    relativeElectronDensity: waterSlab(reference, samples),
    beams: [beamOf(reference)],
    beamData,
    pointsMm,
    ...control,
  });
  let d = 0;
  return reference.curves.map((curve) =>
    Float64Array.from(curve.samples, () => {
      let sum = 0;
      for (let i = 0; i < POINTS_PER_BIN; i++) sum += dose[d++]!;
      return sum / POINTS_PER_BIN;
    }),
  );
}
