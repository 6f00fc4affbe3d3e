/**
 * Undo the PackBits runs of one RLE segment.
 * @returns number of bytes written
 */
function unpackSegment(source: Uint8Array, out: Uint8Array): number {
  let read = 0;
  let written = 0;
  while (read < source.length && written < out.length) {
    const code = source[read++]!;
    if (code < 128) {
      for (let n = 0; n <= code && written < out.length && read < source.length; n++)
        out[written++] = source[read++]!;
    } else if (code > 128) {
      const value = source[read++]!;
      for (let n = 0; n < 257 - code && written < out.length; n++) out[written++] = value;
    }
  }
  return written;
}

/**
 * Decode one frame of RLE Lossless: one segment per byte of the sample, most significant byte first.
 * @param bytesPerSample - 1, 2 or 4
 * @returns little-endian samples, or undefined if the fragment does not hold them all
 * @source DICOM PS3.5 annex G
 */
export function decodeRleFrame(
  fragment: Uint8Array,
  sampleCount: number,
  bytesPerSample: number,
): Uint8Array | undefined {
  if (fragment.length < 64) return undefined;
  const header = new DataView(fragment.buffer, fragment.byteOffset, 64);
  if (header.getUint32(0, true) !== bytesPerSample) return undefined;
  const out = new Uint8Array(sampleCount * bytesPerSample);
  const plane = new Uint8Array(sampleCount);
  for (let segment = 0; segment < bytesPerSample; segment++) {
    const start = header.getUint32(4 + 4 * segment, true);
    const end = segment + 1 < bytesPerSample ? header.getUint32(8 + 4 * segment, true) : fragment.length;
    if (start > end || unpackSegment(fragment.subarray(start, end), plane) !== sampleCount) return undefined;
    const place = bytesPerSample - 1 - segment;
    for (let n = 0; n < sampleCount; n++) out[n * bytesPerSample + place] = plane[n]!;
  }
  return out;
}
