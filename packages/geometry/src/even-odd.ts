/**
 * Decompose the region inside a set of closed polygons (even–odd rule) into trapezoids with horizontal bases.
 *
 * A sweep over v: between two successive vertex levels every edge is a straight line from level to level. Where the
 * order of the edges differs between the levels they cross, and the band is cut at the crossings. In a band without
 * crossings the region lies between the 1st and 2nd, the 3rd and 4th edge, and so on. Nested holes, overlapping and
 * self-crossing polygons and keyholes (a cut walked there and back) need no special case.
 *
 * @param polygons - each u0, v0, u1, v1, …; the last point is joined to the first
 * @returns six numbers per trapezoid: low v, high v, left u at low, left u at high, right u at low, right u at high
 */
export function evenOddTrapezoids(polygons: readonly Float64Array[]): Float64Array {
  const edges = risingEdges(polygons);
  const levels = distinctSorted(edges.flatMap((edge) => [edge.lowV, edge.highV]));
  const out: number[] = [];
  let active: Edge[] = [];
  let nextEdge = 0;
  for (let level = 0; level + 1 < levels.length; level++) {
    const low = levels[level]!;
    const high = levels[level + 1]!;
    active = active.filter((edge) => edge.highV > low);
    while (nextEdge < edges.length && edges[nextEdge]!.lowV <= low) active.push(edges[nextEdge++]!);
    sweepBand(active, low, high, out);
  }
  return Float64Array.from(out);
}

/**
 * Area inside a set of closed polygons by the even–odd rule.
 * @param polygons - each u0, v0, u1, v1, …, mm
 * @returns mm²
 */
export function evenOddArea(polygons: readonly Float64Array[]): number {
  const t = evenOddTrapezoids(polygons);
  let area = 0;
  for (let n = 0; n < t.length; n += 6) {
    area += 0.5 * (t[n + 1]! - t[n]!) * (t[n + 4]! - t[n + 2]! + (t[n + 5]! - t[n + 3]!));
  }
  return area;
}

/** An edge that is not horizontal, from its low to its high end. */
interface Edge {
  readonly lowV: number;
  readonly highV: number;
  readonly lowU: number;
  readonly highU: number;
  /** u at the bottom and the top of the band that is being swept. */
  bottom: number;
  top: number;
}

function risingEdges(polygons: readonly Float64Array[]): Edge[] {
  const edges: Edge[] = [];
  for (const p of polygons) {
    const n = p.length >> 1;
    for (let a = 0, b = n - 1; a < n; b = a++) {
      const flips = p[2 * a + 1]! < p[2 * b + 1]!;
      const low = flips ? a : b;
      const high = flips ? b : a;
      const lowV = p[2 * low + 1]!;
      const highV = p[2 * high + 1]!;
      if (lowV === highV) continue;
      edges.push({ lowV, highV, lowU: p[2 * low]!, highU: p[2 * high]!, bottom: 0, top: 0 });
    }
  }
  return edges.sort((a, b) => a.lowV - b.lowV);
}

function distinctSorted(values: number[]): Float64Array {
  const sorted = Float64Array.from(values).sort();
  let n = 0;
  for (const v of sorted) if (n === 0 || v !== sorted[n - 1]) sorted[n++] = v;
  return sorted.subarray(0, n);
}

function uAt(edge: Edge, v: number): number {
  if (v <= edge.lowV) return edge.lowU;
  if (v >= edge.highV) return edge.highU;
  return edge.lowU + ((v - edge.lowV) / (edge.highV - edge.lowV)) * (edge.highU - edge.lowU);
}

function setBand(active: Edge[], low: number, high: number): void {
  for (const edge of active) {
    edge.bottom = uAt(edge, low);
    edge.top = uAt(edge, high);
  }
  active.sort((a, b) => a.bottom - b.bottom || a.top - b.top);
}

/** Cut the band at the crossings of its edges, if there are any, and add the trapezoids of each part. */
function sweepBand(active: Edge[], low: number, high: number, out: number[]): void {
  setBand(active, low, high);
  const cuts: number[] = [];
  for (let a = 0; a < active.length; a++) {
    for (let b = a + 1; b < active.length; b++) {
      const overtakes = active[a]!.top - active[b]!.top;
      if (!(overtakes > 0)) continue;
      const ahead = active[b]!.bottom - active[a]!.bottom;
      const v = low + ((high - low) * ahead) / (ahead + overtakes);
      if (v > low && v < high) cuts.push(v);
    }
  }
  if (cuts.length === 0) {
    addTrapezoids(active, low, high, out);
    return;
  }
  const levels = distinctSorted([low, ...cuts, high]);
  for (let n = 0; n + 1 < levels.length; n++) {
    const bottom = levels[n]!;
    const top = levels[n + 1]!;
    setBand(active, bottom, top);
    // Edges that meet at a cut have equal u there only up to rounding: order them at the middle.
    active.sort((a, b) => a.bottom + a.top - (b.bottom + b.top));
    addTrapezoids(active, bottom, top, out);
  }
}

function addTrapezoids(active: readonly Edge[], low: number, high: number, out: number[]): void {
  for (let n = 0; n + 1 < active.length; n += 2) {
    const left = active[n]!;
    const right = active[n + 1]!;
    if (left.bottom === right.bottom && left.top === right.top) continue;
    out.push(low, high, left.bottom, left.top, right.bottom, right.top);
  }
}
