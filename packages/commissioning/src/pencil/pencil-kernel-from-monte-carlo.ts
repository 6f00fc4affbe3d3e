import { type EnergySpectrum, InvalidInputError, type RunControl } from "@isodose/core";
import type { MonteCarloCutoffs } from "@isodose/dose";
import type { PencilKernel } from "@isodose/physics";
import { PENCIL_BATCHES, simulatePencil } from "./simulate-pencil.ts";

/** What {@link pencilKernelFromMonteCarlo} makes a kernel of. */
export interface PencilKernelRequest {
  readonly spectrum: EnergySpectrum;
  /** Printed in reports, e.g. "6 MV mohan6". */
  readonly name: string;
  /** Photons. Default 400 000. */
  readonly histories?: number;
  /** Default 1. */
  readonly seed?: number;
  /** Printed with the kernel. Default: none but what was simulated. */
  readonly note?: string;
  readonly cutoffs?: Partial<MonteCarloCutoffs>;
}

const DEFAULT_HISTORIES = 400_000;

/**
 * Pencil kernel in water of a spectrum, from Isodose's own Monte Carlo: one pencil of all energies, simulated to 420 mm of depth and fitted.
 * The result depends on the request alone.
 *
 * @throws InvalidInputError if spectrum or histories are not usable; CancelledError
 */
export async function pencilKernelFromMonteCarlo(
  request: PencilKernelRequest,
  control: RunControl = {},
): Promise<PencilKernel> {
  const { spectrum, name, histories = DEFAULT_HISTORIES, seed = 1, note, cutoffs } = request;
  if (!(histories >= PENCIL_BATCHES))
    throw new InvalidInputError("histories", histories, `a number ≥ ${PENCIL_BATCHES}`);
  const made =
    "parallel pencil on 450 mm of water, fitted to 420 mm of depth and 200 mm from the axis, continued exponentially below";
  const { kernel } = await simulatePencil(
    {
      spectrum,
      histories,
      seed,
      name,
      title: `Pencil kernel of ${name} in water`,
      note: note ? `${note}; ${made}` : made,
      ...(cutoffs ? { cutoffs } : {}),
    },
    control,
  );
  return kernel;
}
