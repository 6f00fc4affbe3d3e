import type { EnergyDepositionKernel } from "@isodose/dose";
import type { PointKernels } from "@isodose/physics";

/** A sum over bins of both kernels: shares of the photon's energy. */
export interface KernelSum {
  readonly name: string;
  readonly own: number;
  readonly reference: number;
  /** One standard error of the difference. */
  readonly sigma: number;
}

/** One energy: our kernel against the reference's. */
export interface KernelComparison {
  readonly energyMeV: number;
  readonly histories: number;
  readonly contained: KernelSum;
  readonly primary: KernelSum;
  readonly scatter: KernelSum;
  /** Mean depth and mean distance from the axis of the primary energy, mm. */
  readonly forwardMm: KernelSum;
  readonly lateralMm: KernelSum;
  /** Mean of squared deviations over squared standard errors, over bins with 1e-4 of the energy that are known to 10 %. */
  readonly reducedChiSquare: { readonly primary: number; readonly scatter: number };
  readonly bins: { readonly primary: number; readonly scatter: number };
  /** Regions with at least 1 % of the photon's energy. */
  readonly regions: readonly KernelSum[];
}

type Part = "primary" | "scatter";

/** Bins count in χ² up to this relative standard error of the difference: with fewer counts it has no Gaussian distribution. */
const KNOWN_BIN = 0.1;
/** Emptier bins do not count: what few photons left there says little about its own error. */
const LEAST_SHARE = 1e-4;
/** Regions with less than this share of the energy are not shown. */
const WORTH_SHOWING = 0.01;

const SHELLS: readonly (readonly [fromMm: number, toMm: number])[] = [
  [0, 1],
  [1, 5],
  [5, 20],
  [20, 100],
  [100, 600],
];
const CONES: readonly (readonly [fromDeg: number, toDeg: number])[] = [
  [0, 30],
  [30, 90],
  [90, 180],
];

/**
 * Compare a kernel with the reference's of the same energy. The reference gives its histories, not the error of each bin: both are
 * analog, so that its variance is ours times the ratio of histories.
 */
export function compareKernel(own: EnergyDepositionKernel, reference: PointKernels): KernelComparison {
  const index = reference.energiesMeV.indexOf(own.energyMeV);
  const shells = own.radiusEdgesMm.length - 1;
  const cells = own.primary.length;
  const errorScale = Math.sqrt(1 + own.histories / reference.histories[index]!);
  const middle = (edges: Float64Array, n: number) => (edges[n]! + edges[n + 1]!) / 2;
  const radius = (c: number) => middle(own.radiusEdgesMm, c % shells);
  const angle = (c: number) => (middle(own.angleEdgesDeg, Math.floor(c / shells)) * Math.PI) / 180;

  /** Σ w over bins of some parts, of both kernels. */
  const sum = (
    name: string,
    parts: readonly Part[],
    weight: (c: number) => number,
    inUnitsOf = 1,
  ): KernelSum => {
    const batches = new Float64Array(own.batches);
    let [ours, theirs] = [0, 0];
    for (const part of parts) {
      const perBatch = part === "primary" ? own.primaryBatches : own.scatterBatches;
      for (let c = 0; c < cells; c++) {
        const w = weight(c) / inUnitsOf;
        if (w === 0) continue;
        ours += w * own[part][c]!;
        theirs += w * reference[part][index * cells + c]!;
        for (let b = 0; b < own.batches; b++) batches[b]! += w * perBatch[b * cells + c]!;
      }
    }
    const squares = batches.reduce((all, value) => all + (value - ours) ** 2, 0);
    const sigma = Math.sqrt(squares / own.batches / (own.batches - 1));
    return { name, own: ours, reference: theirs, sigma: sigma * errorScale };
  };

  const chiSquare = (part: Part) => {
    let [total, bins] = [0, 0];
    for (let c = 0; c < cells; c++) {
      const sigma = (part === "primary" ? own.primarySigma[c]! : own.scatterSigma[c]!) * errorScale;
      const theirs = reference[part][index * cells + c]!;
      if (!(theirs >= LEAST_SHARE && sigma < KNOWN_BIN * theirs && sigma > 0)) continue;
      total += ((own[part][c]! - theirs) / sigma) ** 2;
      bins++;
    }
    return { bins, reduced: bins > 0 ? total / bins : 0 };
  };

  const regions: KernelSum[] = [];
  for (const part of ["primary", "scatter"] as const) {
    for (const [from, to] of SHELLS) {
      for (const [low, high] of CONES) {
        const inside = (c: number) =>
          radius(c) > from &&
          radius(c) < to &&
          angle(c) > (low * Math.PI) / 180 &&
          angle(c) < (high * Math.PI) / 180
            ? 1
            : 0;
        const found = sum(`${part}, ${from}–${to} mm, ${low}–${high}°`, [part], inside);
        if (found.reference >= WORTH_SHOWING) regions.push(found);
      }
    }
  }
  const primary = sum("primary", ["primary"], () => 1);
  const scatter = sum("scatter", ["scatter"], () => 1);
  const [p, s] = [chiSquare("primary"), chiSquare("scatter")];
  const perPrimary = (found: KernelSum): KernelSum => ({
    ...found,
    own: found.own / primary.own,
    reference: found.reference / primary.reference,
    sigma: found.sigma / primary.reference,
  });
  return {
    energyMeV: own.energyMeV,
    histories: own.histories,
    contained: sum("contained", ["primary", "scatter"], () => 1),
    primary,
    scatter,
    forwardMm: perPrimary(sum("forward", ["primary"], (c) => radius(c) * Math.cos(angle(c)))),
    lateralMm: perPrimary(sum("lateral", ["primary"], (c) => radius(c) * Math.sin(angle(c)))),
    reducedChiSquare: { primary: p.reduced, scatter: s.reduced },
    bins: { primary: p.bins, scatter: s.bins },
    regions,
  };
}

/** Deviation in percent of the reference. */
export function percentOff({ own, reference }: KernelSum): number {
  return 100 * (own / reference - 1);
}

/** The regions that deviate most, first by what statistics cannot explain. */
export function worstRegions(comparison: KernelComparison, count: number): readonly KernelSum[] {
  const beyond = ({ own, reference, sigma }: KernelSum) =>
    Math.max(0, Math.abs(own - reference) - 2 * sigma) / reference;
  return [...comparison.regions].sort((a, b) => beyond(b) - beyond(a)).slice(0, count);
}
