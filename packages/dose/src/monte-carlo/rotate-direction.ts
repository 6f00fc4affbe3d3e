import { nextUniform, type RandomStream } from "./random-stream.ts";

/**
 * A random azimuth as its cosine and sine, without trigonometry: a point in the unit disc, by rejection.
 * @param out - receives cos φ and sin φ
 */
export function sampleAzimuth(random: RandomStream, out: Float64Array): void {
  for (;;) {
    const a = 2 * nextUniform(random) - 1;
    const b = 2 * nextUniform(random) - 1;
    const r2 = a * a + b * b;
    if (r2 > 1 || r2 < 1e-12) continue;
    const scale = 1 / Math.sqrt(r2);
    out[0] = a * scale;
    out[1] = b * scale;
    return;
  }
}

/**
 * Turn a unit vector by θ towards azimuth φ.
 * @param out - receives the new unit vector
 */
export function rotateDirection(
  u: number,
  v: number,
  w: number,
  cosTheta: number,
  cosPhi: number,
  sinPhi: number,
  out: Float64Array,
): void {
  const sinTheta = Math.sqrt(Math.max(0, 1 - cosTheta * cosTheta));
  const a = sinTheta * cosPhi;
  const b = sinTheta * sinPhi;
  const rho2 = u * u + v * v;
  if (rho2 > 1e-16) {
    const rho = Math.sqrt(rho2);
    out[0] = u * cosTheta + (a * u * w - b * v) / rho;
    out[1] = v * cosTheta + (a * v * w + b * u) / rho;
    out[2] = w * cosTheta - a * rho;
  } else {
    out[0] = a;
    out[1] = b;
    out[2] = w > 0 ? cosTheta : -cosTheta;
  }
  // One Newton step keeps the length at 1 over thousands of turns.
  const scale = 1.5 - 0.5 * (out[0] * out[0] + out[1] * out[1] + out[2] * out[2]);
  out[0] *= scale;
  out[1] *= scale;
  out[2] *= scale;
}

/** {@link rotateDirection} to a random azimuth. */
export function turnRandomly(
  random: RandomStream,
  u: number,
  v: number,
  w: number,
  cosTheta: number,
  out: Float64Array,
): void {
  sampleAzimuth(random, out);
  rotateDirection(u, v, w, cosTheta, out[0], out[1], out);
}
