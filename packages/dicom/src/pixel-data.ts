import { DicomFormatError } from "@isodose/core";
import { bytesOf, decimalOf, hasElement, unsignedShortOf } from "./element.ts";
import type { DicomObject } from "./parse-dicom.ts";
import { decodeRleFrame } from "./rle.ts";
import { TRANSFER_SYNTAX } from "./transfer-syntax.ts";

/** Layout of the pixel data, from the image pixel module. */
export interface PixelLayout {
  readonly rows: number;
  readonly columns: number;
  readonly frames: number;
  readonly bitsAllocated: number;
  readonly bitsStored: number;
  readonly signed: boolean;
}

/**
 * @throws DicomFormatError TRUNCATED if there are no pixels at all, PIXEL_FORMAT for what is not one grey sample of 8, 16 or
 * 32 bits
 */
export function pixelLayout({ root, file }: DicomObject): PixelLayout {
  if (!hasElement(root, "7FE00010")) {
    throw new DicomFormatError(file, "TRUNCATED", "has no PixelData (7FE0,0010)", "an image with its pixels");
  }
  const rows = unsignedShortOf(root, "00280010") ?? 0;
  const columns = unsignedShortOf(root, "00280011") ?? 0;
  const bitsAllocated = unsignedShortOf(root, "00280100") ?? 0;
  const bitsStored = unsignedShortOf(root, "00280101") ?? bitsAllocated;
  const highBit = unsignedShortOf(root, "00280102") ?? bitsStored - 1;
  const samples = unsignedShortOf(root, "00280002") ?? 1;
  const fits = samples === 1 && rows > 0 && columns > 0 && [8, 16, 32].includes(bitsAllocated);
  if (!fits || bitsStored < 1 || bitsStored > bitsAllocated || highBit !== bitsStored - 1) {
    throw new DicomFormatError(
      file,
      "PIXEL_FORMAT",
      `pixels are ${columns} × ${rows}, ${samples} samples, ${bitsStored} of ${bitsAllocated} bits, high bit ${highBit}`,
      "one sample per pixel of 8, 16 or 32 bits allocated, stored from bit 0",
    );
  }
  const frames = decimalOf(root, "00280008") ?? 1;
  return {
    rows,
    columns,
    frames,
    bitsAllocated,
    bitsStored,
    signed: unsignedShortOf(root, "00280103") === 1,
  };
}

/**
 * Bytes of the pixels, little endian, decompressed; undefined if an RLE frame is cut or missing.
 * @source DICOM PS3.5 section 7.3 and annex D (byte order of OW)
 */
function littleEndianPixels(object: DicomObject, layout: PixelLayout): Uint8Array | undefined {
  const bytesPerSample = layout.bitsAllocated / 8;
  if (object.transferSyntaxUid === TRANSFER_SYNTAX.rleLossless) {
    const element = object.root.dataSet.elements.x7fe00010!;
    const fragments = element.fragments ?? [];
    if (fragments.length !== layout.frames) return undefined;
    const all = object.root.dataSet.byteArray as Uint8Array;
    const frameLength = layout.rows * layout.columns * bytesPerSample;
    const out = new Uint8Array(frameLength * layout.frames);
    for (const [index, { position, length }] of fragments.entries()) {
      const frame = decodeRleFrame(
        all.subarray(position, position + length),
        layout.rows * layout.columns,
        bytesPerSample,
      );
      if (frame === undefined) return undefined;
      out.set(frame, index * frameLength);
    }
    return out;
  }
  const raw = bytesOf(object.root, "7FE00010");
  if (object.transferSyntaxUid !== TRANSFER_SYNTAX.explicitBigEndian || bytesPerSample === 1) return raw;
  // OW is a string of 16-bit words: only the bytes of a word are swapped, a 32-bit pixel keeps its low word first.
  const swapped = new Uint8Array(raw.length);
  for (let n = 0; n + 1 < raw.length; n += 2) {
    swapped[n] = raw[n + 1]!;
    swapped[n + 1] = raw[n]!;
  }
  return swapped;
}

/**
 * Stored values of all frames, masked to BitsStored and signed as PixelRepresentation says.
 * @returns length frames · rows · columns, x fastest
 * @throws DicomFormatError TRUNCATED, FRAME_COUNT
 */
export function readStoredValues(object: DicomObject, layout: PixelLayout): Float64Array {
  const { rows, columns, frames, bitsAllocated, bitsStored, signed } = layout;
  const frameBytes = (rows * columns * bitsAllocated) / 8;
  const expected = frameBytes * frames;
  const bytes = littleEndianPixels(object, layout);
  const found = bytes?.length ?? 0;
  // An odd length carries one byte of padding.
  if (bytes === undefined || (found !== expected && found !== expected + (expected % 2))) {
    const wholeFrames =
      bytes !== undefined && found > 0 && found % frameBytes === 0 && (frames > 1 || found > expected);
    throw new DicomFormatError(
      object.file,
      wholeFrames ? "FRAME_COUNT" : "TRUNCATED",
      bytes === undefined ? "RLE pixel data are cut short" : `has ${found} bytes of pixels`,
      `${expected} bytes (${columns} × ${rows}, ${frames} frame${frames === 1 ? "" : "s"}, ${bitsAllocated} bits)`,
    );
  }
  const count = rows * columns * frames;
  const out = new Float64Array(count);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const unused = 32 - bitsStored;
  const bytesPerSample = bitsAllocated / 8;
  for (let n = 0; n < count; n++) {
    const at = n * bytesPerSample;
    const word =
      bytesPerSample === 2
        ? view.getUint16(at, true)
        : bytesPerSample === 4
          ? view.getUint32(at, true)
          : view.getUint8(at);
    // Shifting up and down again drops the bits above BitsStored and spreads, or not, the sign.
    out[n] = signed ? (word << unused) >> unused : (word << unused) >>> unused;
  }
  return out;
}
