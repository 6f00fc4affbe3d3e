import { alignedTable } from "../docs/readme-table.ts";
import { type KernelComparison, type KernelSum, percentOff, worstRegions } from "./compare-kernel.ts";

const signed = (x: number, digits = 2) => `${x < 0 ? "−" : ""}${Math.abs(x).toFixed(digits)}`;
const withError = (one: KernelSum) =>
  `${signed(percentOff(one))} ± ${((100 * one.sigma) / one.reference).toFixed(2)} %`;

/** The table of the page and of the terminal. */
export function kernelsTable(all: readonly KernelComparison[]): string {
  return alignedTable([
    [
      "energy, MeV",
      "inside 600 mm",
      "primary share",
      "primary off by",
      "scatter off by",
      "mean depth off by",
      "mean distance from the axis off by",
      "χ² primary (bins)",
      "χ² scatter (bins)",
    ],
    ...all.map((c) => [
      String(c.energyMeV),
      c.contained.own.toFixed(4),
      c.primary.own.toFixed(4),
      withError(c.primary),
      withError(c.scatter),
      withError(c.forwardMm),
      withError(c.lateralMm),
      `${c.reducedChiSquare.primary.toFixed(2)} (${c.bins.primary})`,
      `${c.reducedChiSquare.scatter.toFixed(2)} (${c.bins.scatter})`,
    ]),
  ]);
}

/** Regions that deviate most, two an energy. */
export function regionsTable(all: readonly KernelComparison[]): string {
  return alignedTable([
    ["energy, MeV", "region", "share of the energy", "off by"],
    ...all.flatMap((c) =>
      worstRegions(c, 2).map((region) => [
        String(c.energyMeV),
        region.name,
        region.reference.toFixed(4),
        withError(region),
      ]),
    ),
  ]);
}

/** The page docs/kernels.md. */
export function kernelsPage(all: readonly KernelComparison[], provenance: string): string {
  const histories = all.reduce((sum, c) => sum + c.histories, 0);
  return `# Energy deposition kernels

A kernel says where photons that interact at one point leave their energy; the \`collapsed-cone\` engine superposes kernels of water. Those that come with
the library were computed with EGSnrc; this page, written by \`npm run kernels\`, computes them again with the library's own Monte Carlo and shows where the two differ.

![Energy deposition kernels in water: energy inside a radius and by angle, own Monte Carlo as lines, EGSnrc as dots](./public/pictures/kernels.svg)

Lines: own Monte Carlo. Dots: EGSnrc. Primary energy is deposited by the charged particles of the first interaction, all other energy comes with later photons: scattered,
from bremsstrahlung and annihilation.

\`\`\`ts
import { energyDepositionKernel } from "@isodose/dose";
import { MATERIALS, photonCoefficients } from "@isodose/physics";

const kernel = await energyDepositionKernel({
  material: MATERIALS.water,
  energyMeV: 2,
  histories: 4000,
});
// The primary part holds the energy that charged particles get at first: µ_en/µ.
const primary = kernel.primary.reduce((sum, share) => sum + share, 0);
const { total, energyAbsorption } = photonCoefficients(MATERIALS.water, 2);
if (Math.abs(primary / (energyAbsorption / total) - 1) > 0.05)
  throw new Error(\`primary share is \${primary}\`);
\`\`\`

$$ K(r, \\theta) = \\frac{1}{E} \\frac{\\Delta E(r, \\theta)}{\\text{photons that interact}}, \\qquad \\sum K_\\text{primary} = \\mu_\\text{en} / \\mu $$

## Options

| option          | unit  | default                                                        |
| --------------- | ----- | -------------------------------------------------------------- |
| \`material\`      |       | required                                                       |
| \`energyMeV\`     | MeV   | required, 0.02 to 20                                           |
| \`histories\`     |       | required                                                       |
| \`densityGPerCm3\`| g/cm³ | that of the material                                           |
| \`angles\`        |       | 48 polar bins of equal width                                   |
| \`radiusEdgesMm\` | mm    | 24 shells to 600 mm                                            |
| \`batches\`       |       | 25; the standard errors follow from them                       |
| \`seed\`          |       | 1                                                              |
| \`cutoffs\`       | MeV   | electrons to a hundredth of the photon's energy, 0.01 to 0.05; steps of 5 % of the energy, at most 0.05 g/cm² |

## Own Monte Carlo against EGSnrc

${all.length} energies, ${histories.toLocaleString("en")} photons in all. "Off by" is own over EGSnrc with one standard error of both; χ² is the mean of squared deviations over
squared standard errors, over the bins that hold 1e-4 of the energy and are known to 10 %. Both are analog, so the error of an EGSnrc bin is taken from ours and the ratio of histories. Depth and distance from
the axis are means over the primary energy, with the energy of a bin in its middle.

${kernelsTable(all)}

The two regions of each energy that deviate most from what statistics explain, among those with 1 % of the energy:

${regionsTable(all)}

## Source

${provenance}. The definition of primary and scattered part: T. R. Mackie et al., Phys. Med. Biol. 33 (1988) 1, doi:10.1088/0031-9155/33/1/001.
`;
}
