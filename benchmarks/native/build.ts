import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** As fast as the compiler can, for this very processor. */
export const NATIVE_FLAGS = ["-O3", "-march=native", "-ffast-math"];

/** What a benchmark without a native floor says. */
export const INSTALL_GCC = "no gcc; install it with: apt-get install gcc";

/** A compiled program in a folder of its own. */
export interface NativeProgram {
  readonly path: string;
  readonly folder: string;
  readonly compiler: string;
  remove(): void;
}

/** Compile benchmarks/native/NAME.c. @returns undefined where there is no gcc */
export function buildNative(name: string): NativeProgram | undefined {
  let compiler: string;
  try {
    compiler = execFileSync("gcc", ["--version"], { encoding: "utf8", stdio: "pipe" }).split("\n")[0]!;
  } catch {
    return undefined;
  }
  const folder = mkdtempSync(join(tmpdir(), "isodose-native-"));
  const path = join(folder, name);
  execFileSync("gcc", [...NATIVE_FLAGS, "-o", path, join(import.meta.dirname, `${name}.c`), "-lm"]);
  return { path, folder, compiler, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
