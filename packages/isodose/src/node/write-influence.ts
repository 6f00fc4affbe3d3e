import { mkdtemp, open, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { InvalidInputError, isLibraryError, OutputError } from "@isodose/core";
import type { InfluenceSink } from "@isodose/dose";
import { ZipWriter } from "@zip.js/zip.js";
import { type AppendFile, appendFile, writeAll } from "./append-file.ts";
import { makeFolder } from "./make-folder.ts";
import { npyHeader } from "./npy.ts";

/** How an influence matrix is written. */
export interface InfluenceFileOptions {
  /** Deflate the members of the file: about a fifth smaller and many times slower. Default: false. */
  readonly compress?: boolean;
  /** Bytes collected in memory before they are written, for each of two files. Default: 4 MiB. */
  readonly bufferBytes?: number;
}

/** A sink that writes an influence matrix to disk while it is computed. */
export interface InfluenceFile extends InfluenceSink {
  /**
   * Put the file in place, and text beside it where there is some; both or none.
   * @param rows - voxels of the grid
   * @param beside - a file name in the same folder and its text
   * @throws OutputError if that cannot be written; nothing is left behind then
   */
  readonly finish: (rows: number, beside?: { readonly name: string; readonly text: string }) => Promise<void>;
  /** Leave nothing behind. Does nothing after `finish`. */
  readonly discard: () => Promise<void>;
}

/** From here on scipy numbers entries by 64 bits. */
const MOST_INT32 = 2 ** 31 - 1;

/**
 * Write an influence matrix as scipy.sparse.save_npz does (a zip of .npy: indices, indptr, format, shape, data), so that
 * `scipy.sparse.load_npz` reads it as a csc_matrix. Columns go to disk as they come, into a hidden folder beside `path`; indices and
 * data are joined at the end, so twice the size of the file is needed for a moment. The zip is in zip64 form whatever its size.
 *
 * @param path - of the file to be, ending in .npz; the folder is made
 * @throws OutputError if the folder cannot be written
 * @example
 * const file = await influenceToFile("D.npz");
 * try {
 *   await influenceMatrix(request, file);
 *   await file.finish(voxelCount(request.grid));
 * } finally {
 *   await file.discard();
 * }
 */
export async function influenceToFile(
  path: string,
  options: InfluenceFileOptions = {},
): Promise<InfluenceFile> {
  const { compress = false, bufferBytes = 4 * 2 ** 20 } = options;
  if (!path.endsWith(".npz")) throw new InvalidInputError("path", path, "a name that ends in .npz");
  if (!(Number.isInteger(bufferBytes) && bufferBytes >= 1024))
    throw new InvalidInputError("bufferBytes", bufferBytes, "a whole number ≥ 1024");
  const folder = dirname(resolve(path));
  let beside: string | undefined;
  let made: string | undefined;
  let indices: AppendFile | undefined;
  let data: AppendFile | undefined;
  const indptr = [0];
  let open = true;
  const discard = async () => {
    if (!open) return;
    open = false;
    await indices?.close();
    await data?.close();
    if (beside) await rm(beside, { recursive: true, force: true });
    if (made) await rm(made, { recursive: true, force: true });
  };
  const guarded = async (action: () => Promise<void>): Promise<void> => {
    try {
      await action();
    } catch (error) {
      await discard().catch(() => undefined);
      throw isLibraryError(error) ? error : notWritten(path, error);
    }
  };
  await guarded(async () => {
    made = await makeFolder(folder);
    beside = await mkdtemp(join(folder, ".isodose-"));
    indices = await appendFile(join(beside, "indices"), bufferBytes);
    data = await appendFile(join(beside, "data"), bufferBytes);
  });
  return {
    addColumn: (voxels, dose) =>
      guarded(async () => {
        await indices!.append(bytesOf(voxels));
        await data!.append(bytesOf(dose));
        indptr.push(indptr.at(-1)! + voxels.length);
      }),
    bytesHeld: () => 2 * bufferBytes + 8 * indptr.length,
    finish: (rows, text) =>
      guarded(async () => {
        const zipPath = join(beside!, "zip");
        await writeZip(zipPath, rows, indptr, indices!, data!, compress);
        if (text) await writeFile(join(beside!, "beside"), text.text);
        await rename(zipPath, path);
        if (text)
          await rename(join(beside!, "beside"), join(folder, text.name)).catch(async (error) => {
            await rm(path, { force: true });
            throw error;
          });
        made = undefined;
        await discard();
      }),
    discard,
  };
}

async function writeZip(
  path: string,
  rows: number,
  indptr: readonly number[],
  indices: AppendFile,
  data: AppendFile,
  compress: boolean,
): Promise<void> {
  const handle = await open(path, "wx");
  try {
    const zip = new ZipWriter(new WritableStream<Uint8Array>({ write: (bytes) => writeAll(handle, bytes) }), {
      zip64: true,
      useWebWorkers: false,
      level: compress ? 6 : 0,
      // As Python's zipfile stamps what it writes to a stream: the same matrix gives the same bytes.
      lastModDate: new Date(1980, 0, 1),
      extendedTimestamp: false,
    });
    const entries = indptr.at(-1)!;
    const wide = entries > MOST_INT32;
    const pointers = wide ? BigInt64Array.from(indptr, BigInt) : Int32Array.from(indptr);
    const shape = BigInt64Array.of(BigInt(rows), BigInt(indptr.length - 1));
    const add = (
      name: string,
      header: Uint8Array,
      body: () => Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
    ) => zip.add(`${name}.npy`, streamOf(header, body()));
    await add("indices", npyHeader("<i4", [entries]), indices.read);
    await add("indptr", npyHeader(wide ? "<i8" : "<i4", [indptr.length]), () => [bytesOf(pointers)]);
    await add("format", npyHeader("|S3", []), () => [new TextEncoder().encode("csc")]);
    await add("shape", npyHeader("<i8", [2]), () => [bytesOf(shape)]);
    await add("data", npyHeader("<f4", [entries]), data.read);
    await zip.close();
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** A stream of a header and what follows. */
function streamOf(
  header: Uint8Array,
  body: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
): ReadableStream<Uint8Array> {
  const pieces = (async function* () {
    yield header;
    yield* body;
  })();
  return new ReadableStream<Uint8Array>({
    pull: async (controller) => {
      const { value, done } = await pieces.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
  });
}

function bytesOf(numbers: ArrayBufferView): Uint8Array {
  return new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
}

function notWritten(path: string, error: unknown): OutputError {
  const code = (error as NodeJS.ErrnoException).code;
  const found =
    code === "ENOSPC"
      ? "cannot be written, the disk is full (ENOSPC)"
      : `cannot be written (${code ?? error})`;
  const expected = code === "ENOSPC" ? "room for twice the matrix" : "a folder that can be written";
  return new OutputError(path, found, expected);
}

/** Name of the text file that goes beside a matrix: D.npz → D.json. */
export function besideInfluence(path: string): string {
  return `${basename(path, ".npz")}.json`;
}
