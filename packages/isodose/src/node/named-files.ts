import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { InputFileError } from "@isodose/core";
import type { NamedBytes } from "@isodose/dicom";

/** What a file-system error means, in words. */
function reason(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === "ENOENT") return "not found";
  if (code === "EACCES" || code === "EPERM") return "not permitted";
  if (code === "EISDIR") return "a folder";
  if (code === "ENOTDIR") return "inside something that is not a folder";
  return code ?? String(error);
}

/** The bytes of a file, under its path as the user wrote it. @throws InputFileError */
export async function readNamedFile(path: string): Promise<NamedBytes> {
  try {
    // A fresh array: small files share one pool otherwise.
    return { name: path, bytes: new Uint8Array(await readFile(path)) };
  } catch (error) {
    throw new InputFileError(path, reason(error), "a readable file");
  }
}

/** Every file directly in a folder (names that start with a dot left out), in order of name. @throws InputFileError */
export async function readNamedFolder(path: string): Promise<NamedBytes[]> {
  let names: string[];
  try {
    const entries = await readdir(path, { withFileTypes: true });
    names = entries.filter((e) => !e.isDirectory() && !e.name.startsWith(".")).map((e) => e.name);
  } catch (error) {
    throw new InputFileError(path, reason(error), "a readable folder");
  }
  if (names.length === 0) throw new InputFileError(path, "an empty folder", "a folder with DICOM files");
  return Promise.all(names.sort().map((name) => readNamedFile(join(path, name))));
}

/** Results that may lie among DICOM files and do not claim to be any. */
const OTHER_RESULTS = /\.(json|csv|html|nrrd)$/i;

/**
 * A file's bytes, or those of every file below a folder. In a folder, files whose name starts with a dot and the other
 * results of a plan (.json, .csv, .html, .nrrd) are passed over.
 * @throws InputFileError
 */
export async function readNamedPath(path: string): Promise<NamedBytes[]> {
  let isFolder: boolean;
  try {
    isFolder = (await stat(path)).isDirectory();
  } catch (error) {
    throw new InputFileError(path, reason(error), "a readable file or folder");
  }
  if (!isFolder) return [await readNamedFile(path)];
  const entries = await readdir(path, { withFileTypes: true, recursive: true });
  const files = entries
    .filter((e) => e.isFile() && !e.name.startsWith(".") && !OTHER_RESULTS.test(e.name))
    .map((e) => join(e.parentPath, e.name));
  return Promise.all(files.sort().map(readNamedFile));
}

/** A file parsed as JSON. @throws InputFileError */
export async function readJsonFile(path: string): Promise<unknown> {
  const { bytes } = await readNamedFile(path);
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch (error) {
    throw new InputFileError(path, `not JSON (${(error as Error).message})`, "a JSON file");
  }
}
