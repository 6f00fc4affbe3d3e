import type { DoseSamples } from "./dose-samples.ts";

/** Points of a cumulative curve, joined by straight lines. */
export interface CumulativeCurve {
  readonly doseGy: Float64Array;
  readonly volumeMm3AtLeast: Float64Array;
}

/** Spreads narrower than this part of a bin count as one single dose: their slope would only add rounding. */
const NARROWEST_SPREAD_BINS = 1e-3;

/**
 * Cumulative histogram of samples, each spread evenly over [dose − halfWidth, dose + halfWidth], cut to [minGy, maxGy].
 *
 *   V(x) = Σ w · min(1, max(0, (b − x) / (b − a)))
 *
 * at the edges of the bins, exactly: each sample adds two changes of slope, so a sample costs the same whatever the
 * number of bins that it spans.
 * @param minGy - dose below which nothing lies
 * @param maxGy - dose above which nothing lies, ≥ minGy
 * @param bins - number of bins between, ≥ 1
 */
export function cumulativeHistogram(
  samples: DoseSamples,
  minGy: number,
  maxGy: number,
  bins: number,
): CumulativeCurve {
  const n = maxGy > minGy ? bins : 0;
  const binGy = n > 0 ? (maxGy - minGy) / n : 1;
  const jump = new Float64Array(n + 2);
  const slope = new Float64Array(n + 2);
  let total = 0;
  for (let s = 0; s < samples.count; s++) {
    const w = samples.volumeMm3[s]!;
    const d = samples.doseGy[s]!;
    const half = samples.halfWidthGy[s]!;
    const ta = Math.min(n, Math.max(0, (d - half - minGy) / binGy));
    const tb = Math.min(n, Math.max(0, (d + half - minGy) / binGy));
    total += w;
    if (tb - ta < NARROWEST_SPREAD_BINS) {
      jump[Math.floor((ta + tb) / 2) + 1]! += w;
      continue;
    }
    const density = w / (tb - ta);
    const ja = Math.floor(ta) + 1;
    const jb = Math.floor(tb) + 1;
    jump[ja]! += density * (ja - ta);
    slope[ja]! += density;
    jump[jb]! -= density * (jb - tb);
    slope[jb]! -= density;
  }
  const doses: number[] = minGy > 0 ? [0] : [];
  const volumes: number[] = minGy > 0 ? [total] : [];
  let below = 0;
  let density = 0;
  let atLeast = total;
  for (let j = 0; j <= n; j++) {
    below += density + jump[j]!;
    density += slope[j]!;
    atLeast = Math.min(atLeast, Math.max(0, total - below));
    doses.push(j === n ? maxGy : minGy + j * binGy);
    volumes.push(atLeast);
  }
  // A finite volume at exactly the maximum (a plateau, or a uniform dose): the curve falls to zero just above it.
  if (atLeast > 1e-9 * total) {
    doses.push(maxGy + Math.max(1e-9 * Math.abs(maxGy), 1e-12));
    volumes.push(0);
  } else {
    volumes[volumes.length - 1] = 0;
  }
  return { doseGy: Float64Array.from(doses), volumeMm3AtLeast: Float64Array.from(volumes) };
}
