import {
  InvalidInputError,
  intervalIndex,
  normalEquations,
  type Provenance,
  solveNonNegativeLeastSquares,
} from "@isodose/core";
import { addDiscFractions, type PencilKernel } from "@isodose/physics";
import type { ReferenceCase, ReferenceSample } from "./reference-case.ts";

/** Options of {@link fitPencilKernel}. */
export interface PencilKernelFitOptions {
  /** Default: named after the cases. */
  readonly name?: string;
  /** Default: the cases' ids and the code that made them. */
  readonly provenance?: Provenance;
  /** aⱼ, 1/mm, each twice the one before. Default {@link DEFAULT_RATES_PER_MM}. */
  readonly ratesPerMm?: readonly number[];
  /** Depth nodes, mm, from 0. Default {@link DEFAULT_DEPTH_NODES_MM}. */
  readonly depthMm?: readonly number[];
  /** μ, 1/mm. Default 0.004: near the slope of a narrow 6 MV beam at 20–30 cm depth, so that weights are flat there. */
  readonly attenuationPerMm?: number;
  /** Smallest standard error that a sample counts with, as a part of the dose on the axis at its depth. Default 0.003. */
  readonly sigmaFloor?: number;
  /** Strength of the penalty on second differences of the weights along the depth nodes, no unit. Default 10. */
  readonly smoothness?: number;
}

/** 0.012 … 12.3 /mm: ranges from 83 mm (scatter) to 0.08 mm (sharper than any electron spread). */
export const DEFAULT_RATES_PER_MM: readonly number[] = Array.from({ length: 11 }, (_, j) => 0.012 * 2 ** j);

/** Dense through the build-up, sparse below. */
export const DEFAULT_DEPTH_NODES_MM: readonly number[] = [
  0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 17, 20, 24, 28, 33, 40, 50, 62, 75, 90, 110, 130, 150, 175, 200, 230,
  265, 302.5,
];

/** Gauss–Legendre on [0, 1] with three nodes: the mean over a depth bin. */
const BIN_NODES = [(1 - Math.sqrt(0.6)) / 2, 0.5, (1 + Math.sqrt(0.6)) / 2];
const BIN_WEIGHTS = [5 / 18, 8 / 18, 5 / 18];

/**
 * Fit a pencil kernel to circular fields, all depths and fields at once.
 *
 * Minimise Σ ((D(sample) − Dref) / σ)² + λ Σ (second differences of wⱼ along the depth nodes)² subject to wⱼ(d) ≥ 0, with D the
 * superposition of the kernel over the disc (`circleFieldDose` of physics), averaged over the depth bin. Because every weight is ≥ 0
 * the dose of the fitted kernel rises monotonically with the field radius, and its interpolation between the fitted fields is the
 * superposition itself: curved, and fixed before any field is left out.
 *
 * @param cases - at least one; one source, surface and reference plane is not required
 * @throws InvalidInputError if no cases are given
 */
