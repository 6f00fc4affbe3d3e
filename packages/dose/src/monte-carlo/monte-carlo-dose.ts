import {
  assertGrid,
  createVolume,
  fieldWidthMm,
  InvalidInputError,
  type Medium,
  type PhotonField,
  type RunControl,
  throwIfCancelled,
  UnsupportedError,
  type Volume,
  voxelCount,
  voxelVolumeMm3,
  type Warning,
  yieldToEventLoop,
} from "@isodose/core";
import { BatchSums } from "./batch-sums.ts";
import { completeCutoffs, type MonteCarloCutoffs } from "./cutoffs.ts";
import { finishInSlices } from "./finish-in-slices.ts";
import { highestEnergyMeV, type SourceRays, sourceRays } from "./photon-source.ts";
import { batchInSteps } from "./run-batch.ts";
import { buildTransportScene, type TransportGeometry, type TransportScene } from "./transport-scene.ts";
import { completeVarianceReduction, type VarianceReduction } from "./variance-reduction.ts";

/** What is scored: energy per mass as it is, or each deposition times water's stopping power over the medium's. */
export type MonteCarloQuantity = "dose-to-medium" | "dose-to-water-in-medium";

/** What {@link monteCarloDose} needs. */
export interface MonteCarloRequest {
  readonly medium: Medium;
  /** Fields that shine together; each gives 1 photon/cm² times its weight in its reference plane. */
  readonly fields: readonly PhotonField[];
  /** One ≥ 0 per field. Default: all 1. */
  readonly weights?: readonly number[];
  /** Photons of all fields and batches together. Or, with a target uncertainty, the most that are spent (default 1e9). */
  readonly histories?: number;
  /** Stop when the root mean square of the relative standard error over the voxels of `target` falls to this, percent. */
  readonly targetUncertaintyPercent?: number;
  /** Voxels that the target uncertainty is about, 1 each, x fastest. Default: those above half of the maximum. */
  readonly target?: Uint8Array;
  /** Batches that `histories` is divided into. Default 20. Not used with a target uncertainty. */
  readonly batches?: number;
  /** Photons of one batch where a target uncertainty rules. Default 20 000. */
  readonly batchHistories?: number;
  /** A whole number from 0 to 2⁵³. Default 1. */
  readonly seed?: number;
  readonly cutoffs?: Partial<MonteCarloCutoffs>;
  /** Default "dose-to-medium". */
  readonly quantity?: MonteCarloQuantity;
  readonly varianceReduction?: Partial<VarianceReduction>;
}

/** MeV per unit of the fields (1 photon/cm² each times its weight). */
export interface EnergyBalance {
  readonly inMeV: number;
  readonly depositedMeV: number;
  readonly escapedMeV: number;
}

/** What {@link monteCarloDose} returns. */
export interface MonteCarloDose {
  /** Gy per unit of the fields: Gy cm². 0 where the density is 0. */
  readonly dose: Volume;
  /** One standard error of it, from the batches. */
  readonly sigma: Volume;
  readonly histories: number;
  readonly batches: number;
  readonly energyBalance: EnergyBalance;
  /** `coarse-grid`: a field is narrower than three voxels. `high-uncertainty`: the target uncertainty was not reached. */
  readonly warnings: readonly Warning[];
}

/** Everything a batch needs: tables, geometry and sources. Plain typed arrays, so it can be sent to a worker. */
export interface PreparedMonteCarlo {
  readonly scene: TransportScene;
  readonly sources: readonly SourceRays[];
  /** Photons of each source in a batch. */
  readonly historiesPerBatch: readonly number[];
  /** Weight of one photon of each source: so that a batch adds up to one unit of the fields. */
  readonly historyWeights: readonly number[];
  readonly seed: number;
  readonly splitting: number;
  readonly forced: boolean;
  /** Interactions that the copies of a photon share; 0: each has its own. */
  readonly groups: number;
  /** Copies of a scattered photon. */
  readonly scatteredCopies: number;
  readonly quasiRandom: boolean;
}

const JOULE_PER_MEV = 1.602176634e-13;
const DEFAULT_BATCHES = 20;
/** Fewer say too little about their own spread. */
const LEAST_BATCHES = 10;
const DEFAULT_BATCH_HISTORIES = 20_000;
const MOST_HISTORIES = 1e9;

