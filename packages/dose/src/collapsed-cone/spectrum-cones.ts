import type { EnergySpectrum } from "@isodose/core";
import { MATERIALS, photonCoefficients } from "@isodose/physics";
import {
  collapseKernel,
  type DepositionKernels,
  type PolarBin,
  type PolarEdge,
  primaryShare,
} from "./collapse-kernel.ts";
import { SCATTER_CONES } from "./cone-layout.ts";
import { type EnergyGroups, energyGroups } from "./energy-groups.ts";

/** A spectrum in groups, and both kernels collapsed for it. */
export interface SpectrumCones {
  readonly groups: EnergyGroups;
  readonly primary: readonly PolarBin[];
  readonly scatter: readonly PolarBin[];
}

const known = new WeakMap<EnergySpectrum, Map<string, SpectrumCones>>();

/**
 * Groups and cones of a spectrum; kept, since every beam of a machine has the same.
 * @param groupCount - groups wanted
 * @param primaryEdges - cones for charged particles
 */
export function spectrumCones(
  kernels: DepositionKernels,
  spectrum: EnergySpectrum,
  groupCount: number,
  primaryEdges: readonly PolarEdge[],
): SpectrumCones {
  const key = `${groupCount} groups, ${primaryEdges.length} rings`;
  const ofSpectrum = known.get(spectrum) ?? new Map<string, SpectrumCones>();
  known.set(spectrum, ofSpectrum);
  const cones = ofSpectrum.get(key) ?? makeCones(kernels, spectrum, groupCount, primaryEdges);
  ofSpectrum.set(key, cones);
  return cones;
}

function makeCones(
  kernels: DepositionKernels,
  spectrum: EnergySpectrum,
  groupCount: number,
  primaryEdges: readonly PolarEdge[],
): SpectrumCones {
  const groups = energyGroups(spectrum, groupCount);
  // Each line weighs by the energy that it loses in water.
  const lines = groups.lines.map(({ energiesMeV, shares }) =>
    energiesMeV.map((energyMeV, n) => shares[n]! * photonCoefficients(MATERIALS.water, energyMeV).total),
  );
  const charged: number[] = [];
  const rest: number[] = [];
  groups.lines.forEach(({ energiesMeV }, g) => {
    let all = 0;
    let primary = 0;
    energiesMeV.forEach((energyMeV, n) => {
      all += lines[g]![n]!;
      primary += lines[g]![n]! * primaryShare(kernels, energyMeV);
    });
    charged.push(groups.energyFluenceMeV[g]! * primary);
    rest.push(groups.energyFluenceMeV[g]! * (all - primary));
  });
  return {
    groups,
    primary: collapseKernel(kernels, "primary", groups, lines, normalized(charged), primaryEdges),
    scatter: collapseKernel(kernels, "scatter", groups, lines, normalized(rest), SCATTER_CONES),
  };
}

function normalized(values: readonly number[]): number[] {
  const sum = values.reduce((a, b) => a + b, 0);
  return values.map((v) => v / sum);
}
