import { InvalidInputError } from "@isodose/core";
import type { EnergyGroups } from "./energy-groups.ts";
import { bestLengths, fitAmplitudes } from "./fit-exponentials.ts";

/** Energy-deposition kernels in water by [energy][angle][radius]: shares of the photon's energy. */
export interface DepositionKernels {
  readonly energiesMeV: ArrayLike<number>;
  readonly angleEdgesDeg: ArrayLike<number>;
  /** From 0, mm in water of 1 g/cm³. */
  readonly radiusEdgesMm: ArrayLike<number>;
  /** Deposited by the charged particles of the first interaction. */
  readonly primary: Float32Array;
  /** Deposited by scattered photons, bremsstrahlung and annihilation. */
  readonly scatter: Float32Array;
}

/** States that travel along every cone. */
export const STATES = 3;

/** One cone of the collapsed kernel: azimuths of a polar bin share lengths and amplitudes. */
export interface PolarBin {
  /** Angle to the beam, radians: the mean over the energy of the bin. */
  readonly polarRadians: number;
  readonly azimuths: number;
  /** λₘ, mm in water. */
  readonly lengthsMm: readonly number[];
  /** Aₘ of the whole bin by [group][state]: shares of the group's primary (or scatter) energy. */
  readonly amplitudes: Float64Array;
}

/** A polar bin to be made: its upper edge, a multiple of the kernel's angle step, and its azimuths. */
export interface PolarEdge {
  readonly toDeg: number;
  readonly azimuths: number;
}

const lengthScale = (fromMm: number, factor: number, count: number) =>
  Array.from({ length: count }, (_, n) => fromMm * factor ** n);

/** Lengths that the fits choose from, mm. */
const PRIMARY_LENGTHS_MM = lengthScale(0.4, 1.3, 14);
const SCATTER_LENGTHS_MM = lengthScale(4, 1.45, 14);

/**
 * Collapse kernels on polar bins:  F(r) = Σₘ Aₘ (1 − e^{−r/λₘ})  along each, for every energy group; λₘ are those that fit the
 * whole spectrum best, so that a depth-dependent mix of groups is a sum of amplitudes.
 *
 * The primary amplitudes of a group add up to 1 over all bins. The scatter amplitudes add up to the share of the scattered energy
 * that the kernel's sphere holds, and a little beyond it.
 *
 * @param part - which of the two kernels
 * @param lineWeights - by group, the weight of each of its lines (TERMA in water); shares that add up to 1
 * @source collapsed cones: Ahnesjö, Med. Phys. 16 (1989) 577, doi:10.1118/1.596360; three free exponentials instead of his two
 */
