/** Stretches of one row that lie inside the polygons: u from crossings[2 n] to crossings[2 n + 1]. */
export interface ScannedRows {
  readonly firstRowV: number;
  readonly rowHeight: number;
  /** Per row: the sorted u of the edges that its middle line crosses, an even number of them. */
  readonly crossings: readonly Float64Array[];
}

/**
 * Cut polygons into rows by the even–odd rule: inside is where the middle line of a row has crossed an odd number of
 * edges. Nested, overlapping and keyhole polygons need no special care.
 * @param polygons - closed, as u0, v0, u1, v1, …
 * @param rowHeight - wanted height of a row, > 0; the rows divide the extent of the polygons evenly
 * @param minRows - at least so many rows
 */
export function scanPolygons(
  polygons: readonly Float64Array[],
  rowHeight: number,
  minRows: number,
): ScannedRows {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const polygon of polygons) {
    for (let n = 1; n < polygon.length; n += 2) {
      low = Math.min(low, polygon[n]!);
      high = Math.max(high, polygon[n]!);
    }
  }
  if (!(high > low)) return { firstRowV: 0, rowHeight: 0, crossings: [] };
  const rows = Math.max(minRows, Math.ceil((high - low) / rowHeight));
  const height = (high - low) / rows;
  const firstRowV = low + height / 2;
  const crossings: number[][] = Array.from({ length: rows }, () => []);
  for (const polygon of polygons) {
    let u0 = polygon[polygon.length - 2]!;
    let v0 = polygon[polygon.length - 1]!;
    for (let n = 0; n < polygon.length; n += 2) {
      const u1 = polygon[n]!;
      const v1 = polygon[n + 1]!;
      if (v0 !== v1) {
        // Rows whose middle line v satisfies min(v0, v1) ≤ v < max(v0, v1): half open, so that a vertex counts once.
        const first = Math.max(0, Math.ceil((Math.min(v0, v1) - firstRowV) / height));
        const last = Math.min(rows, Math.ceil((Math.max(v0, v1) - firstRowV) / height));
        const slope = (u1 - u0) / (v1 - v0);
        for (let row = first; row < last; row++)
          crossings[row]!.push(u0 + slope * (firstRowV + row * height - v0));
      }
      u0 = u1;
      v0 = v1;
    }
  }
  return { firstRowV, rowHeight: height, crossings: crossings.map((list) => Float64Array.from(list).sort()) };
}

/** Even–odd: is the point (u, v) inside the polygons? */
export function insidePolygons(polygons: readonly Float64Array[], u: number, v: number): boolean {
  let inside = false;
  for (const polygon of polygons) {
    let u0 = polygon[polygon.length - 2]!;
    let v0 = polygon[polygon.length - 1]!;
    for (let n = 0; n < polygon.length; n += 2) {
      const u1 = polygon[n]!;
      const v1 = polygon[n + 1]!;
      if (v0 <= v !== v1 <= v && u < u0 + ((u1 - u0) * (v - v0)) / (v1 - v0)) inside = !inside;
      u0 = u1;
      v0 = v1;
    }
  }
  return inside;
}
