import { createVolume, type Volume } from "@isodose/core";
import { type GammaCriteria, type GammaResult, prepareGamma } from "@isodose/dvh";
import { transfer } from "comlink";

/** A volume without methods, as it crosses to a worker. */
export type PlainVolume = Omit<Volume, "values"> & { readonly data: Float32Array };

/** A gamma request as it crosses to a worker. */
export interface PlainGammaRequest {
  readonly reference: PlainVolume;
  readonly evaluated: PlainVolume;
  readonly criteria: GammaCriteria;
}

/** The part of a gamma result that a worker sends back. */
export type PlainGammaResult = Omit<GammaResult, "gamma"> & { readonly gamma: PlainVolume };

/** What a gamma worker does when asked. */
export interface GammaWorkerApi {
  /** Take the doses; once, before the first slices. */
  prepare(request: PlainGammaRequest): void;
  /** Gamma of the slices from ≤ k < to. */
  evaluate(from: number, to: number): Promise<PlainGammaResult>;
}

/** The worker's side: it holds one request and evaluates slices of it. */
export function gammaWorkerApi(): GammaWorkerApi {
  let evaluateSlices: ReturnType<typeof prepareGamma> | undefined;
  return {
    prepare({ reference, evaluated, criteria }) {
      const { maxGamma, sliceRange: _, ...rest } = criteria;
      evaluateSlices = prepareGamma({
        ...rest,
        ...(maxGamma < Number.POSITIVE_INFINITY ? { maxGamma } : {}),
        reference: fromPlain(reference),
        evaluated: fromPlain(evaluated),
      });
    },
    async evaluate(from, to) {
      if (evaluateSlices === undefined) throw new Error("slices asked for before the doses were given");
      const result = await evaluateSlices([from, to]);
      const gamma = toPlain(result.gamma);
      return transfer({ ...result, gamma }, [gamma.data.buffer as ArrayBuffer]);
    },
  };
}

/** A volume as plain data; the numbers are not copied. */
export function toPlain({ grid, unit, frameOfReferenceUid, values }: Volume): PlainVolume {
  return { grid, unit, frameOfReferenceUid, data: values.data };
}

/** A volume from plain data; the numbers are not copied. */
export function fromPlain({ grid, unit, frameOfReferenceUid, data }: PlainVolume): Volume {
  return createVolume(grid, unit, frameOfReferenceUid, data);
}
