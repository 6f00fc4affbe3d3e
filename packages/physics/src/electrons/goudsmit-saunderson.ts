import type { Material } from "@isodose/core";
import { scatteringMoments } from "./elastic-scattering.ts";

/** Terms of the series; e^{−s G_l} has died out long before for any useful step. */
const TERMS = 600;
/** Nodes at which the distribution is summed before it is inverted. */
const NODES = 512;

/** Probability of μ = (1 − cos θ)/2 ≤ `mu`, from the coefficients a_l = e^{−s G_l} − e^{−s G_∞}. */
function cumulative(coefficients: Float64Array, count: number, delta: number, mu: number): number {
  const c = 1 - 2 * mu;
  // ∫_c^1 (l + ½) P_l = ½ (P_{l−1}(c) − P_{l+1}(c)); for l = 0: (1 − c)/2.
  let sum = ((1 - c) / 2) * coefficients[0];
  let before = 1;
  let here = c;
  for (let l = 1; l < count; l++) {
    const after = ((2 * l + 1) * c * here - l * before) / (l + 1);
    sum += 0.5 * coefficients[l] * (before - after);
    before = here;
    here = after;
  }
  return sum + delta;
}

/**
 * Angles of multiple scattering after a path of given strength, as quantiles: Goudsmit and Saunderson's series
 *
 *   F(cos θ) = Σ (l + ½) e^{−s G_l} P_l(cos θ),   s = K / G₁
 *
 * with the part that has not scattered at all (e^{−s G_∞}) at θ = 0. The quantiles are of u = (1 + a) μ / (μ + a), μ = (1 − cos θ)/2,
 * where a makes the median ½: nearly linear, tail included, so that few of them do.
 *
 * @param strength - K, path in transport mean free paths, > 0; ⟨cos θ⟩ = e^{−K}
 * @param cutMeV - energy loss above which collisions are made one by one, see {@link scatteringMoments}
 * @param out - length n + 2, overwritten: a, then u at the probabilities 0, 1/n … 1
 * @source S. Goudsmit, J. L. Saunderson, Phys. Rev. 57 (1940) 24, doi:10.1103/PhysRev.57.24
 */
export function fillScatteringQuantiles(
  material: Material,
  energyMeV: number,
  strength: number,
  cutMeV: number,
  out: Float64Array,
): void {
  const { moments, total } = scatteringMoments(material, energyMeV, cutMeV, TERMS);
  const path = strength / moments[1];
  const delta = Math.exp(-path * total);
  const coefficients = new Float64Array(TERMS);
  let count = TERMS;
  for (let l = 0; l < TERMS; l++) {
    coefficients[l] = Math.exp(-path * moments[l]) - delta;
    if (l > 0 && l * coefficients[l] < 1e-9) {
      count = l + 1;
      break;
    }
  }
  let low = 0;
  let high = 1;
  for (let step = 0; step < 50; step++) {
    const middle = (low + high) / 2;
    if (cumulative(coefficients, count, delta, middle) < 0.5) low = middle;
    else high = middle;
  }
  // A median beyond 1/3 is nearly isotropic: a large a leaves u = μ.
  const a = low < 1 / 3 ? low / (1 - 2 * low) : 1e3;
  const n = out.length - 2;
  out[0] = a;
  out[1] = 0;
  out[n + 1] = 1;
  let u0 = 0;
  let p0 = 0;
  let j = 1;
  for (let i = 1; i <= NODES && j < n; i++) {
    const u1 = i / NODES;
    const p1 =
      i === NODES ? 1 : Math.max(p0, cumulative(coefficients, count, delta, (a * u1) / (1 + a - u1)));
    while (j < n && j / n <= p1) {
      out[1 + j] = u0 + ((j / n - p0) / (p1 - p0)) * (u1 - u0);
      j++;
    }
    u0 = u1;
    p0 = p1;
  }
}
