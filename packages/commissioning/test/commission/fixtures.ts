import { uniformStream } from "@isodose/core";

/** A commissioning file with a spectrum of four bins, which takes a second to simulate. */
export const SPEC = {
  format: "isodose-commission/1",
  machine: { base: "cyberknife", id: "my-robot", title: "My robot", label: "synthetic" },
  spectrum: {
    binLowMeV: [0.3, 1, 2, 3.5],
    binHighMeV: [1, 2, 3.5, 6],
    relativeNumber: [0.35, 0.35, 0.2, 0.1],
  },
  sourceFwhmMm: 2,
  collimatorExitMm: 400,
  headScatter: { share: 0.03, sigmaMm: 20, distanceFromSourceMm: 120 },
  leakage: { transmission: 0.002, radiusMm: 60 },
  reference: { diameterMm: 60, depthMm: 15 },
  doseGyPerMonitorUnit: 0.01,
  engine: "monte-carlo",
  histories: 12_000,
  seed: 3,
  measured: [
    { kind: "pdd", file: "depth-10.csv", diameterMm: 10, ssdMm: 785, sigmaPercent: 0.3, fromDepthMm: 5 },
    { kind: "tpr", file: "tpr-60.csv", diameterMm: 60, sigmaPercent: 0.3 },
    { kind: "profile", file: "profile-10.csv", diameterMm: 10, ssdMm: 785, depthMm: 15, sigmaPercent: 0.5 },
    { kind: "profile", file: "profile-60.csv", diameterMm: 60, ssdMm: 700, depthMm: 100, sigmaPercent: 0.5 },
    { kind: "output-factors", file: "factors.csv", sigmaPercent: 0.4 },
  ],
  fit: ["spectrum", "sourceFwhm", "headScatterShare", "leakage"],
} as const;

/** Normal numbers, seeded. */
export function normalStream(seed: number): () => number {
  const uniform = uniformStream(seed, 0);
  return () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
}

/** first, first + step, … up to last. */
export function range(first: number, last: number, step: number): number[] {
  return Array.from({ length: Math.round((last - first) / step) + 1 }, (_, i) => first + i * step);
}
