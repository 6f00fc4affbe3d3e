import { uniformStream } from "@isodose/core";

/**
 * Noise of a magnitude image, added in place: both channels of the receiver get normal noise.
 *
 *   S' = √((S + n₁)² + n₂²),   n₁, n₂ ~ N(0, σ)
 *
 * Bright signals get noise of standard deviation σ, air a mean of σ √(π/2).
 *
 * @param signal - ≥ 0
 * @param sigma - σ, in the unit of the signal, ≥ 0; 0 leaves all as it is
 * @param seed - same seed and stream, same noise
 * @source Gudbjartsson, Patz, Magn. Reson. Med. 34 (1995) 910, doi:10.1002/mrm.1910340618; normal numbers by Box, Muller, Ann.
 * Math. Stat. 29 (1958) 610, doi:10.1214/aoms/1177706645
 */
export function addRicianNoise(signal: Float32Array, sigma: number, seed: number, stream: number): void {
  if (sigma === 0) return;
  const uniform = uniformStream(seed, stream);
  for (let n = 0; n < signal.length; n++) {
    const radius = sigma * Math.sqrt(-2 * Math.log(uniform()));
    const angle = 2 * Math.PI * uniform();
    const real = signal[n]! + radius * Math.cos(angle);
    const imaginary = radius * Math.sin(angle);
    signal[n] = Math.sqrt(real * real + imaginary * imaginary);
  }
}
