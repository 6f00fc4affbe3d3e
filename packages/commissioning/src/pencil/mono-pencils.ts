import { type EnergySpectrum, InvalidInputError, type RunControl } from "@isodose/core";
import type { PencilKernel } from "@isodose/physics";
import { mixedKernel } from "./pencil-kernel-of-spectrum.ts";
import { deepSlope, PENCIL_BATCHES, simulatePencil } from "./simulate-pencil.ts";

/** How pencils are simulated. */
export interface MonoPencilOptions {
  /** Photons of all energies together. Default 400 000: a minute or so on one core. */
  readonly histories?: number;
  /** Default 1. */
  readonly seed?: number;
}

/** Pencil kernels in water of the bins of a spectrum: any mixture of them is the kernel of a re-weighted spectrum. Plain data. */
export interface MonoPencils {
  readonly binLowMeV: readonly number[];
  readonly binHighMeV: readonly number[];
  /** The weighting that histories were shared by and μ was chosen for. */
  readonly relativeNumber: readonly number[];
  /** One kernel per bin, per photon/cm² of that bin; all have the same rates and depth nodes, each its own μ. */
  readonly kernels: readonly PencilKernel[];
  /** μ of the mixtures, 1/mm: the slope at the deepest nodes with `relativeNumber`. */
  readonly attenuationPerMm: number;
  readonly seed: number;
  /** Photons by bin. */
  readonly histories: readonly number[];
  /** Relative standard error, %, of the energy within 10 mm of the axis in 10 mm of water about 105 mm of depth, by bin. */
  readonly sigmaPercent: readonly number[];
}

const DEFAULT_HISTORIES = 400_000;
/** Part of the histories that is shared evenly, so that bins of small weight serve other weightings too. */
const EVEN_SHARE = 0.3;

/**
 * Simulate a pencil of photons in deep water for every bin of a spectrum, with Isodose's own Monte Carlo, and fit each with exponentials.
 *
 * @param spectrum - bins; a bin of zero width is a line
 * @throws InvalidInputError if spectrum or numbers are not usable; CancelledError
 */
export async function monoPencils(
  spectrum: EnergySpectrum,
  options: MonoPencilOptions = {},
  control: RunControl = {},
): Promise<MonoPencils> {
  const { histories = DEFAULT_HISTORIES, seed = 1 } = options;
  const { binLowMeV, binHighMeV, relativeNumber } = spectrum;
  const bins = relativeNumber.length;
  if (!(bins > 0 && binLowMeV.length === bins && binHighMeV.length === bins))
    throw new InvalidInputError("spectrum.relativeNumber", bins, "one number per bin, one bin at least");
  const least = bins * PENCIL_BATCHES;
  if (!(histories >= least))
    throw new InvalidInputError(
      "histories",
      histories,
      `a number ≥ ${least}: ${PENCIL_BATCHES} for each of ${bins} energies`,
    );
  const shares = sharesOfHistories(spectrum);
  const kernels: PencilKernel[] = [];
  const counts: number[] = [];
  const sigmaPercent: number[] = [];
  for (let bin = 0; bin < bins; bin++) {
    const low = binLowMeV[bin]!;
    const high = binHighMeV[bin]!;
    const energies = low === high ? `${low} MeV` : `${low} to ${high} MeV`;
    const found = await simulatePencil(
      {
        spectrum: { binLowMeV: [low], binHighMeV: [high], relativeNumber: [1] },
        histories: histories * shares[bin]!,
        seed: (seed + Math.imul(bin, 0x9e3779b1)) >>> 0,
        name: energies,
        title: `Pencil kernel of photons of ${energies} in water`,
        note: "one energy bin of a spectrum",
      },
      progressOfBin(control, bin, bins),
    );
    kernels.push(found.kernel);
    counts.push(found.histories);
    sigmaPercent.push(found.sigmaPercent);
  }
  const apart = {
    binLowMeV: [...binLowMeV],
    binHighMeV: [...binHighMeV],
    relativeNumber: [...relativeNumber],
  };
  const made = { ...apart, kernels, seed, histories: counts, sigmaPercent };
  return {
    ...made,
    attenuationPerMm: deepSlope(mixedKernel({ ...made, attenuationPerMm: 0 }, relativeNumber)),
  };
}

/** By the energy that each bin brings in, a part evenly. */
function sharesOfHistories({ binLowMeV, binHighMeV, relativeNumber }: EnergySpectrum): number[] {
  const energies = relativeNumber.map((number, i) => {
    if (!(number >= 0)) throw new InvalidInputError(`spectrum.relativeNumber[${i}]`, number, "a number ≥ 0");
    return (number * (binLowMeV[i]! + binHighMeV[i]!)) / 2;
  });
  const total = energies.reduce((sum, energy) => sum + energy, 0);
  if (!(total > 0))
    throw new InvalidInputError("spectrum.relativeNumber", total, "one number at least above 0");
  return energies.map((energy) => EVEN_SHARE / energies.length + ((1 - EVEN_SHARE) * energy) / total);
}

function progressOfBin({ signal, onProgress }: RunControl, bin: number, bins: number): RunControl {
  return {
    ...(signal ? { signal } : {}),
    ...(onProgress
      ? {
          onProgress: ({ stage, done, total }) =>
            onProgress({
              stage,
              done: (bin + done / total) * PENCIL_BATCHES,
              total: bins * PENCIL_BATCHES,
            }),
        }
      : {}),
  };
}
