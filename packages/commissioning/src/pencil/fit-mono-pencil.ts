import { intervalIndex, type Provenance, solveNonNegativeLeastSquares } from "@isodose/core";
import type { PencilKernel } from "@isodose/physics";

/** Energy around one narrow pencil of photons in water, from Monte Carlo. */
export interface PencilTable {
  /** Planes, mm, from 0; one more than there are bins. */
  readonly depthEdgesMm: ArrayLike<number>;
  /** Edges of rings around the pencil, mm, from 0. */
  readonly ringEdgesMm: ArrayLike<number>;
  /** MeV per photon by [depth bin][ring]. */
  readonly energyMeV: ArrayLike<number>;
  /** Relative standard error of the energy within {@link REFERENCE_RADIUS_MM} by depth bin. */
  readonly relativeSigma: ArrayLike<number>;
}

/** What {@link fitMonoPencil} needs beside the table. */
export interface MonoPencilFitOptions {
  readonly name: string;
  readonly provenance: Provenance;
  /** μ, 1/mm: the weights that are left vary slowly with depth. */
  readonly attenuationPerMm: number;
}

/** 0.012 … 9.2 /mm: ranges from 83 mm (scatter) to 0.11 mm (sharper than any electron spread). */
export const PENCIL_RATES_PER_MM: readonly number[] = Array.from(
  { length: 20 },
  (_, j) => 0.012 * (j % 2 === 0 ? 1 : 1.5) * 2 ** Math.floor(j / 2),
);

/** As dense as the depths of beam data (1 mm) through the build-up, sparse below: between nodes both are linear. */
export const PENCIL_DEPTH_NODES_MM: readonly number[] = [
  0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 17, 20, 24, 28, 33, 40, 50, 62, 75, 90, 110, 130, 150, 175, 200, 230,
  265, 300, 350, 400,
];

/** Fields of this radius are what depths are weighted by, mm. */
export const REFERENCE_RADIUS_MM = 10;
/** Radii whose discs the fit sees, mm; those below the second count as it does. */
const SMALLEST_RADIUS_MM = 0.1;
const SMALLEST_FIELD_MM = 2;
const LARGEST_RADIUS_MM = 200;
/** No depth bin counts as better known than this. */
const SIGMA_FLOOR = 0.002;
/** Strength of the penalty on second differences along depth, no unit. */
const SMOOTHNESS = 10;
/** Added to the diagonal of the radial equations, as a part of its mean: neighbouring exponentials are nearly alike. */
const RIDGE = 1e-8;
/** The kernel's density is held falling, so ≥ 0, at distances of equal ratio between these, mm. */
const DENSITY_FROM_MM = 0.02;
const DENSITY_TO_MM = 200;
const DENSITY_POINTS = 70;

const JOULE_PER_MEV = 1.602176634e-13;
/** Gauss–Legendre on [0, 1] with three nodes: the mean over a depth bin. */
const BIN_NODES = [(1 - Math.sqrt(0.6)) / 2, 0.5, (1 + Math.sqrt(0.6)) / 2];
const BIN_WEIGHTS = [5 / 18, 8 / 18, 5 / 18];

/**
 * Fit the exponentials of a pencil kernel to the energy around a pencil, in two steps of least squares.
 *
 *   1. along depth, for every radius:  C(R, d) ≈ mean over the bin of e^{−μ d} y(R, d),   y linear between depth nodes, smooth
 *   2. across, at every node:          y(R) ≈ Σⱼ wⱼ (1 − e^{−aⱼ R}),   p(s) = Σⱼ wⱼ aⱼ e^{−aⱼ s} / (2π s) falling for all s
 *
 * C is the energy within the radius R: what the axis of a field of that radius receives. Weights may be negative; p falls towards 0, so it is
 * not, and the dose of a field never rises away from its axis. That bound, Σⱼ wⱼ aⱼ (1 + aⱼ s) e^{−aⱼ s} ≥ 0, makes a quadratic programme, solved
 * by its dual, a non-negative least squares problem.
 * @returns weights in Gy cm² per photon/cm²
 */
export function fitMonoPencil(table: PencilTable, options: MonoPencilFitOptions): PencilKernel {
  const { radii, dose, scale } = cumulativeDose(table);
  const reference = nearestIndex(radii, REFERENCE_RADIUS_MM);
  const depths = PENCIL_DEPTH_NODES_MM;
  const smooth = smoothAlongDepth(table, dose, radii.length, reference, options.attenuationPerMm);
  const fit = radialFit(radii, meanGrowth(dose, radii));
  return {
    name: options.name,
    provenance: options.provenance,
    attenuationPerMm: options.attenuationPerMm,
    ratesPerMm: PENCIL_RATES_PER_MM,
    depthMm: depths,
    weightsGyCm2: depths.map((_, i) =>
      fit(smooth.subarray(i * radii.length, (i + 1) * radii.length)).map((w) => w * scale),
    ),
    surfaceNote: "photons in vacuum above the surface: no electron contamination, no head scatter",
  };
}

