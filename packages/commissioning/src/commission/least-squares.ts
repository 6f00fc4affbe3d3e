/** A parameter of a fit. */
export interface FitParameter {
  readonly name: string;
  readonly start: number;
  /** Least and greatest value that makes sense. */
  readonly least: number;
  readonly most: number;
  /** Step of the finite differences. */
  readonly step: number;
}

/** What {@link fitLeastSquares} found. */
export interface LeastSquaresFit {
  readonly values: readonly number[];
  /** Σ residual². */
  readonly chiSquare: number;
  /** One standard error per parameter; NaN for one that ended at its bound or that the data do not determine. */
  readonly standardErrors: readonly number[];
  /** [i][j]; NaN where a standard error is. */
  readonly correlations: readonly (readonly number[])[];
  readonly iterations: number;
  readonly converged: boolean;
}

const MOST_ITERATIONS = 60;
/** Done when a step changes χ² by less than this part, or no parameter by more than this part of its standard error. */
const CHI_SQUARE_CHANGE = 1e-6;
const STEP_IN_ERRORS = 1e-3;
const LARGEST_DAMPING = 1e10;
/** A parameter whose information is this small a part of what it has alone is not determined. */
const LEAST_PIVOT = 1e-10;

/**
 * Least squares with bounds, by Gauss–Newton steps damped after Levenberg and Marquardt:
 *
 *   (JᵀJ + λ diag JᵀJ) δ = −Jᵀ r
 *
 * with J the Jacobian of the residuals r by central differences. Steps are cut at the bounds; a parameter at a bound that the step would
 * push through it is held. The covariance is (JᵀJ)⁻¹ at the end, so residuals are to be divided by their standard errors.
 *
 * @param residuals - (data − model) / σ; as long as there are data, whatever the parameters
 * @param onIteration - called before each step
 * @source Marquardt, J. Soc. Indust. Appl. Math. 11 (1963) 431, doi:10.1137/0111030
 */
export async function fitLeastSquares(
  parameters: readonly FitParameter[],
  residuals: (values: readonly number[]) => Float64Array,
  onIteration: (iteration: number, most: number) => Promise<void> = async () => {},
): Promise<LeastSquaresFit> {
  const n = parameters.length;
  let values = parameters.map(({ start, least, most }) => Math.min(most, Math.max(least, start)));
  let r = residuals(values);
  let chiSquare = sumOfSquares(r);
  let damping = 1e-3;
  let converged = n === 0;
  let iterations = 0;
  while (!converged && iterations < MOST_ITERATIONS && damping < LARGEST_DAMPING) {
    await onIteration(iterations++, MOST_ITERATIONS);
    const { gram, gradient } = normal(parameters, values, residuals, r);
    const errors = standardErrorsOf(gram, n);
    let accepted = false;
    while (!accepted && damping < LARGEST_DAMPING) {
      const free = parameters.map((p, i) => {
        const atLeast = values[i]! <= p.least && gradient[i]! > 0;
        const atMost = values[i]! >= p.most && gradient[i]! < 0;
        return !(atLeast || atMost) && gram[i * n + i]! > 0;
      });
      const delta = solveDamped(gram, gradient, free, damping);
      const next = values.map((v, i) =>
        Math.min(parameters[i]!.most, Math.max(parameters[i]!.least, v + delta[i]!)),
      );
      const nextResiduals = residuals(next);
      const nextChiSquare = sumOfSquares(nextResiduals);
      if (nextChiSquare <= chiSquare) {
        const largest = next.reduce((most, v, i) => {
          const moved = Math.abs(v - values[i]!);
          return Math.max(most, moved === 0 ? 0 : moved / (Number.isFinite(errors[i]!) ? errors[i]! : moved));
        }, 0);
        converged = chiSquare - nextChiSquare <= CHI_SQUARE_CHANGE * chiSquare || largest < STEP_IN_ERRORS;
        values = next;
        r = nextResiduals;
        chiSquare = nextChiSquare;
        damping = Math.max(1e-9, damping / 10);
        accepted = true;
      } else damping *= 10;
    }
    // No direction leads down any further: a minimum as well as differences can tell.
    if (!accepted) converged = true;
  }
  const { gram } = normal(parameters, values, residuals, r);
  const held = parameters.map((p, i) => values[i]! <= p.least || values[i]! >= p.most);
  return {
    values,
    chiSquare,
    ...covarianceOf(gram, held),
    iterations,
    converged,
  };
}

function sumOfSquares(r: Float64Array): number {
  let sum = 0;
  for (const x of r) sum += x * x;
  return sum;
}

