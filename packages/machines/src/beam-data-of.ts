import type { BeamData } from "@isodose/core";
import { energySpectrumOf, MOHAN_6_MV, PENCIL_KERNEL_6MV_MOHAN } from "@isodose/physics";
import { makeBeamData } from "./beam-data-from-kernel.ts";
import type { KernelId, MachineDefinition } from "./machine-definition.ts";

const KERNELS = {
  "6mv-mohan": { kernel: PENCIL_KERNEL_6MV_MOHAN, spectrum: energySpectrumOf(MOHAN_6_MV) },
} as const satisfies Record<KernelId, unknown>;

/**
 * Beam data of a machine: its pencil kernel, blurred by its focal spot and collimated by its cones. Tables of a cone are
 * made on first use.
 */
export function beamDataOf(machine: MachineDefinition): BeamData {
  const { kernel, sourceFwhmMm, collimatorExitMm, reference, doseGyPerMonitorUnit } = machine.beamModel;
  return makeBeamData({
    machineName: machine.id,
    label: machine.label,
    ...KERNELS[kernel],
    sadMm: machine.sadMm,
    source: { fwhmMm: sourceFwhmMm },
    collimatorExitMm,
    coneDiametersMm: machine.coneDiametersMm,
    reference,
    doseGyPerMonitorUnit,
  });
}
