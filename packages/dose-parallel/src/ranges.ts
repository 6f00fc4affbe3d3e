/** Cut 0 … n into at most `count` ranges [from, to) of equal length. */
export function rangesOf(n: number, count: number): (readonly [from: number, to: number])[] {
  const length = Math.ceil(n / count);
  return Array.from({ length: Math.ceil(n / length) }, (_, r) => [r * length, Math.min(n, (r + 1) * length)]);
}
