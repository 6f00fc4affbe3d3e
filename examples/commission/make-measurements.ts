// Makes the "measured" curves of this folder: doses of a beam that is known, with noise. They are synthetic: nobody measured them.
// The beam: mohan6 times exp(-0.2 (E - mean energy)), 2.6 mm focal spot, 6 % head scatter. Run: node examples/commission/make-measurements.ts
import { writeFileSync } from "node:fs";
import { monoPencils, pencilKernelOfSpectrum } from "@isodose/commissioning";
import {
  circleBeamDose,
  energySpectrumOf,
  MOHAN_6_MV,
  meanPhotonEnergyMeV,
  SIGMA_PER_FWHM,
  uniformStream,
} from "isodose";

const spectrum = energySpectrumOf(MOHAN_6_MV);
const meanMeV = meanPhotonEnergyMeV(MOHAN_6_MV);
const softer = spectrum.relativeNumber.map((n, i) => {
  const energyMeV = (spectrum.binLowMeV[i]! + spectrum.binHighMeV[i]!) / 2;
  return n * Math.exp(-0.2 * (energyMeV - meanMeV));
});
// Another seed than the commissioning's: the two kernels err independently.
const pencils = await monoPencils(spectrum, { histories: 200_000, seed: 2026 });
const kernel = pencilKernelOfSpectrum(pencils, softer);
const optics = {
  sadMm: 800,
  sourceSigmaMm: 2.6 * SIGMA_PER_FWHM,
  collimatorDistanceMm: 400,
  headScatter: { share: 0.06, sigmaMm: 20, distanceFromSourceMm: 120 },
};
const SSD_MM = 785;
const dose = (diameterMm: number, depthMm: number, offAxisMm = 0, ssdMm = SSD_MM) =>
  circleBeamDose(kernel, optics, { diameterMm, depthMm, offAxisMm, sourceDistanceMm: ssdMm + depthMm });

const uniform = uniformStream(7, 0);
const noise = () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
const write = (name: string, what: string, header: string, rows: [number, number][]) => {
  const lines = rows.map(([x, y]) => `${x},${y.toFixed(4)}`);
  const text = `# Synthetic, not measured: ${what}; made by make-measurements.ts\n${header}\n${lines.join("\n")}\n`;
  writeFileSync(new URL(name, import.meta.url), text);
};
const range = (first: number, last: number, step: number) =>
  Array.from({ length: Math.round((last - first) / step) + 1 }, (_, i) => first + i * step);

for (const mm of [10, 60]) {
  const top = dose(mm, 15);
  const depths = [...range(2, 20, 2), ...range(25, 50, 5), ...range(60, 300, 10)];
  write(
    `depth-${mm}mm.csv`,
    `depth dose of the ${mm} mm cone, SSD 785 mm, noise 0.3 % of the maximum`,
    "depthMm,dose",
    depths.map((d) => [d, (100 * dose(mm, d)) / top + 0.3 * noise()]),
  );
}
for (const [mm, depthMm, reachMm, stepMm] of [
  [10, 15, 16, 0.5],
  [60, 100, 50, 2],
] as const) {
  const top = dose(mm, depthMm);
  write(
    `profile-${mm}mm.csv`,
    `profile of the ${mm} mm cone, ${depthMm} mm deep, SSD 785 mm, noise 0.5 %`,
    "offAxisMm,dose",
    range(-reachMm, reachMm, stepMm).map((r) => [
      r,
      (100 * dose(mm, depthMm, Math.abs(r))) / top + 0.5 * noise(),
    ]),
  );
}
const reference = dose(60, 15);
write(
  "output-factors.csv",
  "output factors at 15 mm depth and 800 mm, noise 0.4 %",
  "diameterMm,factor",
  [5, 7.5, 10, 12.5, 15, 20, 25, 30, 35, 40, 50].map((mm) => [
    mm,
    dose(mm, 15) / reference + 0.004 * noise(),
  ]),
);
