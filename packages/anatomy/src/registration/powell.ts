/** What {@link minimizePowell} found. */
export interface PowellResult {
  readonly parameters: Float64Array;
  readonly value: number;
  /** Rounds of line searches, one along each direction. */
  readonly iterations: number;
  readonly evaluations: number;
  readonly converged: boolean;
}

export interface PowellOptions {
  /** First step along each parameter, in its unit. */
  readonly step: number;
  /** The search ends when a round moves the parameters by less than this. */
  readonly tolerance: number;
  readonly maxIterations: number;
  /** Called after every line search: the place to let events run, or to stop by throwing. */
  readonly afterLine?: (iteration: number) => Promise<void>;
}

const GOLDEN = (3 - Math.sqrt(5)) / 2;

/**
 * Smallest value of a function near a start, without derivatives: line searches along a set of directions that turns
 * towards the valleys of the function.
 * @param start - not changed
 * @source Powell, The Computer Journal 7 (1964) 155, doi:10.1093/comjnl/7.2.155; Brent, Algorithms for Minimization without
 * Derivatives (1973), chapter 5
 */
export async function minimizePowell(
  f: (parameters: Float64Array) => number,
  start: ArrayLike<number>,
  { step, tolerance, maxIterations, afterLine }: PowellOptions,
): Promise<PowellResult> {
  const n = start.length;
  const x = Float64Array.from(start);
  const trial = new Float64Array(n);
  let evaluations = 0;
  const valueAlong = (direction: Float64Array, t: number): number => {
    for (let a = 0; a < n; a++) trial[a] = x[a]! + t * direction[a]!;
    evaluations++;
    return f(trial);
  };
  const moveAlong = (direction: Float64Array, t: number): void => {
    for (let a = 0; a < n; a++) x[a]! += t * direction[a]!;
  };
  const directions = Array.from({ length: n }, (_, a) => {
    const direction = new Float64Array(n);
    direction[a] = 1;
    return direction;
  });
  let value = f(x);
  evaluations++;
  let reach = step;
  for (let iteration = 1; iteration <= maxIterations; iteration++) {
    const before = Float64Array.from(x);
    const valueBefore = value;
    let largestDrop = 0;
    let largest = 0;
    for (const [d, direction] of directions.entries()) {
      const line = searchLine((t) => valueAlong(direction, t), value, reach, tolerance / 2);
      if (value - line.value > largestDrop) {
        largestDrop = value - line.value;
        largest = d;
      }
      moveAlong(direction, line.t);
      value = line.value;
      await afterLine?.(iteration);
    }
    const moved = Math.hypot(...x.map((c, a) => c - before[a]!));
    if (moved < tolerance)
      return { parameters: x, value, iterations: iteration, evaluations, converged: true };
    // Powell's rule: take the round's whole move as a new direction only where the function still falls along it and the
    // old directions stay independent.
    const average = x.map((c, a) => (c - before[a]!) / moved);
    const extrapolated = valueAlong(average, moved);
    const fall =
      2 * (valueBefore - 2 * value + extrapolated) * (valueBefore - value - largestDrop) ** 2 -
      largestDrop * (valueBefore - extrapolated) ** 2;
    if (extrapolated < valueBefore && fall < 0) {
      const line = searchLine((t) => valueAlong(average, t), value, reach, tolerance / 2);
      moveAlong(average, line.t);
      value = line.value;
      directions[largest] = directions[n - 1]!;
      directions[n - 1] = average;
    }
    reach = Math.max(2 * tolerance, Math.min(reach, moved));
  }
  return { parameters: x, value, iterations: maxIterations, evaluations, converged: false };
}

/** Smallest value along a line: steps outward until it rises, then Brent's parabolas and golden sections. */
function searchLine(
  f: (t: number) => number,
  atZero: number,
  step: number,
  tolerance: number,
): { t: number; value: number } {
  let [low, middle, high] = [-step, 0, step];
  let [fLow, fMiddle, fHigh] = [f(low), atZero, f(high)];
  for (let n = 0; n < 12 && (fLow < fMiddle || fHigh < fMiddle); n++) {
    if (fHigh < fMiddle && fHigh <= fLow) {
      [low, fLow, middle, fMiddle] = [middle, fMiddle, high, fHigh];
      high = middle + 1.6 * (middle - low);
      fHigh = f(high);
    } else {
      [high, fHigh, middle, fMiddle] = [middle, fMiddle, low, fLow];
      low = middle - 1.6 * (high - middle);
      fLow = f(low);
    }
  }
  // Best, second best and the one before, as in Brent's method.
  let [x, w, v] = [middle, middle, middle];
  let [fx, fw, fv] = [fMiddle, fMiddle, fMiddle];
  let last = 0;
  let beforeLast = high - low;
  for (let n = 0; n < 40; n++) {
    const centre = (low + high) / 2;
    if (Math.abs(x - centre) <= 2 * tolerance - (high - low) / 2) break;
    let move = Number.NaN;
    const r = (x - w) * (fx - fv);
    const q = (x - v) * (fx - fw);
    const p = (x - v) * q - (x - w) * r;
    const parabola = p / (2 * (r - q));
    const fits = Math.abs(parabola) < Math.abs(beforeLast) / 2 && x + parabola > low && x + parabola < high;
    if (fits) {
      beforeLast = last;
      move = parabola;
    } else {
      beforeLast = x < centre ? high - x : low - x;
      move = GOLDEN * beforeLast;
    }
    if (Math.abs(move) < tolerance) move = move >= 0 ? tolerance : -tolerance;
    last = move;
    const u = x + move;
    const fu = f(u);
    if (fu <= fx) {
      if (u >= x) low = x;
      else high = x;
      [v, fv, w, fw, x, fx] = [w, fw, x, fx, u, fu];
    } else {
      if (u < x) low = u;
      else high = u;
      if (fu <= fw || w === x) [v, fv, w, fw] = [w, fw, u, fu];
      else if (fu <= fv || v === x || v === w) [v, fv] = [u, fu];
    }
  }
  return fx <= atZero ? { t: x, value: fx } : { t: 0, value: atZero };
}
