import { placedLayers } from "./matter-at-depth.ts";
import type { FileCurve, PhotonReference, RegionSample } from "./reference-file.ts";

/** When one point agrees; one of dose, distance and statistics is enough. */
export interface PointTolerance {
  readonly dosePercent: number;
  /** Percent of the dose on the axis at the same depth, or of the dose at the point. */
  readonly of: "axis" | "local";
  /** Along the curve, mm. */
  readonly distanceMm: number;
  /** Combined standard errors of both. */
  readonly sigmas: number;
}

/** What an engine must reach. */
export interface EngineTolerance {
  /** The tolerance of a point; a text: it is reported apart, and says why. */
  readonly pointTolerance: (
    file: PhotonReference,
    curve: FileCurve,
    sample: RegionSample,
  ) => PointTolerance | string;
  /** Of all points of all cases, %. */
  readonly overallPassPercent: number;
  /** Of all points of a case, %. */
  readonly casePassPercent: number;
  /** Of the points of each curve, %. */
  readonly curvePassPercent: number;
  /** Mean signed deviation of each curve over all its points, % of the dose on the axis at the same depth; undefined: not asked for. */
  readonly meanPercent: number | undefined;
  /** With a model floor of 1 % of the dose at the point; undefined: not asked for. */
  readonly reducedChiSquare: number | undefined;
  /** Own standard error of points above 20 % of the curve's maximum, %; undefined: not asked for. */
  readonly ownSigmaPercent: number | undefined;
  /** Output factors of a circle of that diameter (or a square of that width), %. */
  readonly outputFactorPercent: (sizeMm: number) => number;
  /** In words, for the report. */
  readonly words: string;
}

/** Regions at interfaces where collapsed cone is known to err, mm. */
const BONE_INTERFACE_MM = 3;
const LUNG_ENTRY_MM = 25;
const LUNG_EXIT_MM = 8;
const METAL_MM = 10;
const SURFACE_MM = 2;

/** Field size for the tolerances that depend on it: diameter, or the shorter side. */
export function fieldSizeMm({ shape }: Pick<PhotonReference, "shape">): number {
  return shape.kind === "circle" ? shape.diameterMm : Math.min(shape.widthMm, shape.heightMm);
}

function collapsedConePoint(
  file: PhotonReference,
  _curve: FileCurve,
  { depthLowMm: low, depthHighMm: high }: RegionSample,
): PointTolerance | string {
  const layers = placedLayers(file);
  if (layers.length > 0 && (low + high) / 2 < SURFACE_MM) return `first ${SURFACE_MM} mm`;
  let dosePercent = 2;
  for (const layer of layers) {
    const { topMm, bottomMm, kind } = layer;
    if (kind === "metal" && high > topMm - METAL_MM && low < bottomMm + METAL_MM)
      return `within ${METAL_MM} mm of metal`;
    if (
      kind === "bone" &&
      [topMm, bottomMm].some((z) => high > z - BONE_INTERFACE_MM && low < z + BONE_INTERFACE_MM)
    )
      return `within ${BONE_INTERFACE_MM} mm of bone's faces`;
    if (kind === "bone" || kind === "metal") dosePercent = Math.max(dosePercent, 3);
    if (kind === "low") {
      const entry = high > topMm && low < Math.min(bottomMm, topMm + LUNG_ENTRY_MM);
      const exit = high > bottomMm - LUNG_EXIT_MM && low < bottomMm + LUNG_EXIT_MM;
      dosePercent = Math.max(dosePercent, entry || exit ? 10 : 3);
    }
  }
  return { dosePercent, of: "axis", distanceMm: 1, sigmas: 0 };
}

/** What each engine must reach against the reference cases, by engine id. */
export const ENGINE_TOLERANCES: Readonly<Record<string, EngineTolerance>> = Object.freeze<
  Record<string, EngineTolerance>
>({
  "monte-carlo": {
    pointTolerance: () => ({ dosePercent: 1.5, of: "local", distanceMm: 0.3, sigmas: 2 }),
    overallPassPercent: 98,
    casePassPercent: 98,
    curvePassPercent: 90,
    meanPercent: 0.5,
    reducedChiSquare: 1.5,
    ownSigmaPercent: 0.5,
    outputFactorPercent: () => 1,
    words:
      "98 % of the points within 1.5 % of the dose there, two combined standard errors or 0.3 mm; mean deviation of each curve within 0.5 % of the dose on the axis at the same depth, reduced χ² (1 % model floor) up to 1.5, own standard error up to 0.5 % above 20 % of the maximum; output factors 1 %",
  },
  "collapsed-cone": {
    pointTolerance: collapsedConePoint,
    overallPassPercent: 98,
    casePassPercent: 90,
    curvePassPercent: 90,
    meanPercent: undefined,
    reducedChiSquare: undefined,
    ownSigmaPercent: undefined,
    outputFactorPercent: (sizeMm) => (sizeMm >= 10 ? 1.5 : 2),
    words:
      "98 % of the points of all cases (90 % of each curve) within 1 mm or, of the dose on the axis at the same depth, 2 % in water, 3 % with bone (beyond 3 mm of its faces), lung or metal (beyond 10 mm of it), 10 % in the first 25 mm of lung and within 8 mm of its exit; the first 2 mm apart; output factors 1.5 % (below 10 mm 2 %)",
  },
  "ray-trace": {
    pointTolerance: (file) => ({
      dosePercent: 1,
      of: "axis",
      distanceMm: fieldSizeMm(file) <= 10 ? 0.2 : 0.3,
      sigmas: 2,
    }),
    overallPassPercent: 98,
    casePassPercent: 98,
    curvePassPercent: 90,
    meanPercent: undefined,
    reducedChiSquare: undefined,
    ownSigmaPercent: undefined,
    outputFactorPercent: () => 1,
    words:
      "98 % of the points within 1 % of the dose on the axis at the same depth, two standard errors of the reference, or 0.2 mm (fields up to 10 mm) or 0.3 mm (larger); output factors 1 %",
  },
});