/** y by [node][radius]. */
function smoothAlongDepth(
  { depthEdgesMm, relativeSigma }: PencilTable,
  dose: Float64Array,
  radii: number,
  reference: number,
  mu: number,
): Float64Array {
  const depths = PENCIL_DEPTH_NODES_MM;
  const n = depths.length;
  const bins = depthEdgesMm.length - 1;
  const weights = Float64Array.from({ length: bins }, (_, d) => {
    const value = dose[d * radii + reference]!;
    return value > 0 ? 1 / (value * Math.max(SIGMA_FLOOR, relativeSigma[d]!)) : 0;
  });
  const matrix = depthMatrix(depthEdgesMm, depths, mu);
  const gram = weightedGram(matrix, n, weights);
  roughnessGram(depths).forEach((rough, i) => {
    gram[i] += rough;
  });
  const factor = choleskyFactor(gram, n);
  const out = new Float64Array(n * radii);
  const h = new Float64Array(n);
  for (let k = 0; k < radii; k++) {
    h.fill(0);
    for (let d = 0; d < bins; d++) {
      const pull = weights[d]! ** 2 * dose[d * radii + k]!;
      for (let i = 0; i < n; i++) h[i]! += matrix[d * n + i]! * pull;
    }
    choleskySolve(factor, n, h);
    for (let i = 0; i < n; i++) out[i * radii + k] = h[i]!;
  }
  return out;
}

/** g: how the dose grows with the radius, over all depths, smaller fields than the smallest left as that. */
function meanGrowth(dose: Float64Array, radii: readonly number[]): Float64Array {
  const smallest = nearestIndex(radii, SMALLEST_FIELD_MM);
  const sums = new Float64Array(radii.length);
  for (let i = 0; i < dose.length; i++) sums[i % radii.length]! += dose[i]!;
  return sums.map((sum, k) => (k < smallest ? sums[smallest]! : sum) / sums[smallest]!);
}

/** The least-squares weights of y over the radii, with a falling density. */
function radialFit(radii: readonly number[], growth: Float64Array): (y: Float64Array) => number[] {
  const rates = PENCIL_RATES_PER_MM;
  const n = rates.length;
  const matrix = new Float64Array(radii.length * n);
  radii.forEach((R, k) => {
    for (let j = 0; j < n; j++) matrix[k * n + j] = -Math.expm1(-rates[j]! * R);
  });
  const squared = growth.map((g) => 1 / g ** 2);
  const gram = weightedGram(
    matrix,
    n,
    growth.map((g) => 1 / g),
  );
  let trace = 0;
  for (let j = 0; j < n; j++) trace += gram[j * n + j]!;
  for (let j = 0; j < n; j++) gram[j * n + j]! += (RIDGE * trace) / n;
  const factor = choleskyFactor(gram, n);
  // Rows of −s² dp/ds, times s so that all count alike; G⁻¹ times each, and the Gram matrix of the dual.
  const rows = Array.from({ length: DENSITY_POINTS }, (_, p) => {
    const s = DENSITY_FROM_MM * (DENSITY_TO_MM / DENSITY_FROM_MM) ** (p / (DENSITY_POINTS - 1));
    return Float64Array.from(rates, (a) => s * a * (1 + a * s) * Math.exp(-a * s));
  });
  const solved = rows.map((row) => choleskySolve(factor, n, Float64Array.from(row)));
  const dual = new Float64Array(DENSITY_POINTS ** 2);
  for (let p = 0; p < DENSITY_POINTS; p++)
    for (let q = 0; q < DENSITY_POINTS; q++) dual[p * DENSITY_POINTS + q] = product(rows[p]!, solved[q]!);
  return (y) => {
    const x = new Float64Array(n);
    for (let k = 0; k < radii.length; k++) {
      const pull = squared[k]! * y[k]!;
      for (let j = 0; j < n; j++) x[j]! += matrix[k * n + j]! * pull;
    }
    choleskySolve(factor, n, x);
    const shortfall = Float64Array.from(rows, (row) => -product(row, x));
    const multipliers = solveNonNegativeLeastSquares({ gram: dual, rightHandSide: shortfall });
    multipliers.forEach((m, p) => {
      if (m > 0) for (let j = 0; j < n; j++) x[j]! += m * solved[p]![j]!;
    });
    return [...x];
  };
}

