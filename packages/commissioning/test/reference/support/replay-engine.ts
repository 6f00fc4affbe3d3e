import type { ComputedReference, PhotonReference, ReferenceEngine } from "../../../src/index.ts";

/** An engine that gives the file's own numbers back, changed by a function of the value and of the place along its curve. */
export function replayEngine(
  id: string,
  change: (value: number, positionMm: number, file: PhotonReference) => number = (value) => value,
  ownSigmaPercent = 0,
): ReferenceEngine {
  return {
    id,
    title: "replays the case",
    reasonAgainst: (file) => (file.particle === "photon" ? undefined : "for photons"),
    compute: async (file): Promise<ComputedReference> => ({
      curves: file.curves.map((curve) => ({
        values: Float64Array.from(curve.samples, (s) => change(s.value, s.positionMm, file)),
        sigmas: Float64Array.from(curve.samples, (s) => (s.value * ownSigmaPercent) / 100),
      })),
      volumes: file.volumes.map((volume) => ({
        values: volume.values.map((dose) => change(dose, 0, file)),
        sigma: undefined,
      })),
      warnings: [],
      settings: "replay",
    }),
  };
}
