import { RAY_TRACE_WASM } from "./ray-trace-kernels.generated.ts";

/** The kernels of the module; pointers are byte offsets into its memory. See kernels/ray-trace.c. */
export interface Kernels {
  readonly measure_fan: (fan: number) => void;
  readonly trace_fan: (density: number, fan: number, map: number) => void;
  readonly add_rows: (
    rows: number,
    table: number,
    map: number,
    dose: number,
    kFrom: number,
    kTo: number,
  ) => void;
  readonly point_dose: (
    rows: number,
    table: number,
    map: number,
    points: number,
    n: number,
    dose: number,
  ) => void;
  readonly clear_floats: (to: number, n: number) => void;
  readonly copy_floats: (to: number, from: number, n: number) => void;
}

/** A kernel and what it is called with. */
export type KernelCall = readonly [name: keyof Kernels, ...args: number[]];

/** Bytes of a page of WebAssembly memory. */
export const PAGE_BYTES = 65536;

/** Header of the module's only import, a memory with a largest size: its flag byte says whether the memory is shared. */
const MEMORY_IMPORT = [..."\x03env\x06memory"].map((c) => c.charCodeAt(0)).concat(0x02);
const WITH_MAXIMUM = 0x01;
const SHARED_WITH_MAXIMUM = 0x03;

/**
 * The module's bytes. One module serves both kinds of memory, because the kernels hold no state, use no stack and no atomics: what
 * differs is one flag in the declaration of the imported memory.
 */
function kernelBytes(shared: boolean): Uint8Array<ArrayBuffer> {
  const text = atob(RAY_TRACE_WASM);
  const bytes = Uint8Array.from(text, (c) => c.charCodeAt(0));
  const flag = bytes.findIndex((_, n) => MEMORY_IMPORT.every((byte, m) => bytes[n + m] === byte));
  if (flag < 0 || bytes[flag + MEMORY_IMPORT.length] !== WITH_MAXIMUM)
    throw new Error("the module of kernels does not import its memory as expected");
  if (shared) bytes[flag + MEMORY_IMPORT.length] = SHARED_WITH_MAXIMUM;
  return bytes;
}

/**
 * Compile the kernels.
 * @param shared - for a memory that several threads see
 * @throws CompileError where WebAssembly or its SIMD is missing or forbidden (a page's policy without `wasm-unsafe-eval`)
 */
export function compileKernels(shared: boolean): Promise<WebAssembly.Module> {
  let module = compiled.get(shared);
  if (!module) {
    module = WebAssembly.compile(kernelBytes(shared));
    compiled.set(shared, module);
    module.catch(() => compiled.delete(shared));
  }
  return module;
}

/** Compiled once: code that ran before is code that the engine has optimised, and a module holds nothing else. */
const compiled = new Map<boolean, Promise<WebAssembly.Module>>();

/** The kernels over a memory. */
export async function instantiateKernels(
  module: WebAssembly.Module,
  memory: WebAssembly.Memory,
): Promise<Kernels> {
  const instance = await WebAssembly.instantiate(module, { env: { memory } });
  return instance.exports as unknown as Kernels;
}

/**
 * Why the kernels cannot run here; undefined if they can. Asks the machine, so that a page's policy counts as well.
 */
export async function whyNoWasm(): Promise<string | undefined> {
  if (typeof WebAssembly === "undefined") return "no WebAssembly here";
  if (!WebAssembly.validate(kernelBytes(false))) return "WebAssembly without SIMD here";
  try {
    await compileKernels(false);
    return undefined;
  } catch {
    return "WebAssembly is forbidden here: the page's policy lacks wasm-unsafe-eval";
  }
}

/** Can threads see one memory here? Pages need the headers COOP and COEP for it. */
export function hasSharedMemory(): boolean {
  return (
    typeof SharedArrayBuffer !== "undefined" &&
    (typeof crossOriginIsolated === "undefined" || crossOriginIsolated)
  );
}