function voxelGeometry(medium: Medium): TransportGeometry {
  const { grid, densityGPerCm3: density, materialIndex: material, materials } = medium;
  assertGrid(grid, "medium.grid");
  const n = voxelCount(grid);
  if (density.length !== n)
    throw new InvalidInputError("medium.densityGPerCm3", density.length, `${n} values, one per voxel`);
  if (material.length !== n)
    throw new InvalidInputError("medium.materialIndex", material.length, `${n} values, one per voxel`);
  for (let c = 0; c < n; c++) {
    if (!(density[c] >= 0 && density[c] < 30))
      throw new InvalidInputError(`medium.densityGPerCm3[${c}]`, density[c], "a density from 0 to 30 g/cm³");
    if (material[c] >= materials.length)
      throw new InvalidInputError(
        `medium.materialIndex[${c}]`,
        material[c],
        `below ${materials.length}, the number of materials`,
      );
  }
  const planes = (axis: 0 | 1 | 2) =>
    Float64Array.from({ length: grid.size[axis] + 1 }, (_, i) => i * grid.spacingMm[axis]);
  return {
    nx: grid.size[0],
    ny: grid.size[1],
    nz: grid.size[2],
    xMm: planes(0),
    yMm: planes(1),
    zMm: planes(2),
    perX: 1 / grid.spacingMm[0],
    perY: 1 / grid.spacingMm[1],
    perZ: 1 / grid.spacingMm[2],
    density,
    material,
  };
}

/**
 * Check a request and build what its batches need.
 * @throws InvalidInputError for zero histories, a bad density, field, weight, cut-off or number
 * @throws UnsupportedError for energies above 20 MeV
 */
export function prepareMonteCarlo(request: MonteCarloRequest): PreparedMonteCarlo {
  const { fields, seed = 1 } = request;
  if (fields.length < 1) throw new InvalidInputError("fields", 0, "one field at least");
  const weights = request.weights ?? fields.map(() => 1);
  if (weights.length !== fields.length)
    throw new InvalidInputError("weights", weights.length, `${fields.length} numbers, one per field`);
  weights.forEach((w, i) => {
    if (!(Number.isFinite(w) && w >= 0)) throw new InvalidInputError(`weights[${i}]`, w, "a number ≥ 0");
  });
  if (!(Number.isSafeInteger(seed) && seed >= 0))
    throw new InvalidInputError("seed", seed, "a whole number ≥ 0");
  const isTargeted = request.targetUncertaintyPercent !== undefined;
  if (isTargeted && !(request.targetUncertaintyPercent! > 0))
    throw new InvalidInputError(
      "targetUncertaintyPercent",
      request.targetUncertaintyPercent,
      "a number > 0, %",
    );
  if (!isTargeted && !(request.histories! >= 1))
    throw new InvalidInputError(
      "histories",
      request.histories,
      "a number ≥ 1, or a targetUncertaintyPercent",
    );
  const batches = request.batches ?? DEFAULT_BATCHES;
  if (!(Number.isInteger(batches) && batches >= 2))
    throw new InvalidInputError("batches", batches, "a whole number ≥ 2");
  const reduction = completeVarianceReduction(request.varianceReduction);
  const geometry = voxelGeometry(request.medium);
  const sourcesOfFields = fields.map((field, i) => sourceRays(field, request.medium.grid, `fields[${i}]`));
  const sources = sourcesOfFields.flat();
  const highest = Math.max(...fields.map((field) => highestEnergyMeV(field.spectrum)));
  if (!(highest <= 20)) throw new UnsupportedError("photon energy", `${highest} MeV; tables end at 20 MeV`);
  const scene = buildTransportScene(
    geometry,
    request.medium.materials,
    highest,
    completeCutoffs(request.cutoffs),
    null,
    request.quantity === "dose-to-water-in-medium",
    reduction.alikeScattering,
  );
  const photons = sourcesOfFields.flatMap((of, i) => of.map((source) => source.areaCm2 * weights[i]));
  const spent = photons.map((n, i) => n * sources[i].emphasis);
  const all = spent.reduce((sum, n) => sum + n, 0);
  if (!(all > 0)) throw new InvalidInputError("weights", weights.join(", "), "one weight above 0 at least");
  const perBatch = isTargeted
    ? (request.batchHistories ?? DEFAULT_BATCH_HISTORIES)
    : request.histories! / batches;
  const historiesPerBatch = spent.map((n) => (n > 0 ? Math.max(1, Math.round((perBatch * n) / all)) : 0));
  return {
    scene,
    sources,
    historiesPerBatch,
    historyWeights: photons.map((n, i) => (n > 0 ? n / historiesPerBatch[i] : 0)),
    seed,
    splitting: reduction.splitting,
    forced: reduction.forceFirstInteraction,
    groups: reduction.sharedInteractions,
    scatteredCopies: reduction.scatteredSplitting,
    quasiRandom: reduction.quasiRandom,
  };
}

