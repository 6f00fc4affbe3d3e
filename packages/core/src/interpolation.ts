/**
 * Index i of the interval of increasing `nodes` that holds x: nodes[i] ≤ x < nodes[i + 1], held to 0 … n − 2.
 */
export function intervalIndex(nodes: ArrayLike<number>, x: number): number {
  let low = 0;
  let high = nodes.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (nodes[middle]! <= x) low = middle;
    else high = middle;
  }
  return low;
}

/** Piecewise linear interpolation; beyond the ends the end value. */
export function interpolateLinear(nodes: ArrayLike<number>, values: ArrayLike<number>, x: number): number {
  const n = nodes.length;
  if (x <= nodes[0]!) return values[0]!;
  if (x >= nodes[n - 1]!) return values[n - 1]!;
  const i = intervalIndex(nodes, x);
  const t = (x - nodes[i]!) / (nodes[i + 1]! - nodes[i]!);
  return values[i]! + t * (values[i + 1]! - values[i]!);
}