export function collapseKernel(
  kernels: DepositionKernels,
  part: "primary" | "scatter",
  groups: EnergyGroups,
  lineWeights: readonly (readonly number[])[],
  groupWeights: ArrayLike<number>,
  edges: readonly PolarEdge[],
): PolarBin[] {
  const nAngles = kernels.angleEdgesDeg.length - 1;
  const nRadii = kernels.radiusEdgesMm.length - 1;
  // Kernel of every group, normalized to its primary (or scattered) energy.
  const shares = groups.lines.map(({ energiesMeV }, g) => {
    const share = new Float64Array(nAngles * nRadii);
    let energy = 0;
    energiesMeV.forEach((energyMeV, n) => {
      energy += lineWeights[g]![n]! * addKernelAt(kernels, part, energyMeV, lineWeights[g]![n]!, share);
    });
    return share.map((value) => value / energy);
  });
  const radii = Array.from(kernels.radiusEdgesMm).slice(1);
  const bins: PolarBin[] = [];
  let firstAngle = 0;
  for (const { toDeg, azimuths } of edges) {
    const lastAngle = angleIndex(kernels.angleEdgesDeg, toDeg);
    const cumulative = shares.map((share) => cumulativeOf(share, firstAngle, lastAngle, nRadii));
    const mixed = radii.map((_, e) => cumulative.reduce((sum, f, g) => sum + groupWeights[g]! * f[e]!, 0));
    const held = part === "primary";
    const lengthsMm = bestLengths(
      radii,
      mixed,
      held ? PRIMARY_LENGTHS_MM : SCATTER_LENGTHS_MM,
      held ? mixed[nRadii - 1]! : Number.NaN,
    );
    const amplitudes = new Float64Array(groups.count * STATES);
    cumulative.forEach((f, g) => {
      const out = amplitudes.subarray(g * STATES, (g + 1) * STATES);
      fitAmplitudes(radii, f, lengthsMm, held ? f[nRadii - 1]! : Number.NaN, out);
    });
    let energy = 0;
    let moment = 0;
    for (let a = firstAngle; a < lastAngle; a++) {
      const middle = ((kernels.angleEdgesDeg[a]! + kernels.angleEdgesDeg[a + 1]!) / 2) * (Math.PI / 180);
      for (let e = 0; e < nRadii; e++) {
        for (let g = 0; g < groups.count; g++) {
          const value = groupWeights[g]! * shares[g]![a * nRadii + e]!;
          energy += value;
          moment += value * middle;
        }
      }
    }
    const polarRadians = energy > 0 ? moment / energy : 0;
    bins.push({ polarRadians, azimuths, lengthsMm, amplitudes });
    firstAngle = lastAngle;
  }
  return bins;
}

/** Energy of a group's primary kernel per energy of its photons, by group: the share that starts on charged particles. */
export function primaryShare(kernels: DepositionKernels, energyMeV: number): number {
  const share = new Float64Array((kernels.angleEdgesDeg.length - 1) * (kernels.radiusEdgesMm.length - 1));
  return addKernelAt(kernels, "primary", energyMeV, 1, share);
}

/**
 * Add `weight` times the kernel at an energy to `out`, linear in ln E between two kernels.
 * @returns the energy that this kernel divides: primary, or all that is not primary
 */
function addKernelAt(
  kernels: DepositionKernels,
  part: "primary" | "scatter",
  energyMeV: number,
  weight: number,
  out: Float64Array,
): number {
  const energies = kernels.energiesMeV;
  const last = energies.length - 1;
  if (energyMeV > energies[last]! * (1 + 1e-9))
    throw new InvalidInputError(
      "spectrum energy",
      energyMeV,
      `at most ${energies[last]} MeV, the highest kernel`,
    );
  let upper = 1;
  while (upper < last && energies[upper]! < energyMeV) upper++;
  const lowLog = Math.log(energies[upper - 1]!);
  const t = Math.max(0, (Math.log(energyMeV) - lowLog) / (Math.log(energies[upper]!) - lowLog));
  const n = out.length;
  let primary = 0;
  for (const [index, mix] of [
    [upper - 1, 1 - t],
    [upper, t],
  ] as const) {
    const values = kernels[part];
    for (let v = 0; v < n; v++) {
      out[v]! += weight * mix * values[index * n + v]!;
      primary += mix * kernels.primary[index * n + v]!;
    }
  }
  return part === "primary" ? primary : 1 - primary;
}

/** Share inside each outer radius, added over a range of angles. */
function cumulativeOf(share: Float64Array, from: number, to: number, nRadii: number): Float64Array {
  const out = new Float64Array(nRadii);
  let sum = 0;
  for (let e = 0; e < nRadii; e++) {
    for (let a = from; a < to; a++) sum += share[a * nRadii + e]!;
    out[e] = sum;
  }
  return out;
}

function angleIndex(edgesDeg: ArrayLike<number>, toDeg: number): number {
  for (let a = 1; a < edgesDeg.length; a++) if (Math.abs(edgesDeg[a]! - toDeg) < 1e-6) return a;
  throw new InvalidInputError("polar edge", toDeg, "an edge of the kernel's angle bins, degrees");
}
