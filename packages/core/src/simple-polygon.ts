/** A corner, mm. */
export type Corner = readonly [number, number];

/** Corners nearer to a side than this lie on it, mm. */
const ON_LINE_MM = 1e-6;

/** Distance of p from the line through a and b, mm, positive to its left; 0 if they are as good as on it. */
function side(a: Corner, b: Corner, p: Corner): number {
  const x = b[0] - a[0];
  const y = b[1] - a[1];
  const distance = (x * (p[1] - a[1]) - y * (p[0] - a[0])) / Math.hypot(x, y);
  return Math.abs(distance) < ON_LINE_MM ? 0 : distance;
}

/** Does p, on the line through a and b, lie between them? */
function isBetween(a: Corner, b: Corner, p: Corner): boolean {
  const t = (p[0] - a[0]) * (b[0] - a[0]) + (p[1] - a[1]) * (b[1] - a[1]);
  return t >= 0 && t <= (b[0] - a[0]) ** 2 + (b[1] - a[1]) ** 2;
}

function isCrossing(a: Corner, b: Corner, c: Corner, d: Corner): boolean {
  return side(a, b, c) * side(a, b, d) < 0 && side(c, d, a) * side(c, d, b) < 0;
}

function isTouching(a: Corner, b: Corner, c: Corner, d: Corner): boolean {
  if (isCrossing(a, b, c, d)) return true;
  return (
    (side(a, b, c) === 0 && isBetween(a, b, c)) ||
    (side(a, b, d) === 0 && isBetween(a, b, d)) ||
    (side(c, d, a) === 0 && isBetween(c, d, a)) ||
    (side(c, d, b) === 0 && isBetween(c, d, b))
  );
}

/** What is wrong with a polygon, in words; undefined if its sides meet at their common corners only. */
export function faultOfPolygon(polygon: readonly Corner[]): string | undefined {
  const n = polygon.length;
  if (n < 3) return `at least 3 corners, it has ${n}`;
  for (let i = 0; i < n; i++) {
    const a = polygon[i]!;
    const b = polygon[(i + 1) % n]!;
    if (!(a.length === 2 && a.every(Number.isFinite))) return `two finite numbers, mm, at corner ${i}`;
    if (a[0] === b[0] && a[1] === b[1]) return `corners that differ, ${i} and ${(i + 1) % n} are one`;
  }
  for (let i = 0; i < n; i++) {
    const a = polygon[i]!;
    const b = polygon[(i + 1) % n]!;
    const next = polygon[(i + 2) % n]!;
    const folds =
      side(a, b, next) === 0 && (next[0] - b[0]) * (a[0] - b[0]) + (next[1] - b[1]) * (a[1] - b[1]) > 0;
    if (folds) return `sides that do not fold back, as at corner ${(i + 1) % n}`;
    for (let j = i + 2; j < n; j++) {
      if (i === 0 && j === n - 1) continue;
      if (isTouching(a, b, polygon[j]!, polygon[(j + 1) % n]!))
        return `sides that do not cross or touch, ${i} and ${j} do`;
    }
  }
  return undefined;
}

/** Do the insides of two simple polygons meet? Common sides and corners do not count. */
export function isOverlapping(p: readonly Corner[], q: readonly Corner[]): boolean {
  const [pBox, qBox] = [boxOf(p), boxOf(q)];
  for (const axis of [0, 1] as const) {
    if (pBox.low[axis] >= qBox.high[axis] || qBox.low[axis] >= pBox.high[axis]) return false;
  }
  for (let i = 0; i < p.length; i++) {
    for (let j = 0; j < q.length; j++) {
      if (isCrossing(p[i]!, p[(i + 1) % p.length]!, q[j]!, q[(j + 1) % q.length]!)) return true;
    }
  }
  return hasPointInside(p, q) || hasPointInside(q, p);
}

/** Smallest box around corners. */
export function boxOf(polygon: readonly Corner[]): { low: [number, number]; high: [number, number] } {
  const low: [number, number] = [Infinity, Infinity];
  const high: [number, number] = [-Infinity, -Infinity];
  for (const corner of polygon) {
    for (const axis of [0, 1] as const) {
      low[axis] = Math.min(low[axis], corner[axis]);
      high[axis] = Math.max(high[axis], corner[axis]);
    }
  }
  return { low, high };
}

/** Area inside a simple polygon (shoelace), mm². */
export function polygonAreaMm2(polygon: readonly Corner[]): number {
  let twice = 0;
  polygon.forEach((a, i) => {
    const b = polygon[(i + 1) % polygon.length]!;
    twice += a[0] * b[1] - b[0] * a[1];
  });
  return Math.abs(twice) / 2;
}

/** Is a corner, the middle of a side or one point of the inside of p well inside q? Enough where no sides cross. */
function hasPointInside(p: readonly Corner[], q: readonly Corner[]): boolean {
  const middles = p.map((a, i): Corner => {
    const b = p[(i + 1) % p.length]!;
    return [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];
  });
  return [...p, ...middles, pointInside(p)].some((point) => isInside(point, q));
}

/** Some point inside: the middle of the first run of a line between two heights of corners. */
function pointInside(p: readonly Corner[]): Corner {
  const heights = [...new Set(p.map((corner) => corner[1]))].sort((a, b) => a - b);
  const y = (heights[0]! + heights[1]!) / 2;
  const xs: number[] = [];
  p.forEach((a, i) => {
    const b = p[(i + 1) % p.length]!;
    if (a[1] > y !== b[1] > y) xs.push(a[0] + ((y - a[1]) / (b[1] - a[1])) * (b[0] - a[0]));
  });
  xs.sort((a, b) => a - b);
  return [(xs[0]! + xs[1]!) / 2, y];
}

function isInside(point: Corner, q: readonly Corner[]): boolean {
  let inside = false;
  for (let i = 0; i < q.length; i++) {
    const a = q[i]!;
    const b = q[(i + 1) % q.length]!;
    if (side(a, b, point) === 0 && isBetween(a, b, point)) return false;
    const isLeft =
      a[1] > point[1] !== b[1] > point[1] &&
      point[0] < a[0] + ((point[1] - a[1]) / (b[1] - a[1])) * (b[0] - a[0]);
    if (isLeft) inside = !inside;
  }
  return inside;
}
