/** 32-bit finalizer of MurmurHash3: every input bit reaches every output bit. */
function mix(h: number): number {
  let x = h ^ (h >>> 16);
  x = Math.imul(x, 0x85ebca6b);
  x ^= x >>> 13;
  x = Math.imul(x, 0xc2b2ae35);
  return (x ^ (x >>> 16)) >>> 0;
}

/**
 * A DICOM UID made from a text: the same text gives the same UID, different texts different ones (128-bit hash).
 *
 *   2.25.<UUID as a decimal number>
 *
 * The hash is four seeded FNV-1a passes, mixed, laid out as a version 8 UUID (RFC 9562: custom). It is no
 * cryptographic hash: it does not hide the text.
 *
 * @returns at most 44 characters
 * @source DICOM PS3.5 B.2 (UUID derived UID); RFC 9562; Fowler, Noll, Vo, FNV-1a 32 bit
 */
export function uidFromText(text: string): string {
  const bytes = new TextEncoder().encode(text);
  let value = 0n;
  let previous = 0;
  for (let word = 0; word < 4; word++) {
    let h = (0x811c9dc5 ^ mix(word * 0x9e3779b9 + previous)) >>> 0;
    for (const byte of bytes) h = Math.imul(h ^ byte, 0x01000193);
    previous = mix(h ^ bytes.length);
    value = (value << 32n) | BigInt(previous);
  }
  const version = 0x8n << 76n;
  const variant = 0x2n << 62n;
  const kept = value & ~(0xfn << 76n) & ~(0x3n << 62n);
  return `2.25.${kept | version | variant}`;
}
