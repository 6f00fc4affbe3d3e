// What a worker does for the engines of this package: it runs kernels over a memory. Kept apart from the package's entry so that a
// worker loads nothing else.
import { transfer } from "comlink";
import { instantiateKernels, type KernelCall, type Kernels } from "./kernel-module.ts";

/** What a worker computes in. */
export interface KernelJob {
  readonly module: WebAssembly.Module;
  /** Memory that all workers of the run see; */
  readonly shared?: WebAssembly.Memory;
  /** or what the worker's own memory begins with, and its size in pages. */
  readonly copy?: { readonly start: Uint8Array<ArrayBuffer>; readonly pages: number };
}

/** The worker's side of a run. */
export interface KernelWorkerApi {
  /** Take the memory of a run; what was there before is let go. */
  open(job: KernelJob): Promise<void>;
  /** Run kernels, one after the other. */
  call(calls: readonly KernelCall[]): void;
  /** A copy of floats of the worker's memory. */
  read(at: number, length: number): Float32Array<ArrayBuffer>;
  /** Let the memory go. */
  close(): void;
}

/** The Api that a worker's module exposes: `expose(kernelWorkerApi())`. */
export function kernelWorkerApi(): KernelWorkerApi {
  let kernels: Kernels | undefined;
  let memory: WebAssembly.Memory | undefined;
  return {
    async open({ module, shared, copy }) {
      kernels = undefined;
      memory = shared ?? new WebAssembly.Memory({ initial: copy!.pages, maximum: copy!.pages });
      if (copy) new Uint8Array(memory.buffer).set(copy.start);
      kernels = await instantiateKernels(module, memory);
    },
    call(calls) {
      for (const [name, ...args] of calls) (kernels![name] as (...numbers: number[]) => void)(...args);
    },
    read(at, length) {
      const floats = new Float32Array(memory!.buffer, at, length).slice();
      return transfer(floats, [floats.buffer]);
    },
    close() {
      kernels = undefined;
      memory = undefined;
    },
  };
}