/** Voxels across a field below which its edges are blurred by the grid more than by physics. */
const FEWEST_VOXELS = 3;

function gridWarnings(request: MonteCarloRequest): Warning[] {
  const coarsest = Math.max(...request.medium.grid.spacingMm);
  return request.fields.flatMap(({ shape }, i) => {
    const widthMm = fieldWidthMm(shape);
    if (widthMm >= FEWEST_VOXELS * coarsest) return [];
    const message = `fields[${i}] is ${Number(widthMm.toFixed(2))} mm wide, ${(widthMm / coarsest).toFixed(1)} voxels of ${coarsest} mm; take ${(widthMm / FEWEST_VOXELS).toFixed(1)} mm or less`;
    return [{ code: "coarse-grid", message }];
  });
}

/**
 * Dose of photon fields by Monte Carlo transport of photons, electrons and positrons in voxels.
 *
 * The result depends on the request alone: the random numbers of each history follow from seed, field, batch and number.
 * @throws InvalidInputError, UnsupportedError as {@link prepareMonteCarlo}; InvalidInputError if no ray meets the grid; CancelledError
 */
export async function monteCarloDose(
  request: MonteCarloRequest,
  control: RunControl = {},
): Promise<MonteCarloDose> {
  throwIfCancelled(control.signal);
  const prepared = prepareMonteCarlo(request);
  const { grid, densityGPerCm3: density } = request.medium;
  const cells = prepared.scene.cells;
  if (request.target && request.target.length !== cells)
    throw new InvalidInputError("target", request.target.length, `${cells} values, one per voxel`);
  const target = request.targetUncertaintyPercent;
  const perBatch = prepared.historiesPerBatch.reduce((sum, n) => sum + n, 0);
  const planned =
    target === undefined
      ? (request.batches ?? DEFAULT_BATCHES)
      : Math.max(2, Math.floor((request.histories ?? MOST_HISTORIES) / perBatch));
  const sums = new BatchSums(cells);
  // With a target uncertainty, how many batches it will take shows on the way: σ² falls as their number grows.
  let expected = planned;
  for (let batch = 0; batch < planned; batch++) {
    control.onProgress?.({ stage: "monte-carlo", done: batch, total: expected });
    await yieldToEventLoop(control.signal);
    sums.add(await finishInSlices(batchInSteps(prepared, batch), control.signal));
    if (batch === 0 && sums.tally[1] === 0)
      throw new InvalidInputError("fields", request.fields.length, "fields that meet matter inside the grid");
    if (target === undefined || batch === 0) continue;
    const reached = sums.uncertaintyPercent(density, request.target);
    if (batch + 1 >= LEAST_BATCHES && reached <= target) break;
    const needed = Math.ceil((batch + 1) * (reached / target) ** 2);
    expected = Math.min(planned, Math.max(batch + 2, LEAST_BATCHES, needed));
  }
  const warnings = gridWarnings(request);
  if (target !== undefined) {
    const reached = sums.uncertaintyPercent(density, request.target);
    if (!(reached <= target)) {
      const message = `uncertainty is ${reached.toFixed(2)} % after ${perBatch * sums.count} histories, ${target} % was asked for`;
      warnings.push({ code: "high-uncertainty", message });
    }
  }
  const dose = new Float32Array(cells);
  const sigma = new Float32Array(cells);
  const cm3 = voxelVolumeMm3(grid) / 1000;
  for (let c = 0; c < cells; c++) {
    if (!(density[c] > 0)) continue;
    const factor = (JOULE_PER_MEV * 1000) / (density[c] * cm3);
    dose[c] = (factor * sums.sum[c]) / sums.count;
    sigma[c] = factor * Math.sqrt(sums.variance(c));
  }
  return {
    dose: createVolume(grid, "Gy", "", dose),
    sigma: createVolume(grid, "Gy", "", sigma),
    histories: perBatch * sums.count,
    batches: sums.count,
    energyBalance: {
      inMeV: sums.tally[0] / sums.count,
      depositedMeV: sums.tally[1] / sums.count,
      escapedMeV: sums.tally[2] / sums.count,
    },
    warnings,
  };
}
