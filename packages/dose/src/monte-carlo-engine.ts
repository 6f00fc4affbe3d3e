import {
  createVolume,
  type TransportDoseRequest,
  type TransportEngine,
  type Volume,
  type Warning,
} from "@isodose/core";
import { mediumOnGrid } from "./medium-on-grid.ts";
import { monteCarloDose } from "./monte-carlo/monte-carlo-dose.ts";
import { photonFieldsOfBeam } from "./photon-field-of-beam.ts";

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
  const made = beams.map((beam) => photonFieldsOfBeam(beam, photons));
  const fields = made.flatMap((of) => of.fields);
  const result = await monteCarloDose(
    {
      medium: mediumOnGrid(medium, grid),
      fields,
      weights: made.flatMap(({ shares }, b) =>
        shares.map((share) => share * monitorUnits[b]! * photons.fluencePerCm2PerMonitorUnit),
      ),
      seed: statistics.seed,
      targetUncertaintyPercent: statistics.uncertaintyPercent,
      histories: statistics.histories,
      batchHistories: Math.max(
        Math.min(BATCH_HISTORIES, Math.ceil(statistics.histories / LEAST_BATCHES)),
        LEAST_PER_BEAM * fields.length,
      ),
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
/** Few histories are shared by as many batches, for a standard error that means something. */
const LEAST_BATCHES = 10;
