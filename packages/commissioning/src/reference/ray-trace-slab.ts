import { AXIAL_DIRECTION, type Beam, createVolume, type PatientPoint, type Volume } from "@isodose/core";
import { placedLayers } from "./matter-at-depth.ts";
import { type PhotonScene, photonScene, pointOfSample, reachOfCurves } from "./photon-scene.ts";
import type { ComputedCurve } from "./reference-engine.ts";
import type { FileCurve, PhotonReference, RegionSample } from "./reference-file.ts";

const VOXEL_MM = 10;
/** The water ends this far below the deepest sample; what lies behind does not matter to a ray. */
const BACKING_MM = 20;
/** Water beside the outermost sample, mm. */
const BESIDE_MM = 100;
/** Points spread evenly over a depth bin, across it, and around a ring of a rectangle; their mean stands for the region's. */
const DEPTH_POINTS = 5;
const LATERAL_POINTS = 5;
const RING_ANGLES = 8;

/** A case on water as a density volume and a beam, in the phantom's axes: depth along z from 0. */
export interface RayTraceSlab {
  readonly relativeElectronDensity: Volume;
  readonly beam: Beam;
  /** Every point that the curves need, x0, y0, z0, x1, …; {@link curvesOfPoints} averages what is found there. */
  readonly pointsMm: Float64Array;
}

/** Water, beam and points of a case that lies on one material and is lit from a point on its axis. */
export function rayTraceSlab(file: PhotonReference): RayTraceSlab {
  const scene = photonScene(file);
  const points = file.curves.flatMap((curve) =>
    curve.samples.flatMap((sample) => placesOf(file, curve, sample).map((place) => at(scene, place))),
  );
  return {
    relativeElectronDensity: waterSlab(file),
    beam: beamOf(file, scene),
    pointsMm: Float64Array.from(points.flat()),
  };
}

/** The mean over each sample's region, curve by curve. */
export function curvesOfPoints(file: PhotonReference, doses: ArrayLike<number>): ComputedCurve[] {
  let d = 0;
  return file.curves.map((curve) => {
    const values = Float64Array.from(curve.samples, (sample) => {
      let sum = 0;
      let weights = 0;
      for (const { weight } of placesOf(file, curve, sample)) {
        sum += weight * doses[d++]!;
        weights += weight;
      }
      return sum / weights;
    });
    return { values, sigmas: new Float64Array(values.length) };
  });
}

/** One point of a region's mean. */
interface Place {
  readonly depthMm: number;
  readonly alongLineMm: number;
  readonly alongThirdMm: number;
  readonly weight: number;
}

function placesOf(file: PhotonReference, curve: FileCurve, sample: RegionSample): Place[] {
  const { depthLowMm, depthHighMm, offAxisLowMm: low, offAxisHighMm: high } = sample;
  const depths = spread(depthLowMm, depthHighMm, DEPTH_POINTS);
  const isRing = curve.lateral === "ring";
  const angles = isRing && file.shape.kind === "rectangle" ? RING_ANGLES : 1;
  return depths.flatMap((depthMm) =>
    spread(low, high, LATERAL_POINTS).flatMap((r) =>
      Array.from({ length: angles }, (_, i): Place => {
        const angle = angles === 1 ? 0 : (2 * Math.PI * (i + 0.5)) / angles;
        return {
          depthMm,
          alongLineMm: r * Math.cos(angle),
          alongThirdMm: r * Math.sin(angle),
          weight: isRing && high > low ? Math.abs(r) : 1,
        };
      }),
    ),
  );
}

function spread(low: number, high: number, count: number): number[] {
  if (low === high) return [low];
  return Array.from({ length: count }, (_, i) => low + ((i + 0.5) / count) * (high - low));
}

function at(scene: PhotonScene, { depthMm, alongLineMm, alongThirdMm }: Place) {
  return pointOfSample(scene, depthMm, alongLineMm, alongThirdMm);
}

/** Water from z = 0 down, vacuum outside. */
function waterSlab(file: PhotonReference): Volume {
  const { depthMm, offAxisMm } = reachOfCurves(file);
  const thicknessMm = placedLayers(file).reduce((most, layer) => Math.max(most, layer.bottomMm), 0);
  const layers = Math.ceil(Math.min(thicknessMm, depthMm + BACKING_MM) / VOXEL_MM);
  const across = 2 * Math.ceil((offAxisMm + BESIDE_MM) / VOXEL_MM);
  const first = (-(across - 1) / 2) * VOXEL_MM;
  const grid = {
    size: [across, across, layers],
    spacingMm: [VOXEL_MM, VOXEL_MM, VOXEL_MM],
    originMm: [first, first, VOXEL_MM / 2],
    direction: AXIAL_DIRECTION,
  } as const;
  const values = new Float32Array(across * across * layers).fill(1);
  return createVolume(grid, "relative-electron-density", file.id, values);
}

function beamOf({ id, shape }: PhotonReference, { field, lineAxis, thirdAxis }: PhotonScene): Beam {
  const { isocenterMm: aim, directionToSource: u, sourceDistanceMm: sadMm } = field;
  const source = aim.map((x, a) => x + sadMm * u[a]!) as unknown as PatientPoint;
  return {
    name: id,
    sourceMm: source,
    aimMm: aim,
    // z = x × y points to the source, the line and the third axis away from it.
    bldXAxis: lineAxis,
    bldYAxis: [-thirdAxis[0], -thirdAxis[1], -thirdAxis[2]],
    sadMm,
    aperture:
      shape.kind === "circle"
        ? shape
        : { kind: "rectangle", widthMm: shape.widthMm, heightMm: shape.heightMm },
    gantryDeg: 0,
    couchDeg: 0,
    collimatorDeg: 0,
    node: 0,
  };
}
