import { openAsBlob } from "node:fs";
import { InputFileError, isLibraryError, UnsupportedError } from "@isodose/core";
import type { InfluenceMatrix } from "@isodose/dose";
import { BlobReader, type FileEntry, ZipReader } from "@zip.js/zip.js";
import { type NpyHeader, readNpyHeader } from "./npy.ts";

/**
 * Read an influence matrix, from Isodose or any csc_matrix that `scipy.sparse.save_npz` wrote, deflated or not.
 * @throws InputFileError if the file cannot be read or lacks a part; UnsupportedError if it holds another kind of matrix
 */
export async function readInfluence(path: string): Promise<InfluenceMatrix> {
  try {
    return await readMatrix(path);
  } catch (error) {
    if (isLibraryError(error)) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    throw new InputFileError(
      path,
      `cannot be read (${code ?? message})`,
      "a matrix written by scipy.sparse.save_npz",
    );
  }
}

async function readMatrix(path: string): Promise<InfluenceMatrix> {
  const zip = new ZipReader(new BlobReader(await openAsBlob(path)), { useWebWorkers: false });
  try {
    const entries = new Map<string, FileEntry>();
    for (const entry of await zip.getEntries()) if (!entry.directory) entries.set(entry.filename, entry);
    const member = async (name: string) => {
      const entry = entries.get(`${name}.npy`);
      if (!entry)
        throw new InputFileError(path, `has no ${name}.npy`, "indices, indptr, format, shape and data");
      return readMember(entry, `${path}: ${name}`);
    };
    const format = await member("format");
    const kind = new TextDecoder().decode(format.bytes.filter((b) => b !== 0));
    if (kind !== "csc")
      throw new UnsupportedError(`${path}: a ${kind} matrix`, "csc is read (in Python: matrix.tocsc())");
    const shape = numbersOf(await member("shape"), path, Float64Array);
    const indptr = numbersOf(await member("indptr"), path, Float64Array);
    const indices = numbersOf(await member("indices"), path, Uint32Array);
    const data = numbersOf(await member("data"), path, Float32Array);
    const [rows, columns] = shape as unknown as [number, number];
    const whole =
      indptr.length === columns + 1 && indptr.at(-1) === data.length && indices.length === data.length;
    if (!whole)
      throw new InputFileError(
        path,
        `has ${indptr.length} pointers, ${indices.length} indices and ${data.length} numbers for ${columns} columns`,
        "lengths that fit each other",
      );
    return { rows, columns, indptr, indices, data };
  } finally {
    await zip.close();
  }
}

interface Member {
  readonly header: NpyHeader;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** One member of the zip, its header apart. */
async function readMember(entry: FileEntry, name: string): Promise<Member> {
  const bytes = new Uint8Array(entry.uncompressedSize);
  let at = 0;
  await entry.getData(
    new WritableStream<Uint8Array>({
      write: (piece) => {
        bytes.set(piece, at);
        at += piece.length;
      },
    }),
  );
  const header = readNpyHeader(bytes, name);
  return { header, bytes: bytes.subarray(header.length) };
}

type Numbers = Float64Array | Uint32Array | Float32Array;

/** Little-endian numbers of a member, as an array of another kind where they are of one. */
function numbersOf<T extends Numbers>(
  { header, bytes }: Member,
  path: string,
  Kind: { new (buffer: ArrayBuffer): T; from(values: ArrayLike<number>): T },
): T {
  const buffer = () => bytes.slice().buffer;
  switch (header.descr) {
    case "<f4":
      return Kind === (Float32Array as unknown) ? new Kind(buffer()) : Kind.from(new Float32Array(buffer()));
    case "<f8":
      return Kind.from(new Float64Array(buffer()));
    case "<i4":
    case "<u4":
      // Never negative: the same bits.
      return Kind === (Uint32Array as unknown) ? new Kind(buffer()) : Kind.from(new Uint32Array(buffer()));
    case "<i8":
    case "<u8":
      return Kind.from(Array.from(new BigInt64Array(buffer()), Number));
    default:
      throw new UnsupportedError(`${path}: numbers of type ${header.descr}`, "f4, f8, i4 and i8 are read");
  }
}
