import { InvalidInputError, type Provenance } from "@isodose/core";
import type { PencilKernel } from "@isodose/physics";
import type { MonoPencils } from "./mono-pencils.ts";

/** Name and provenance of a kernel made of pencils. */
export interface MixedKernelOptions {
  /** Default "mixture of N energies". */
  readonly name?: string;
  readonly provenance?: Provenance;
}

/**
 * The pencil kernel of a spectrum as the mixture of its energies' kernels: linear in the numbers, a fraction of a millisecond.
 *
 *   wⱼ(d) = Σᵢ nᵢ wᵢⱼ(d) e^{−(μᵢ − μ) d} / Σᵢ nᵢ     at the depth nodes
 *
 * @param relativeNumber - photons by bin of `pencils`, ≥ 0
 * @throws InvalidInputError if there is not one number ≥ 0 per bin, or none above 0
 */
export function pencilKernelOfSpectrum(
  pencils: MonoPencils,
  relativeNumber: readonly number[],
  options: MixedKernelOptions = {},
): PencilKernel {
  const { kernels } = pencils;
  if (relativeNumber.length !== kernels.length)
    throw new InvalidInputError(
      "relativeNumber",
      relativeNumber.length,
      `${kernels.length} numbers, one per bin`,
    );
  relativeNumber.forEach((number, i) => {
    if (!(Number.isFinite(number) && number >= 0))
      throw new InvalidInputError(`relativeNumber[${i}]`, number, "a number ≥ 0");
  });
  if (!relativeNumber.some((number) => number > 0))
    throw new InvalidInputError("relativeNumber", 0, "one number at least above 0");
  return mixedKernel(pencils, relativeNumber, options);
}

/** {@link pencilKernelOfSpectrum} without the checks. */
export function mixedKernel(
  pencils: MonoPencils,
  relativeNumber: readonly number[],
  options: MixedKernelOptions = {},
): PencilKernel {
  const { kernels, attenuationPerMm: mu, histories, seed } = pencils;
  const first = kernels[0]!;
  const photons = histories.reduce((sum, n) => sum + n, 0);
  const total = relativeNumber.reduce((sum, number) => sum + number, 0);
  const weights = first.depthMm.map(() => new Array<number>(first.ratesPerMm.length).fill(0));
  kernels.forEach((kernel, k) => {
    kernel.weightsGyCm2.forEach((row, i) => {
      const factor =
        (relativeNumber[k]! / total) * Math.exp((mu - kernel.attenuationPerMm) * kernel.depthMm[i]!);
      for (let j = 0; j < row.length; j++) weights[i]![j]! += factor * row[j]!;
    });
  });
  return {
    name: options.name ?? `mixture of ${kernels.length} energies`,
    provenance: options.provenance ?? {
      title: `Pencil kernel of photons of ${pencils.binLowMeV[0]} to ${pencils.binHighMeV.at(-1)} MeV in water`,
      source: `Isodose's own Monte Carlo (the physics of the engine monte-carlo), ${photons} photons, seed ${seed}`,
      note: `${kernels.length} energies simulated apart and mixed`,
    },
    attenuationPerMm: mu,
    ratesPerMm: first.ratesPerMm,
    depthMm: first.depthMm,
    weightsGyCm2: weights,
    surfaceNote: first.surfaceNote,
  };
}
