import { mkdir } from "node:fs/promises";
import { dirname, resolve } from "node:path";

/**
 * Make a folder and those above it. Node's own recursive `mkdir` does not come back where the system says of a folder that is there
 * that it is not (below /proc): one step at a time does.
 * @returns the topmost folder that was new, undefined if all were there
 * @throws the system's error
 */
export async function makeFolder(folder: string): Promise<string | undefined> {
  const path = resolve(folder);
  try {
    await mkdir(path);
    return path;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST") return undefined;
    const above = dirname(path);
    if (code !== "ENOENT" || above === path) throw error;
    const made = await makeFolder(above);
    // Where nothing above was missing, the folder cannot be made at all.
    if (made === undefined) throw error;
    await mkdir(path);
    return made;
  }
}
