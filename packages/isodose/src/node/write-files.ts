import { mkdtemp, readdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { isLibraryError, OutputError, throwIfCancelled } from "@isodose/core";
import type { NamedBytes } from "@isodose/dicom";
import { makeFolder } from "./make-folder.ts";

/** @throws OutputError if nothing can be written into the folder; leaves nothing behind that was not there */
export async function assertWritableFolder(folder: string): Promise<void> {
  const made = await makeOutFolder(folder);
  try {
    await rm(await mkdtemp(join(folder, ".isodose-")), { recursive: true });
  } catch (error) {
    throw notWritable(folder, error);
  } finally {
    if (made) await rm(made, { recursive: true, force: true });
  }
}

/**
 * Write files into a folder so that none is ever there half: all are written beside first, then renamed.
 * @param files - names relative to the folder; subfolders are made
 * @param signal - stops before the first file is put in place, not after
 * @throws OutputError or CancelledError; what had been written by then is removed
 */
export async function writeFiles(
  folder: string,
  files: readonly NamedBytes[],
  signal?: AbortSignal,
): Promise<void> {
  throwIfCancelled(signal);
  const put: string[] = [];
  const made = await makeOutFolder(folder);
  if (made) put.push(made);
  let beside: string | undefined;
  try {
    beside = await mkdtemp(join(folder, ".isodose-"));
    for (const file of files) {
      const path = join(beside, file.name);
      await makeFolder(dirname(path));
      await writeFile(path, file.bytes);
      throwIfCancelled(signal);
    }
    for (const file of files) {
      const path = join(folder, file.name);
      const subfolder = await makeFolder(dirname(path));
      if (subfolder) put.push(subfolder);
      await rename(join(beside, file.name), path);
      put.push(path);
    }
  } catch (error) {
    for (const path of put) await rm(path, { recursive: true, force: true });
    throw isLibraryError(error) ? error : notWritable(folder, error);
  } finally {
    if (beside) await rm(beside, { recursive: true, force: true });
  }
}

/** Make a folder; returns the topmost one that was new. */
async function makeOutFolder(folder: string): Promise<string | undefined> {
  try {
    return await makeFolder(folder);
  } catch (error) {
    throw notWritable(folder, error);
  }
}

function notWritable(folder: string, error: unknown): OutputError {
  return new OutputError(
    folder,
    `cannot be written (${(error as NodeJS.ErrnoException).code ?? error})`,
    "a writable folder",
  );
}

/**
 * Refuse to write a series of files beside files of another: in the subfolders that `files` go to there may be nothing else.
 * @throws OutputError naming the first file that does not belong
 */
export async function assertNothingElse(folder: string, files: readonly NamedBytes[]): Promise<void> {
  const names = new Set(files.map((f) => f.name));
  const subfolders = new Set(files.map((f) => dirname(f.name)).filter((name) => name !== "."));
  for (const subfolder of subfolders) {
    const found = await readdir(join(folder, subfolder)).catch(() => []);
    const other = found.find((name) => !names.has(`${subfolder}/${name}`));
    if (other !== undefined) {
      throw new OutputError(
        join(folder, subfolder, other),
        "is there already, of another series",
        "an empty folder",
      );
    }
  }
}
