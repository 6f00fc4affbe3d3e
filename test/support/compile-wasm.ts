import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const PACKAGE = resolve(import.meta.dirname, "../../packages/dose-parallel");
const SOURCES = join(PACKAGE, "src/kernels");
/** Where the compiled module goes. */
export const GENERATED_FILE = join(PACKAGE, "src/ray-trace-kernels.generated.ts");

const ZIG_VERSION = "0.17.1";
/** What a skipped rebuild says. */
export const INSTALL_ZIG = `no zig ${ZIG_VERSION}; install it with: pip install ziglang==${ZIG_VERSION}`;

/**
 * No fast-math and no relaxed SIMD: the same bits on every processor. The kernels use no stack and no data of their own, so one
 * module over one shared memory serves any number of threads; the link fails, or the check below, if that ceases to hold.
 */
const FLAGS = [
  "-target",
  "wasm32-freestanding",
  "-O3",
  "-mcpu=generic+simd128+nontrapping_fptoint+bulk_memory",
  "-ffreestanding",
  "-ffp-contract=off",
  "-nostdlib",
  "-Wall",
  "-Werror",
  "-Wl,--no-entry",
  "-Wl,--import-memory",
  "-Wl,--max-memory=4294901760",
  "-Wl,-z,stack-size=64",
  "-Wl,--strip-all",
];

/** A command that runs the pinned zig: ZIG, zig on the PATH, or Python's module ziglang; undefined if none is there. */
export function findZig(): readonly string[] | undefined {
  const candidates = [
    ...(process.env.ZIG ? [[process.env.ZIG]] : []),
    ["zig"],
    ["python3", "-m", "ziglang"],
    ["python", "-m", "ziglang"],
  ];
  return candidates.find(([command, ...args]) => {
    try {
      const version = execFileSync(command!, [...args, "version"], { encoding: "utf8", stdio: "pipe" });
      return version.trim() === ZIG_VERSION;
    } catch {
      return false;
    }
  });
}

/** Compile the kernels. @throws Error if they do not compile, or hold state in memory */
export function compileWasm([command, ...args]: readonly string[]): Uint8Array {
  const folder = mkdtempSync(join(tmpdir(), "isodose-wasm-"));
  try {
    const file = join(folder, "kernels.wasm");
    const sources = sourceFiles().filter((name) => name.endsWith(".c"));
    execFileSync(command!, [...args, "cc", ...FLAGS, "-o", file, ...sources], { cwd: SOURCES });
    const wasm = readFileSync(file);
    assertStateless(wasm);
    return wasm;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** SHA-256 of sources and flags: a generated file that is older than them is found without a compiler. */
export function sourceHash(): string {
  const hash = createHash("sha256").update(JSON.stringify([ZIG_VERSION, FLAGS]));
  for (const name of sourceFiles()) hash.update(`${name}\n`).update(readFileSync(join(SOURCES, name)));
  return hash.digest("hex");
}

/** The TypeScript file that carries a module. */
export function generatedText(wasm: Uint8Array): string {
  return [
    `// Compiled from kernels/ by \`npm run wasm\` with zig ${ZIG_VERSION}; not to be edited by hand.`,
    `// SHA-256 of sources and flags: ${sourceHash()}`,
    "",
    "/** The kernels as a WebAssembly module, base64: no file to fetch, in Node, in workers and under any bundler. */",
    "export const RAY_TRACE_WASM =",
    `  "${Buffer.from(wasm).toString("base64")}";`,
    "",
  ].join("\n");
}

function sourceFiles(): string[] {
  return readdirSync(SOURCES).sort();
}

const DATA_SECTION = 11;
const CODE_SECTION = 10;
const GLOBAL_GET_STACK_POINTER = "2300";

/** Threads share the module's memory, so it may neither initialise any of it nor keep a stack in it. */
function assertStateless(wasm: Uint8Array): void {
  for (const { id, from, to } of sections(wasm)) {
    if (id === DATA_SECTION) throw new Error("the kernels have static data");
    if (id !== CODE_SECTION) continue;
    let [count, at] = leb(wasm, from);
    for (; count > 0; count--) {
      const [size, start] = leb(wasm, at);
      let [groups, code] = leb(wasm, start);
      for (; groups > 0; groups--) code = leb(wasm, code)[1] + 1;
      if (Buffer.from(wasm.subarray(code, code + 2)).toString("hex") === GLOBAL_GET_STACK_POINTER)
        throw new Error("a kernel keeps a variable on the stack");
      at = start + size;
    }
    if (at !== to) throw new Error("the code section was not understood");
  }
}

function* sections(wasm: Uint8Array) {
  for (let at = 8; at < wasm.length; ) {
    const [size, from] = leb(wasm, at + 1);
    yield { id: wasm[at]!, from, to: from + size };
    at = from + size;
  }
}

/** An unsigned LEB128 number and where it ends. */
function leb(bytes: Uint8Array, at: number): [value: number, end: number] {
  let value = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[at++]!;
    value += (byte & 127) * 2 ** shift;
    if (byte < 128) return [value, at];
  }
}
