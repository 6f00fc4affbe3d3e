export { type MonoPencilOptions, type MonoPencils, monoPencils } from "./mono-pencils.ts";
export { type PencilKernelRequest, pencilKernelFromMonteCarlo } from "./pencil-kernel-from-monte-carlo.ts";
export { type MixedKernelOptions, pencilKernelOfSpectrum } from "./pencil-kernel-of-spectrum.ts";