export function fitPencilKernel(
  cases: readonly ReferenceCase[],
  options: PencilKernelFitOptions = {},
): PencilKernel {
  if (cases.length === 0) throw new InvalidInputError("cases", cases.length, "at least one reference case");
  const rates = options.ratesPerMm ?? DEFAULT_RATES_PER_MM;
  const depths = options.depthMm ?? DEFAULT_DEPTH_NODES_MM;
  const mu = options.attenuationPerMm ?? 0.004;
  const sigmaFloor = options.sigmaFloor ?? 0.003;
  const smoothness = options.smoothness ?? 10;
  const ids = cases.map((c) => c.id).join(", ");

  const samples = cases.flatMap((one) => withAxisDose(one));
  const unknowns = rates.length * depths.length;
  const penalties = rates.length * (depths.length - 2);
  const rows = samples.length + penalties;
  const columns = new Float64Array(unknowns * rows);
  const target = new Float64Array(rows);
  const rowWeights = new Float64Array(rows).fill(1);
  // Doses are some 1e-12 Gy cm2: scale them to about 1.
  const scale = Math.max(...samples.map((s) => s.sample.dose));

  const fractions = new Float64Array(rates.length);
  samples.forEach(({ of, sample, axisDose }, row) => {
    target[row] = sample.dose / scale;
    rowWeights[row] = scale / Math.max(sample.sigma, sigmaFloor * axisDose);
    for (let b = 0; b < BIN_NODES.length; b++) {
      const d = sample.depthLowMm + (sample.depthHighMm - sample.depthLowMm) * BIN_NODES[b]!;
      const f = of.surfaceMm + d;
      const magnification = f / of.referencePlaneMm;
      fractions.fill(0);
      addDiscFractions((of.diameterMm / 2) * magnification, sample.offAxisMm, rates, 1, fractions);
      const factor = (BIN_WEIGHTS[b]! * Math.exp(-mu * d)) / magnification ** 2;
      const i = intervalIndex(depths, d);
      const t = Math.min(1, (d - depths[i]!) / (depths[i + 1]! - depths[i]!));
      for (let j = 0; j < rates.length; j++) {
        columns[(i * rates.length + j) * rows + row]! += factor * (1 - t) * fractions[j]!;
        columns[((i + 1) * rates.length + j) * rows + row]! += factor * t * fractions[j]!;
      }
    }
  });
  addSmoothness(columns, rows, samples.length, rates.length, depths, smoothness);

  const x = solveNonNegativeLeastSquares(normalEquations(columns, rows, target, rowWeights));
  return {
    name: options.name ?? `pencil kernel of ${ids}`,
    provenance: options.provenance ?? {
      title: "Pencil kernel fitted to circular fields in water",
      source: [...new Set(cases.map((c) => c.code))].join("; "),
      note: `non-negative least squares over ${ids}; spectrum ${cases[0]!.spectrumName}`,
    },
    attenuationPerMm: mu,
    ratesPerMm: [...rates],
    depthMm: [...depths],
    weightsGyCm2: depths.map((_, i) => rates.map((_, j) => x[i * rates.length + j]! * scale)),
    surfaceNote: "photons in vacuum above the surface: no electron contamination, no head scatter",
  };
}

/** Every sample with the reference dose on its axis at its depth. */
function withAxisDose(of: ReferenceCase): { of: ReferenceCase; sample: ReferenceSample; axisDose: number }[] {
  return of.curves.flatMap((curve) =>
    curve.samples.map((sample) => ({
      of,
      sample,
      axisDose: axisDoseOf(curve.along === "off-axis" ? curve.samples : [sample]),
    })),
  );
}

function axisDoseOf(samples: readonly ReferenceSample[]): number {
  return samples.reduce((a, b) => (b.offAxisMm < a.offAxisMm ? b : a)).dose;
}

/** Rows λ (w(i−1) − 2 w(i) + w(i+1)), in divided differences over a depth coordinate that is logarithmic beyond the build-up. */
function addSmoothness(
  columns: Float64Array,
  rows: number,
  firstRow: number,
  n: number,
  depths: readonly number[],
  smoothness: number,
): void {
  const u = depths.map((d) => Math.log(d + 10));
  for (let i = 1; i < depths.length - 1; i++) {
    const before = 1 / (u[i]! - u[i - 1]!);
    const after = 1 / (u[i + 1]! - u[i]!);
    const width = (u[i + 1]! - u[i - 1]!) / 2;
    const lambda = smoothness * width * width;
    for (let j = 0; j < n; j++) {
      const row = firstRow + (i - 1) * n + j;
      columns[((i - 1) * n + j) * rows + row] = (lambda * before) / width;
      columns[(i * n + j) * rows + row] = (-lambda * (before + after)) / width;
      columns[((i + 1) * n + j) * rows + row] = (lambda * after) / width;
    }
  }
}
