import { InvalidInputError, type RunControl, type Warning } from "@isodose/core";
import {
  fieldDoseOfPencil,
  monteCarloPencilInSlabs,
  type SlabPencil,
  type SlabPencilRequest,
} from "@isodose/dose";
import { placedLayers } from "./matter-at-depth.ts";
import { depthBinOf, depthEdgesFor } from "./pencil-bins.ts";
import { isNormalToSlabs, reachOfCurves } from "./photon-scene.ts";
import type { ComputedCurve, ComputedReference, ReferenceRun } from "./reference-engine.ts";
import type { FileCurve, PhotonReference, RegionSample } from "./reference-file.ts";

/** Histories are run in portions until the own standard error is reached, or up to the most. */
const PORTION_HISTORIES = 100_000;
const LEAST_PORTION_HISTORIES = 5000;
const LEAST_PORTIONS = 4;
const PORTION_BATCHES = 5;
const MOST_HISTORIES = 2_000_000;
/** Own standard error wanted on points above 20 % of a curve's maximum, %. */
const WANTED_SIGMA_PERCENT = 0.3;
/** Less across: the points of a profile share one error, and their mean deviation has all of it. */
const WANTED_ACROSS_PERCENT = 0.2;
const HIGH_DOSE = 0.2;
/** Rings around the pencil: the first, and how far beyond the farthest edge of a field, mm in the reference plane. */
const FIRST_RING_MM = 0.02;
const RING_MARGIN_MM = 2;
/** Points of a mean across the axis, and around a ring of a rectangle. */
const LATERAL_POINTS = 5;
const RING_ANGLES = 16;
/** Rays of the field are taken parallel to the axis: up to this slope the cosine is within 0.5 %. */
const STEEPEST = 0.1;

/** Pencils by the scene that they belong to: fields on one phantom share one. */
export type PencilStore = Map<string, Promise<SlabPencil>>;

/**
 * Curves of a case on slabs by superposition of one pencil; cases of the run on the same phantom, with the same source and spectrum, share
 * it.
 * @param store - pencils made so far; added to
 */
export async function monteCarloSlabs(
  file: PhotonReference,
  run: ReferenceRun,
  store: PencilStore,
): Promise<Pick<ComputedReference, "curves" | "warnings" | "settings">> {
  const key = sceneKey(file);
  let pending = store.get(key);
  if (!pending) {
    const sharing = run.files.filter(
      (other): other is PhotonReference =>
        other.particle === "photon" && isOnSlabs(other) && sceneKey(other) === key,
    );
    pending = makePencil(sharing.length > 0 ? sharing : [file], run);
    store.set(key, pending);
    pending.catch(() => store.delete(key));
  }
  const pencil = await pending;
  const curves = file.curves.map((curve): ComputedCurve | string =>
    isDose(curve) ? curveOfPencil(file, curve, pencil) : `gives no ${curve.quantity}`,
  );
  return {
    curves,
    warnings: slopeWarnings(file),
    settings: `pencil beam in the slabs, ${(pencil.histories / 1e6).toFixed(2)} million histories, superposed over the field`,
  };
}

/** Can a case be computed from a pencil: slabs at right angles to the axis? */
export function isOnSlabs(file: PhotonReference): boolean {
  return file.phantom.kind === "slabs" && isNormalToSlabs(file);
}

function isDose({ quantity }: FileCurve): boolean {
  return (
    quantity === "dose-to-medium" || quantity === "dose-to-water-in-medium" || quantity === "dose-to-water"
  );
}

function sceneKey({ spectrum, source, phantom, materials }: PhotonReference): string {
  return JSON.stringify([spectrum, source, phantom.kind === "slabs" ? phantom.layers : "", materials]);
}

async function makePencil(files: readonly PhotonReference[], run: ReferenceRun): Promise<SlabPencil> {
  const mostHistories = run.effort * MOST_HISTORIES;
  const histories = Math.round(
    Math.min(PORTION_HISTORIES, Math.max(LEAST_PORTION_HISTORIES, mostHistories / (2 * LEAST_PORTIONS))),
  );
  const control: RunControl = run.signal ? { signal: run.signal } : {};
  const portionOf = (seed: number) =>
    pencilOfFiles(files, { histories, batches: PORTION_BATCHES, seed }, control);
  const wanted = WANTED_SIGMA_PERCENT / Math.sqrt(run.effort);
  const most = Math.max(LEAST_PORTIONS, Math.ceil(mostHistories / histories));
  let pencil = await portionOf(run.seed);
  for (let portion = 1; portion < most; portion++) {
    if (portion >= LEAST_PORTIONS && largestSigmaPercent(files, pencil) <= wanted) break;
    pencil = joined(pencil, await portionOf(seedOf(run.seed, portion)));
  }
  return pencil;
}

/** One run of the pencil that serves all curves of cases on one phantom, with the same source and spectrum. */
export async function pencilOfFiles(
  files: readonly PhotonReference[],
  run: Pick<SlabPencilRequest, "histories" | "batches" | "seed" | "cutoffs">,
  control: RunControl,
): Promise<SlabPencil> {
  const file = files[0]!;
  const { phantom, source } = file;
  if (phantom.kind !== "slabs") throw new InvalidInputError("phantom.kind", phantom.kind, "slabs");
  const distances =
    source.kind === "point"
      ? { sourceToSurfaceMm: source.toSurfaceMm, sourceToReferenceMm: source.toReferencePlaneMm }
      : { sourceToSurfaceMm: Number.POSITIVE_INFINITY, sourceToReferenceMm: Number.POSITIVE_INFINITY };
  return monteCarloPencilInSlabs(
    {
      slabs: phantom.layers.map(({ material, thicknessMm }) => ({
        material: file.materials[material]!,
        densityGPerCm3: file.materials[material]!.densityGPerCm3,
        thicknessMm,
      })),
      spectrum: file.spectrum,
      ...distances,
      depthEdgesMm: depthEdgesFor(
        files,
        placedLayers(file).map((layer) => layer.bottomMm),
      ),
      firstRingMm: FIRST_RING_MM,
      lastRingMm: Math.max(...files.map(reachInReferencePlane)) + RING_MARGIN_MM,
      ...run,
    },
    control,
  );
}

