import { UnsupportedError } from "@isodose/core";

/** Bytes that numpy leaves for the first length to grow to, so that it can be rewritten in place. */
const GROWTH_DIGITS = 21;
const ALIGNMENT = 64;
/** "\x93NUMPY", version 1.0. */
const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0] as const;

/**
 * Header of a .npy file as numpy ≥ 1.23 writes it, byte for byte.
 * @param descr - type of the numbers, e.g. "<f4"
 * @param shape - C order
 * @source numpy.lib.format, version 1.0
 */
export function npyHeader(descr: string, shape: readonly number[]): Uint8Array {
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(", ")})`;
  const growth = shape.length > 0 ? " ".repeat(GROWTH_DIGITS - String(shape[0]).length) : "";
  const text = `{'descr': '${descr}', 'fortran_order': False, 'shape': ${tuple}, }${growth}`;
  const start = MAGIC.length + 2;
  const length = Math.ceil((start + text.length + 1) / ALIGNMENT) * ALIGNMENT;
  const bytes = new Uint8Array(length).fill(0x20);
  bytes.set(MAGIC);
  new DataView(bytes.buffer).setUint16(MAGIC.length, length - start, true);
  bytes.set(new TextEncoder().encode(text), start);
  bytes[length - 1] = 0x0a;
  return bytes;
}

/** What a .npy header says. */
export interface NpyHeader {
  readonly descr: string;
  readonly shape: readonly number[];
  /** Where the numbers begin. */
  readonly length: number;
}

/**
 * Read a .npy header.
 * @param bytes - from its beginning, the whole header at least
 * @param name - in messages
 * @throws UnsupportedError if it is none, or of more than one dimension in Fortran order
 */
export function readNpyHeader(bytes: Uint8Array, name: string): NpyHeader {
  const isNpy = bytes.length > 12 && MAGIC.slice(0, 6).every((b, n) => bytes[n] === b);
  if (!isNpy)
    throw new UnsupportedError(`${name} without the header of a .npy file`, "numpy's format is read");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const start = bytes[6] === 1 ? 10 : 12;
  const length = start + (bytes[6] === 1 ? view.getUint16(8, true) : view.getUint32(8, true));
  const text = new TextDecoder("latin1").decode(bytes.subarray(start, length));
  const descr = /'descr':\s*'([^']+)'/.exec(text)?.[1];
  const shape = /'shape':\s*\(([^)]*)\)/.exec(text)?.[1];
  if (descr === undefined || shape === undefined)
    throw new UnsupportedError(`${name} with the header ${text.trim()}`, "numbers of one type are read");
  const sizes = shape.split(",").flatMap((s) => (s.trim() === "" ? [] : [Number(s)]));
  if (/'fortran_order':\s*True/.test(text) && sizes.length > 1)
    throw new UnsupportedError(`${name} in Fortran order`, "C order is read");
  return { descr, shape: sizes, length };
}
