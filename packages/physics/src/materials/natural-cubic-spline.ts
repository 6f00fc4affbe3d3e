/**
 * Second derivatives of the cubic spline through (x, y) whose second derivative is zero at both ends.
 * @param x - strictly increasing, two points or more
 * @returns one number per point
 * @source the tridiagonal system of any text on splines, solved by elimination (Thomas)
 */
export function splineSecondDerivatives(x: readonly number[], y: readonly number[]): Float64Array {
  const n = x.length;
  const second = new Float64Array(n);
  const work = new Float64Array(n);
  for (let i = 1; i < n - 1; i++) {
    const share = (x[i]! - x[i - 1]!) / (x[i + 1]! - x[i - 1]!);
    const p = share * second[i - 1]! + 2;
    second[i] = (share - 1) / p;
    const slopes = (y[i + 1]! - y[i]!) / (x[i + 1]! - x[i]!) - (y[i]! - y[i - 1]!) / (x[i]! - x[i - 1]!);
    work[i] = ((6 * slopes) / (x[i + 1]! - x[i - 1]!) - share * work[i - 1]!) / p;
  }
  second[n - 1] = 0;
  for (let i = n - 2; i >= 0; i--) second[i] = second[i]! * second[i + 1]! + work[i]!;
  return second;
}

/** The spline at t; outside the points it goes on as a straight line. */
export function splineAt(
  x: readonly number[],
  y: readonly number[],
  second: Float64Array,
  t: number,
): number {
  const last = x.length - 1;
  let i = 0;
  while (i < last - 1 && x[i + 1]! <= t) i++;
  const h = x[i + 1]! - x[i]!;
  const slope = (y[i + 1]! - y[i]!) / h;
  if (t < x[0]!) return y[0]! + (t - x[0]!) * (slope - (h * (2 * second[0]! + second[1]!)) / 6);
  if (t > x[last]!)
    return y[last]! + (t - x[last]!) * (slope + (h * (2 * second[last]! + second[last - 1]!)) / 6);
  const b = (t - x[i]!) / h;
  const a = 1 - b;
  return (
    a * y[i]! + b * y[i + 1]! + (((a ** 3 - a) * second[i]! + (b ** 3 - b) * second[i + 1]!) * h * h) / 6
  );
}