/** Seeds of the portions of one run; those of neighbouring seeds do not meet. */
function seedOf(seed: number, portion: number): number {
  return (seed + Math.imul(portion, 0x9e3779b1)) >>> 0;
}

/** Half the diagonal of the field and the farthest point of the curves, both in the reference plane. */
function reachInReferencePlane(file: PhotonReference): number {
  const { shape, source } = file;
  const half = shape.kind === "circle" ? shape.diameterMm / 2 : Math.hypot(shape.widthMm, shape.heightMm) / 2;
  const magnification =
    source.kind === "point" ? Math.min(1, source.toSurfaceMm / source.toReferencePlaneMm) : 1;
  return half + reachOfCurves(file).offAxisMm / magnification;
}

function joined(a: SlabPencil, b: SlabPencil): SlabPencil {
  const join = (x: Float64Array, y: Float64Array) => {
    const out = new Float64Array(x.length + y.length);
    out.set(x);
    out.set(y, x.length);
    return out;
  };
  return {
    ...a,
    batches: a.batches + b.batches,
    histories: a.histories + b.histories,
    energyMeV: join(a.energyMeV, b.energyMeV),
    waterEnergyMeV: join(a.waterEnergyMeV, b.waterEnergyMeV),
  };
}

/** Own standard errors of high doses, profiles counted as if those of depth curves were wanted. */
function largestSigmaPercent(files: readonly PhotonReference[], pencil: SlabPencil): number {
  let largest = 0;
  for (const file of files) {
    for (const curve of file.curves) {
      if (!isDose(curve)) continue;
      const { values, sigmas } = curveOfPencil(file, curve, pencil);
      const most = values.reduce((a, b) => Math.max(a, b), 0);
      const factor = curve.along === "depth" ? 1 : WANTED_SIGMA_PERCENT / WANTED_ACROSS_PERCENT;
      values.forEach((value, i) => {
        if (value > HIGH_DOSE * most) largest = Math.max(largest, (factor * 100 * sigmas[i]!) / value);
      });
    }
  }
  return largest;
}

/** One curve of a case: the pencil superposed over its field, with standard errors. */
export function curveOfPencil(file: PhotonReference, curve: FileCurve, pencil: SlabPencil): ComputedCurve {
  const { shape, phantom } = file;
  const thicknessMm =
    phantom.kind === "slabs" ? phantom.layers.reduce((sum, layer) => sum + layer.thicknessMm, 0) : 0;
  const n = curve.samples.length;
  const out = { values: new Float64Array(n), sigmas: new Float64Array(n) };
  const quantity = curve.quantity === "dose-to-medium" ? "dose-to-medium" : "dose-to-water-in-medium";
  curve.samples.forEach((sample, i) => {
    const depthMm = depthBinOf(sample, thicknessMm);
    let weights = 0;
    for (const { offAxisMm, offAxisHeightMm, weight } of lateralPoints(
      sample,
      curve,
      shape.kind === "rectangle",
    )) {
      const dose = fieldDoseOfPencil(pencil, shape, { depthMm, offAxisMm, offAxisHeightMm, quantity });
      out.values[i]! += weight * dose.doseGyCm2;
      out.sigmas[i]! += weight * dose.sigmaGyCm2;
      weights += weight;
    }
    out.values[i]! /= weights;
    out.sigmas[i]! /= weights;
  });
  return out;
}

/** Points across the axis whose weighted mean stands for a sample; one where it is a point. */
function lateralPoints(
  { offAxisLowMm: low, offAxisHighMm: high }: RegionSample,
  { lateral }: FileCurve,
  isRectangle: boolean,
): { offAxisMm: number; offAxisHeightMm: number; weight: number }[] {
  const count = high > low ? LATERAL_POINTS : 1;
  const radii = Array.from({ length: count }, (_, i) => low + ((i + 0.5) / count) * (high - low));
  const angles = lateral === "ring" && isRectangle ? RING_ANGLES : 1;
  return radii.flatMap((r) =>
    Array.from({ length: angles }, (_, a) => {
      const angle = angles === 1 ? 0 : (2 * Math.PI * (a + 0.5)) / angles;
      const weight = (lateral === "ring" && count > 1 ? Math.abs(r) : 1) / angles;
      return { offAxisMm: r * Math.cos(angle), offAxisHeightMm: r * Math.sin(angle), weight };
    }),
  );
}

function slopeWarnings({ source, shape }: PhotonReference): Warning[] {
  if (source.kind !== "point") return [];
  const half = shape.kind === "circle" ? shape.diameterMm / 2 : Math.hypot(shape.widthMm, shape.heightMm) / 2;
  const slope = half / source.toReferencePlaneMm;
  if (slope <= STEEPEST) return [];
  return [
    {
      code: "STEEP_RAYS",
      message: `rays at the field's edge slope by ${slope.toFixed(2)}, superposition takes them parallel to the axis; good up to ${STEEPEST}`,
    },
  ];
}
