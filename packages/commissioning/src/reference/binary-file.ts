import { InvalidInputError } from "@isodose/core";

/**
 * Reads a file that a reference case names, by its name beside the case.
 * @throws InputFileError if there is none
 */
export type FileReader = (name: string) => Promise<Uint8Array>;

/** float32, little endian, whatever this machine's order. @throws InvalidInputError if the length is wrong */
export function bytesToFloat32(bytes: Uint8Array, name: string, count: number): Float32Array {
  if (bytes.byteLength !== 4 * count)
    throw new InvalidInputError(name, `${bytes.byteLength} bytes`, `${4 * count} bytes: ${count} float32`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const out = new Float32Array(count);
  for (let i = 0; i < count; i++) out[i] = view.getFloat32(4 * i, true);
  return out;
}

/** @throws InvalidInputError if the length is wrong */
export function bytesToUint8(bytes: Uint8Array, name: string, count: number): Uint8Array {
  if (bytes.byteLength !== count)
    throw new InvalidInputError(name, `${bytes.byteLength} bytes`, `${count} bytes: one per voxel`);
  return bytes;
}