/** JᵀJ and Jᵀr; differences are one-sided at a bound. */
function normal(
  parameters: readonly FitParameter[],
  values: readonly number[],
  residuals: (values: readonly number[]) => Float64Array,
  r: Float64Array,
): { gram: Float64Array; gradient: Float64Array } {
  const n = parameters.length;
  const columns = parameters.map(({ step, least, most }, i) => {
    const at = (value: number) => residuals(values.map((v, k) => (k === i ? value : v)));
    const high = Math.min(most, values[i]! + step);
    const low = Math.max(least, values[i]! - step);
    const after = at(high);
    const before = at(low);
    return after.map((x, k) => (x - before[k]!) / (high - low));
  });
  const gram = new Float64Array(n * n);
  const gradient = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < r.length; k++) gradient[i]! += columns[i]![k]! * r[k]!;
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      for (let k = 0; k < r.length; k++) sum += columns[i]![k]! * columns[j]![k]!;
      gram[i * n + j] = sum;
      gram[j * n + i] = sum;
    }
  }
  return { gram, gradient };
}

/** δ of the damped normal equations over the free parameters, 0 for the others. */
function solveDamped(
  gram: Float64Array,
  gradient: Float64Array,
  free: readonly boolean[],
  damping: number,
): number[] {
  const n = gradient.length;
  const index = free.flatMap((yes, i) => (yes ? [i] : []));
  const matrix = index.map((i) => index.map((j) => gram[i * n + j]! * (i === j ? 1 + damping : 1)));
  const inverse = invert(matrix);
  const out = new Array<number>(n).fill(0);
  if (!inverse) return out;
  index.forEach((i, a) => {
    out[i] = -index.reduce((sum, j, b) => sum + inverse[a]![b]! * gradient[j]!, 0);
  });
  return out;
}

function standardErrorsOf(gram: Float64Array, n: number): number[] {
  return covarianceOf(gram, new Array<boolean>(n).fill(false)).standardErrors;
}

function covarianceOf(
  gram: Float64Array,
  held: readonly boolean[],
): { standardErrors: number[]; correlations: number[][] } {
  const n = held.length;
  const index = held.flatMap((yes, i) => (yes || !(gram[i * n + i]! > 0) ? [] : [i]));
  const inverse = invert(index.map((i) => index.map((j) => gram[i * n + j]!)));
  const standardErrors = new Array<number>(n).fill(Number.NaN);
  const correlations = held.map(() => new Array<number>(n).fill(Number.NaN));
  if (!inverse) return { standardErrors, correlations };
  index.forEach((i, a) => {
    standardErrors[i] = Math.sqrt(inverse[a]![a]!);
    index.forEach((j, b) => {
      correlations[i]![j] = inverse[a]![b]! / Math.sqrt(inverse[a]![a]! * inverse[b]![b]!);
    });
  });
  return { standardErrors, correlations };
}

/** Inverse of a symmetric positive matrix, scaled to a diagonal of 1 first; undefined if it is singular. */
function invert(matrix: readonly (readonly number[])[]): number[][] | undefined {
  const n = matrix.length;
  const scale = matrix.map((row, i) => 1 / Math.sqrt(row[i]!));
  const lower: number[][] = matrix.map(() => new Array<number>(n).fill(0));
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i]![j]! * scale[i]! * scale[j]!;
      for (let k = 0; k < j; k++) sum -= lower[i]![k]! * lower[j]![k]!;
      if (i === j) {
        if (!(sum > LEAST_PIVOT)) return undefined;
        lower[i]![i] = Math.sqrt(sum);
      } else lower[i]![j] = sum / lower[j]![j]!;
    }
  }
  const inverse: number[][] = matrix.map(() => new Array<number>(n).fill(0));
  for (let c = 0; c < n; c++) {
    const x = new Array<number>(n).fill(0);
    for (let i = 0; i < n; i++) {
      let sum = i === c ? 1 : 0;
      for (let k = 0; k < i; k++) sum -= lower[i]![k]! * x[k]!;
      x[i] = sum / lower[i]![i]!;
    }
    for (let i = n - 1; i >= 0; i--) {
      let sum = x[i]!;
      for (let k = i + 1; k < n; k++) sum -= lower[k]![i]! * x[k]!;
      x[i] = sum / lower[i]![i]!;
    }
    for (let i = 0; i < n; i++) inverse[i]![c] = x[i]! * scale[i]! * scale[c]!;
  }
  return inverse;
}