function product(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

/** L of a symmetric, positive definite matrix, in its lower triangle. */
function choleskyFactor(gram: Float64Array, n: number): Float64Array {
  const L = Float64Array.from(gram);
  for (let i = 0; i < n; i++)
    for (let j = 0; j <= i; j++) {
      let sum = L[i * n + j]!;
      for (let k = 0; k < j; k++) sum -= L[i * n + k]! * L[j * n + k]!;
      L[i * n + j] = i === j ? Math.sqrt(sum) : sum / L[j * n + j]!;
    }
  return L;
}

/** Solve L Lᵀ x = h in place. */
function choleskySolve(L: Float64Array, n: number, x: Float64Array): Float64Array {
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) x[i]! -= L[i * n + k]! * x[k]!;
    x[i]! /= L[i * n + i]!;
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) x[i]! -= L[k * n + i]! * x[k]!;
    x[i]! /= L[i * n + i]!;
  }
  return x;
}

/** Dose on the axis of a field by [depth bin][radius], in units of `scale` Gy cm². */
function cumulativeDose({ depthEdgesMm, ringEdgesMm, energyMeV }: PencilTable) {
  const rings = ringEdgesMm.length - 1;
  const bins = depthEdgesMm.length - 1;
  const chosen: number[] = [];
  for (let r = 0; r < rings; r++) {
    const R = ringEdgesMm[r + 1]!;
    if (R >= SMALLEST_RADIUS_MM && R <= LARGEST_RADIUS_MM) chosen.push(r);
  }
  const dose = new Float64Array(bins * chosen.length);
  let scale = 0;
  for (let d = 0; d < bins; d++) {
    const gramsPerCm2 = (depthEdgesMm[d + 1]! - depthEdgesMm[d]!) / 10;
    let energy = 0;
    let k = 0;
    for (let r = 0; r < rings && k < chosen.length; r++) {
      energy += energyMeV[d * rings + r]!;
      if (r !== chosen[k]) continue;
      const value = (energy * JOULE_PER_MEV * 1000) / gramsPerCm2;
      dose[d * chosen.length + k++] = value;
      scale = Math.max(scale, value);
    }
  }
  for (let i = 0; i < dose.length; i++) dose[i]! /= scale;
  return { radii: chosen.map((r) => ringEdgesMm[r + 1]!), dose, scale };
}

/** [bin, node]: mean over the bin of e^{−μ d} times the node's hat function. */
function depthMatrix(edges: ArrayLike<number>, nodes: readonly number[], mu: number): Float64Array {
  const bins = edges.length - 1;
  const out = new Float64Array(bins * nodes.length);
  for (let d = 0; d < bins; d++)
    for (let b = 0; b < BIN_NODES.length; b++) {
      const z = edges[d]! + (edges[d + 1]! - edges[d]!) * BIN_NODES[b]!;
      const i = intervalIndex(nodes, z);
      const t = Math.min(1, (z - nodes[i]!) / (nodes[i + 1]! - nodes[i]!));
      const factor = BIN_WEIGHTS[b]! * Math.exp(-mu * z);
      out[d * nodes.length + i]! += factor * (1 - t);
      out[d * nodes.length + i + 1]! += factor * t;
    }
  return out;
}

/** Aᵀ W² A of a matrix [rows, n] with one weight per row. */
function weightedGram(matrix: Float64Array, n: number, weights: Float64Array): Float64Array {
  const out = new Float64Array(n * n);
  for (let row = 0; row < weights.length; row++) {
    const w = weights[row]! ** 2;
    for (let i = 0; i < n; i++) {
      const a = matrix[row * n + i]! * w;
      if (a !== 0) for (let k = 0; k < n; k++) out[i * n + k]! += a * matrix[row * n + k]!;
    }
  }
  return out;
}

/** The same of second divided differences over a depth coordinate that is logarithmic beyond the build-up. */
function roughnessGram(depths: readonly number[]): Float64Array {
  const n = depths.length;
  const u = depths.map((d) => Math.log(d + 10));
  const rows = new Float64Array((n - 2) * n);
  for (let i = 1; i < n - 1; i++) {
    const before = 1 / (u[i]! - u[i - 1]!);
    const after = 1 / (u[i + 1]! - u[i]!);
    const width = (u[i + 1]! - u[i - 1]!) / 2;
    const row = (i - 1) * n;
    rows[row + i - 1] = before * width;
    rows[row + i] = -(before + after) * width;
    rows[row + i + 1] = after * width;
  }
  return weightedGram(rows, n, new Float64Array(n - 2).fill(SMOOTHNESS));
}

function nearestIndex(values: readonly number[], wanted: number): number {
  return values.reduce(
    (best, value, i) => (Math.abs(value - wanted) < Math.abs(values[best]! - wanted) ? i : best),
    0,
  );
}
