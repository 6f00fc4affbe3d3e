import {
  createVolume,
  type TransportDoseRequest,
  type TransportEngine,
  type Volume,
  type Warning,
} from "@isodose/core";
import { mediumOnGrid } from "./medium-on-grid.ts";
import { monteCarloDose } from "./monte-carlo/monte-carlo-dose.ts";
import { photonFieldOfBeam } from "./photon-field-of-beam.ts";

/** The Monte Carlo engine: all beams together, in the voxels of the dose grid, until the uncertainty asked for is reached. */
export const monteCarloEngine = {
  id: "monte-carlo",
  title: "Monte Carlo of photons, electrons and positrons in voxels, dose to medium",
  transportDose,
} as const satisfies TransportEngine;

async function transportDose(
  request: TransportDoseRequest,
): Promise<{ readonly dose: Volume; readonly warnings: readonly Warning[] }> {
  const { beams, beamData, grid, medium, monitorUnits, statistics, signal, onProgress } = request;
  const { photons } = beamData;
  const result = await monteCarloDose(
    {
      medium: mediumOnGrid(medium, grid),
      fields: beams.map((beam) => photonFieldOfBeam(beam, photons, photons.spectrum)),
      weights: Array.from(monitorUnits, (mu) => mu * photons.fluencePerCm2PerMonitorUnit),
      collimatorDistanceMm: photons.collimatorDistanceMm,
      seed: statistics.seed,
      targetUncertaintyPercent: statistics.uncertaintyPercent,
      histories: statistics.histories,
      batchHistories: Math.max(BATCH_HISTORIES, LEAST_PER_BEAM * beams.length),
    },
    { ...(signal && { signal }), ...(onProgress && { onProgress }) },
  );
  const { frameOfReferenceUid } = request.relativeElectronDensity;
  return {
    dose: createVolume(grid, "Gy", frameOfReferenceUid, result.dose.values.data as Float32Array),
    warnings: result.warnings.map(({ code, message }) => ({
      code: code.toUpperCase().replaceAll("-", "_"),
      message,
    })),
  };
}

/** Photons of a batch: enough that its overhead, a pass over the grid, does not count; and for every beam some. */
const BATCH_HISTORIES = 100_000;
const LEAST_PER_BEAM = 500;
