import {
  createVolume,
  InvalidInputError,
  isLibraryError,
  type TransportDoseRequest,
  type TransportEngine,
  type Volume,
  voxelCount,
  type Warning,
} from "@isodose/core";
import { collapsedConeDose } from "./collapsed-cone/collapsed-cone-dose.ts";
import { photonFieldsOfBeam } from "./photon-field-of-beam.ts";

/** The collapsed-cone engine: each beam by {@link collapsedConeDose}, times its monitor units. */
export const collapsedConeEngine = {
  id: "collapsed-cone",
  title: "Collapsed cone: TERMA by energy group, EGSnrc kernels on 48 to 96 directions, density scaled",
  transportDose,
} as const satisfies TransportEngine;

async function transportDose(
  request: TransportDoseRequest,
): Promise<{ readonly dose: Volume; readonly warnings: readonly Warning[] }> {
  const { beams, beamData, grid, medium, monitorUnits, signal, onProgress } = request;
  const { photons } = beamData;
  const sum = new Float32Array(voxelCount(grid));
  const told = new Map<string, { message: string; beams: number }>();
  for (const [b, beam] of beams.entries()) {
    if (monitorUnits[b]! > 0) {
      const { fields, shares } = photonFieldsOfBeam(beam, photons);
      for (const [n, field] of fields.entries()) {
        const { dose, warnings } = await collapsedConeDose(
          { medium, field, grid },
          signal ? { signal } : {},
        ).catch((error: unknown) => {
          throw namingBeam(beam.name, error);
        });
        const factor = monitorUnits[b]! * photons.fluencePerCm2PerMonitorUnit * shares[n]!;
        const values = dose.values.data;
        for (let v = 0; v < sum.length; v++) sum[v]! += factor * values[v]!;
        if (n > 0) continue;
        for (const { code, message } of warnings) {
          told.set(code, { message, beams: (told.get(code)?.beams ?? 0) + 1 });
        }
      }
    }
    onProgress?.({ stage: "dose", done: b + 1, total: beams.length });
  }
  return {
    dose: createVolume(grid, "Gy", request.relativeElectronDensity.frameOfReferenceUid, sum),
    warnings: Array.from(told, ([code, w]) => ({
      code: code.toUpperCase().replaceAll("-", "_"),
      message: w.beams > 1 ? `${w.message} (and so for ${w.beams} beams)` : w.message,
    })),
  };
}

/** A field that misses the patient is one of many: the message names its beam. */
function namingBeam(name: string, error: unknown): unknown {
  if (!isLibraryError(error, "InvalidInputError") || !error.field.startsWith("field")) return error;
  return new InvalidInputError(`beam ${name}: ${error.field}`, error.value, error.expected);
}
