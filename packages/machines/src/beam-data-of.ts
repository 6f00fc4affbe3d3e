import type { BeamData, EnergySpectrum } from "@isodose/core";
import {
  CO60_LINES,
  energySpectrumOf,
  MOHAN_6_MV,
  PENCIL_KERNEL_6MV_MOHAN,
  PENCIL_KERNEL_CO60,
  type PencilKernel,
} from "@isodose/physics";
import { makeBeamData } from "./beam-data-from-kernel.ts";
import type { KernelId, MachineDefinition, OwnKernel } from "./machine-definition.ts";

const KERNELS: Readonly<Record<KernelId, OwnKernel>> = {
  "6mv-mohan": { pencil: PENCIL_KERNEL_6MV_MOHAN, spectrum: energySpectrumOf(MOHAN_6_MV) },
  co60: { pencil: PENCIL_KERNEL_CO60, spectrum: CO60_LINES },
};

/** Pencil kernel and spectrum of a machine's beam. */
export function kernelOf(machine: MachineDefinition): {
  readonly pencil: PencilKernel;
  readonly spectrum: EnergySpectrum;
} {
  const { kernel } = machine.beamModel;
  return typeof kernel === "string" ? KERNELS[kernel] : kernel;
}

/**
 * Beam data of a machine: its pencil kernel, blurred by its focal spot and collimated by its cones, with head scatter, leakage and
 * fluence profile where the beam model has them. Tables of a cone are made on first use.
 */
export function beamDataOf(machine: MachineDefinition): BeamData {
  const { sourceFwhmMm, collimatorExitMm, headScatter, leakage, fluenceProfile, reference } =
    machine.beamModel;
  const { doseGyPerMonitorUnit, doseGyPerMinute } = machine.beamModel;
  const { pencil, spectrum } = kernelOf(machine);
  return makeBeamData({
    machineName: machine.id,
    label: machine.label,
    kernel: pencil,
    spectrum,
    sadMm: machine.sadMm,
    source: { fwhmMm: sourceFwhmMm },
    collimatorExitMm,
    ...(headScatter && { headScatter }),
    ...(leakage && { leakage }),
    ...(fluenceProfile && { fluenceProfile }),
    coneDiametersMm: machine.coneDiametersMm,
    reference,
    doseGyPerMonitorUnit: doseGyPerMonitorUnit ?? doseGyPerMinute ?? Number.NaN,
    ...(doseGyPerMonitorUnit === undefined && { doseUnit: "Gy/min" as const }),
  });
}
