import { isOnSlabs, monteCarloSlabs, type PencilStore } from "./monte-carlo-slabs.ts";
import { monteCarloVoxels } from "./monte-carlo-voxels.ts";
import type { ReferenceEngine } from "./reference-engine.ts";

/**
 * The Monte Carlo engine on any photon case: slabs at right angles to the axis from one pencil, superposed over the field; everything
 * else in voxels. Pencils are kept for the life of the object.
 */
export function monteCarloReference(): ReferenceEngine {
  const pencils: PencilStore = new Map();
  return {
    id: "monte-carlo",
    title: "Monte Carlo transport of photons, electrons and positrons",
    reasonAgainst: (file) =>
      file.particle === "photon" ? undefined : `for photons, the case is about a ${file.particle}`,
    compute: async (file, run) => {
      if (!isOnSlabs(file)) return monteCarloVoxels(file, run);
      const found = await monteCarloSlabs(file, run, pencils);
      return { ...found, volumes: file.volumes.map(() => "slabs are computed as curves, not on a grid") };
    },
  };
}
