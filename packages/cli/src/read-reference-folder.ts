import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { isReferenceFile, parseReferenceFile, type ReferenceFile } from "@isodose/commissioning";
import { InputFileError } from "isodose";
import { inFile, readJsonFile, readNamedFile } from "isodose/node";

/**
 * Every reference case of a folder, in order of name: JSON files whose `format` is `isodose-reference/…`; others are passed over. A volume
 * that a case names may be packed, with `.gz` behind its name.
 * @throws InputFileError if the folder cannot be read or holds no case
 * @throws InvalidInputError with the file's name if a case breaks the format
 */
export async function readReferenceFolder(folder: string): Promise<ReferenceFile[]> {
  const names = await readdir(folder).catch(() => {
    throw new InputFileError(folder, "not a readable folder", "a folder with reference cases");
  });
  const files: ReferenceFile[] = [];
  for (const name of names.filter((one) => /\.json$/i.test(one) && !one.startsWith(".")).sort()) {
    const path = join(folder, name);
    const json = await readJsonFile(path);
    if (!isReferenceFile(json)) continue;
    try {
      files.push(await parseReferenceFile(json, (beside) => readBeside(folder, beside)));
    } catch (error) {
      inFile(path, () => {
        throw error;
      });
    }
  }
  if (files.length === 0)
    throw new InputFileError(folder, "no reference case", "JSON files of the format isodose-reference/1");
  return files;
}

async function readBeside(folder: string, name: string): Promise<Uint8Array> {
  const path = join(folder, name);
  const packed = `${path}.gz`;
  if ((await exists(path)) || !(await exists(packed))) return (await readNamedFile(path)).bytes;
  try {
    return new Uint8Array(await promisify(gunzip)((await readNamedFile(packed)).bytes));
  } catch (error) {
    throw new InputFileError(packed, `not gzip (${(error as Error).message})`, "a file packed with gzip");
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
