/**
 * `npm run kernels [-- --effort FACTOR] [--energies MEV,MEV…]`: the energy deposition kernels of water by own Monte Carlo, against those that come with the library
 * (EGSnrc): a table on stdout and, for all energies, docs/kernels.md with its picture. Exit code 3 if the primary or scattered energy of a kernel is off by more
 * than 1 % and 3 standard errors.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { type EnergyDepositionKernel, energyDepositionKernel } from "@isodose/dose";
import { MATERIALS, packedKernels } from "@isodose/physics";
import { compareKernel, type KernelComparison, percentOff } from "./kernels/compare-kernel.ts";
import { drawKernels } from "./kernels/draw-kernels.ts";
import { kernelsPage, kernelsTable, regionsTable } from "./kernels/kernels-page.ts";

/** Photons of each kernel at effort 1. */
const HISTORIES = 200_000;
const SEED = 20;
/** Energies that are drawn, MeV. */
const DRAWN_MEV = [0.1, 0.5, 2, 6];

const { values } = parseArgs({
  options: { effort: { type: "string", default: "1" }, energies: { type: "string" } },
});
const effort = Number(values.effort);
if (!(effort > 0 && effort <= 1000)) {
  console.error(`isodose: kernels --effort ${values.effort}: expected a number > 0, at most 1000`);
  process.exit(2);
}
const reference = packedKernels();
const known = Array.from(reference.energiesMeV);
const energies = values.energies?.split(",").map(Number) ?? known;
for (const energy of energies) {
  if (known.includes(energy)) continue;
  console.error(`isodose: kernels --energies ${energy}: expected some of ${known.join(", ")}`);
  process.exit(2);
}
const kernels: EnergyDepositionKernel[] = [];
const found: KernelComparison[] = [];
for (const energyMeV of energies) {
  const kernel = await energyDepositionKernel({
    material: MATERIALS.water,
    densityGPerCm3: 1,
    energyMeV,
    histories: Math.max(2500, Math.round(HISTORIES * effort)),
    seed: SEED,
  });
  kernels.push(kernel);
  found.push(compareKernel(kernel, reference));
  console.error(`${energyMeV} MeV: ${kernel.histories} photons`);
}
console.log(kernelsTable(found));
console.log(`\n${regionsTable(found)}`);
if (energies.length === known.length) {
  const docs = new URL("../docs/", import.meta.url);
  mkdirSync(new URL("public/pictures/", docs), { recursive: true });
  const drawn = kernels.filter((kernel) => DRAWN_MEV.includes(kernel.energyMeV));
  writeFileSync(new URL("public/pictures/kernels.svg", docs), drawKernels(drawn, reference));
  writeFileSync(new URL("kernels.md", docs), kernelsPage(found, reference.provenance));
}
for (const { energyMeV, primary, scatter } of found) {
  for (const part of [primary, scatter]) {
    if (Math.abs(percentOff(part)) <= 1 || Math.abs(part.own - part.reference) <= 3 * part.sigma) continue;
    console.error(
      `isodose: kernel of ${energyMeV} MeV: ${part.name} is off by ${percentOff(part).toFixed(2)} %`,
    );
    process.exitCode = 3;
  }
}
