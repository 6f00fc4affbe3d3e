import type { PatientPoint, Vec3 } from "@isodose/core";
import { box, ellipsoid, type Solid, sphere } from "@isodose/geometry";

/** A smooth convex shape whose offset surfaces are known: x + D n(x) is exactly D away. */
export interface SmoothShape {
  readonly name: string;
  readonly solid: (centre: PatientPoint) => Solid;
  /** Point and outward unit normal, relative to the centre, for a direction. */
  readonly surface: (direction: Vec3) => { readonly point: Vec3; readonly normal: Vec3 };
  /** Signed distance of a point relative to the centre, mm, and the outward normal at its foot. */
  readonly distance: (p: Vec3) => { readonly distanceMm: number; readonly normal: Vec3 };
  readonly semiAxesMm: Vec3;
}

export function ellipsoidShape(name: string, semiAxesMm: Vec3): SmoothShape {
  const [a, b, c] = semiAxesMm;
  const round = a === b && b === c;
  return {
    name,
    semiAxesMm,
    distance: (p) => ellipsoidDistance(semiAxesMm, p),
    solid: (centre) => (round ? sphere(centre, a) : ellipsoid(centre, semiAxesMm)),
    surface: (d) => {
      const n: Vec3 = [d[0] / a, d[1] / b, d[2] / c];
      const length = Math.hypot(...n);
      return {
        point: [a * d[0], b * d[1], c * d[2]],
        normal: [n[0] / length, n[1] / length, n[2] / length],
      };
    },
  };
}

/** Volume of an ellipsoid grown by m on all sides, mm³: ∫ over the surface of (x·n + m) dA' / 3, by the midpoint rule. */
export function offsetVolumeMm3({ semiAxesMm: [a, b, c], surface }: SmoothShape, m: number): number {
  const steps = 200;
  const at = (u: number, v: number): Vec3 => {
    const { point, normal } = surface([Math.sin(u) * Math.cos(v), Math.sin(u) * Math.sin(v), Math.cos(u)]);
    return [point[0] + m * normal[0], point[1] + m * normal[1], point[2] + m * normal[2]];
  };
  if (a === b && b === c) return (4 / 3) * Math.PI * (a + m) ** 3;
  let six = 0;
  const volume = (p: Vec3, q: Vec3, r: Vec3) =>
    p[0] * (q[1] * r[2] - q[2] * r[1]) +
    p[1] * (q[2] * r[0] - q[0] * r[2]) +
    p[2] * (q[0] * r[1] - q[1] * r[0]);
  const du = Math.PI / steps;
  for (let i = 0; i < steps; i++) {
    for (let j = 0; j < steps; j++) {
      const [u, v] = [i * du, 2 * j * du];
      const [p, q, r, s] = [at(u, v), at(u + du, v), at(u + du, v + 2 * du), at(u, v + 2 * du)];
      six += volume(p, q, r) + volume(p, r, s);
    }
  }
  return six / 6;
}

/** A box of half sizes h at c, and how far a point is from its surface, mm. */
export function boxShape(centre: PatientPoint, half: Vec3) {
  const min: Vec3 = [centre[0] - half[0], centre[1] - half[1], centre[2] - half[2]];
  const max: Vec3 = [centre[0] + half[0], centre[1] + half[1], centre[2] + half[2]];
  return {
    solid: box(min, max),
    distanceMm: (p: PatientPoint) => {
      const q = [0, 1, 2].map((a) => Math.abs(p[a]! - centre[a]!) - half[a]!);
      const outside = Math.hypot(...q.map((x) => Math.max(0, x)));
      return outside > 0 ? outside : Math.max(...q);
    },
  };
}

/** The foot q of p on an ellipsoid: q_i = a_i² p_i / (t + a_i²) with t so that q lies on it, found by bisection. */
function ellipsoidDistance(semiAxes: Vec3, p: Vec3): { distanceMm: number; normal: Vec3 } {
  const off = (t: number) => semiAxes.reduce((s, a, c) => s + ((a * p[c]!) / (t + a * a)) ** 2, -1);
  let low = -(Math.min(...semiAxes) ** 2) * (1 - 1e-9);
  let high = Math.max(...semiAxes) * (Math.hypot(...p) + Math.max(...semiAxes));
  for (let n = 0; n < 70; n++) {
    const t = (low + high) / 2;
    if (off(t) > 0) low = t;
    else high = t;
  }
  // Near the middle the foot is not unique and t runs into its bound: far inside.
  if (Math.abs(off(low)) > 1e-6) return { distanceMm: Number.NEGATIVE_INFINITY, normal: [0, 0, 1] };
  const q = semiAxes.map((a, c) => (a * a * p[c]!) / (low + a * a));
  const n = q.map((x, c) => x / semiAxes[c]! ** 2);
  const length = Math.hypot(...n);
  const normal = n.map((x) => x / length) as unknown as Vec3;
  const distanceMm = normal.reduce((s, x, c) => s + x * (p[c]! - q[c]!), 0);
  return { distanceMm, normal };
}
