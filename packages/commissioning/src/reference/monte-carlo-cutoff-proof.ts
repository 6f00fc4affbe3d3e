import { InvalidInputError, type RunControl } from "@isodose/core";
import { type MonteCarloCutoffs, PENCIL_CUTOFFS, type SlabPencil } from "@isodose/dose";
import { curveOfPencil, isOnSlabs, pencilOfFiles } from "./monte-carlo-slabs.ts";
import type { PhotonReference } from "./reference-file.ts";

/** What half of a cut-off or step does to the dose of one case. */
export interface CutoffChange {
  /** Names in `MonteCarloCutoffs`, one or all. */
  readonly cutoffs: readonly (keyof MonteCarloCutoffs)[];
  readonly usual: readonly number[];
  readonly halved: readonly number[];
  /** Points above 20 % of their curve's maximum. */
  readonly points: number;
  /** Mean change of these points, % of the dose there, with its standard error from the batches. */
  readonly meanPercent: number;
  readonly meanSigmaPercent: number;
  /** Mean change of the curve that changes most for its standard error, with that error. */
  readonly curve: string;
  readonly curvePercent: number;
  readonly curveSigmaPercent: number;
  /** Points that move by more than two of their combined standard errors, %; chance alone gives 5 %. */
  readonly beyondPercent: number;
}

/** Options of {@link proveCutoffs}. */
export interface CutoffProofOptions extends RunControl {
  /** Photons of each run. Default 100 000. */
  readonly histories?: number;
  /** Default 1. */
  readonly seed?: number;
}

/** Every cut-off and step that a pencil in slabs has. */
const TRIED: readonly (keyof MonteCarloCutoffs)[] = [
  "electronMeV",
  "secondaryMeV",
  "bremsstrahlungMeV",
  "photonMeV",
  "stepEnergyFraction",
  "stepGPerCm2",
];
const HIGH_DOSE = 0.2;

/**
 * Halve the cut-offs and steps of the Monte Carlo engine, one by one and all at once, and compare the curves of a slab case with those
 * at the usual settings, each run with random numbers of its own.
 *
 * @throws InvalidInputError if the case is not on slabs at right angles to the axis; CancelledError
 */
export async function proveCutoffs(
  file: PhotonReference,
  options: CutoffProofOptions = {},
): Promise<CutoffChange[]> {
  const { histories = 100_000, seed = 1 } = options;
  if (!isOnSlabs(file))
    throw new InvalidInputError("phantom", file.phantom.kind, "slabs at right angles to the axis");
  const control: RunControl = options.signal ? { signal: options.signal } : {};
  const changes = [...TRIED.map((one) => [one]), TRIED];
  const run = (index: number, cutoffs: Partial<MonteCarloCutoffs>) =>
    pencilOfFiles([file], { histories, batches: 25, seed: seed + index, cutoffs }, control);
  const usual = curvesOf(file, await run(0, {}));
  const out: CutoffChange[] = [];
  for (const [i, cutoffs] of changes.entries()) {
    options.onProgress?.({ stage: "cut-offs", done: i, total: changes.length });
    // The electron cut-off alone would take that of secondaries along.
    const halves = { secondaryMeV: PENCIL_CUTOFFS.secondaryMeV } as Record<string, number>;
    for (const one of cutoffs) halves[one] = PENCIL_CUTOFFS[one] / 2;
    const changed = curvesOf(file, await run(i + 1, halves));
    out.push(changeOf(cutoffs, usual, changed));
  }
  options.onProgress?.({ stage: "cut-offs", done: changes.length, total: changes.length });
  return out;
}

interface CurveDoses {
  readonly name: string;
  readonly maximum: number;
  readonly values: Float64Array;
  readonly sigmas: Float64Array;
  /** [batch][point] */
  readonly ofBatches: readonly Float64Array[];
}

function curvesOf(file: PhotonReference, pencil: SlabPencil): CurveDoses[] {
  const cells = pencil.energyMeV.length / pencil.batches;
  const batch = (b: number): SlabPencil => ({
    ...pencil,
    batches: 1,
    energyMeV: pencil.energyMeV.subarray(b * cells, (b + 1) * cells),
    waterEnergyMeV: pencil.waterEnergyMeV.subarray(b * cells, (b + 1) * cells),
  });
  const batches = Array.from({ length: pencil.batches }, (_, b) => batch(b));
  return file.curves
    .filter((curve) => curve.quantity === "dose-to-medium" || curve.quantity === "dose-to-water")
    .map((curve) => {
      const { values, sigmas } = curveOfPencil(file, curve, pencil);
      const ofBatches = batches.map((one) => curveOfPencil(file, curve, one).values);
      return { name: curve.name, maximum: Math.max(...values), values, sigmas, ofBatches };
    });
}

/** Sum of relative doses over points, batch by batch. */
function sumsOfBatches({ values, ofBatches }: CurveDoses, points: readonly number[]): number[] {
  return ofBatches.map((doses) => points.reduce((sum, i) => sum + doses[i]! / values[i]!, 0));
}

/** Variance of the mean of independent batches. */
function varianceOfMean(sums: readonly number[]): number {
  const n = sums.length;
  const mean = sums.reduce((sum, s) => sum + s, 0) / n;
  return sums.reduce((sum, s) => sum + (s - mean) ** 2, 0) / n / (n - 1);
}

function changeOf(
  cutoffs: readonly (keyof MonteCarloCutoffs)[],
  usual: readonly CurveDoses[],
  changed: readonly CurveDoses[],
): CutoffChange {
  let points = 0;
  let beyond = 0;
  let sum = 0;
  // Repeated tracks serve all curves, so their errors go together: one sum a batch over all of them.
  const before = new Array<number>(usual[0]?.ofBatches.length ?? 0).fill(0);
  const after = [...before];
  let most = { curve: "", percent: 0, sigma: 1 };
  usual.forEach((a, c) => {
    const b = changed[c]!;
    const high = Array.from(a.values.keys()).filter((i) => a.values[i]! > HIGH_DOSE * a.maximum);
    let ofCurve = 0;
    for (const i of high) {
      ofCurve += b.values[i]! / a.values[i]! - 1;
      if (Math.abs(b.values[i]! - a.values[i]!) > 2 * Math.hypot(a.sigmas[i]!, b.sigmas[i]!)) beyond++;
    }
    const sumsBefore = sumsOfBatches(a, high);
    const sumsAfter = sumsOfBatches(b, high);
    sumsBefore.forEach((own, batch) => {
      before[batch]! += own;
      after[batch]! += sumsAfter[batch]!;
    });
    const own = varianceOfMean(sumsBefore) + varianceOfMean(sumsAfter);
    points += high.length;
    sum += ofCurve;
    const percent = (100 * ofCurve) / high.length;
    const sigma = (100 * Math.sqrt(own)) / high.length;
    if (Math.abs(percent / sigma) > Math.abs(most.percent / most.sigma))
      most = { curve: a.name, percent, sigma };
  });
  const usualValues = cutoffs.map((one) => PENCIL_CUTOFFS[one]);
  return {
    cutoffs,
    usual: usualValues,
    halved: usualValues.map((value) => value / 2),
    points,
    meanPercent: (100 * sum) / points,
    meanSigmaPercent: (100 * Math.sqrt(varianceOfMean(before) + varianceOfMean(after))) / points,
    curve: most.curve,
    curvePercent: most.percent,
    curveSigmaPercent: most.sigma,
    beyondPercent: (100 * beyond) / points,
  };
}
