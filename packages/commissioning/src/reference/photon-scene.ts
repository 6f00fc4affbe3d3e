import { InvalidInputError, type PatientPoint, type PhotonField, type Vec3 } from "@isodose/core";
import type { PhotonReference, RegionSample, VoxelPhantom } from "./reference-file.ts";

/** Where a case's field lies in the phantom's axes (taken as LPS), and the axes that its curves are measured in. */
export interface PhotonScene {
  readonly field: PhotonField;
  /** Where the axis enters the phantom: depth 0. */
  readonly surfaceMm: Vec3;
  /** Unit vectors: depth, and the line that "off-axis" is measured along (the field's width axis), and the third. */
  readonly depthAxis: Vec3;
  readonly lineAxis: Vec3;
  readonly thirdAxis: Vec3;
}

/** Density from which a voxel belongs to the phantom and not to the air around it, g/cm³. */
const SURFACE_DENSITY = 0.05;

/**
 * The field of a case and its axes.
 *
 * Slabs lie along z: depth is z, the surface z = 0, the axis x = y = 0. A point source on voxels without `directionToSource` stands on
 * the same axis, above the face of the first slice.
 *
 * @throws InvalidInputError if the axis misses the phantom, or the field's axes are not at right angles to it
 */
export function photonScene(file: PhotonReference): PhotonScene {
  const { source, phantom, spectrum } = file;
  const toSource: Vec3 = source.directionToSource ?? [0, 0, -1];
  const depthAxis = scale(toSource, -1);
  const faceMm: Vec3 =
    phantom.kind === "slabs" ? [0, 0, 0] : [0, 0, phantom.originMm[2] - phantom.spacingMm[2] / 2];
  let isocenterMm: Vec3;
  let surfaceMm: Vec3;
  if (source.kind === "point") {
    const beyond = source.toReferencePlaneMm - source.toSurfaceMm;
    isocenterMm = source.isocenterMm ?? add(faceMm, scale(depthAxis, beyond));
    surfaceMm = add(isocenterMm, scale(depthAxis, -beyond));
  } else {
    isocenterMm = source.isocenterMm;
    surfaceMm =
      phantom.kind === "voxels"
        ? entrance(phantom, isocenterMm, toSource)
        : add(isocenterMm, scale(depthAxis, -isocenterMm[2] / (depthAxis[2] || 1)));
  }
  const { lineAxis, thirdAxis, shape } = fieldAxes(file, depthAxis);
  return {
    field: {
      spectrum,
      isocenterMm: isocenterMm as unknown as PatientPoint,
      directionToSource: toSource,
      sourceDistanceMm: source.kind === "point" ? source.toReferencePlaneMm : Number.POSITIVE_INFINITY,
      sourceSigmaMm: 0,
      shape,
    },
    surfaceMm,
    depthAxis,
    lineAxis,
    thirdAxis,
  };
}

/** Does the axis meet slabs at right angles, so that rings around it see one depth? */
export function isNormalToSlabs(file: PhotonReference): boolean {
  const direction = file.source.directionToSource ?? [0, 0, -1];
  return file.phantom.kind === "slabs" && Math.abs(direction[2] + 1) < 1e-6;
}

/** A point of a curve in the phantom's axes, mm. */
export function pointOfSample(
  scene: PhotonScene,
  depthMm: number,
  alongLineMm: number,
  alongThirdMm = 0,
): Vec3 {
  return add(
    add(scene.surfaceMm, scale(scene.depthAxis, depthMm)),
    add(scale(scene.lineAxis, alongLineMm), scale(scene.thirdAxis, alongThirdMm)),
  );
}

/** Deepest and widest places that the curves of a case ask for, mm. */
export function reachOfCurves(file: PhotonReference): { depthMm: number; offAxisMm: number } {
  const samples = file.curves.flatMap((curve) => curve.samples);
  const most = (of: (s: RegionSample) => number) => samples.reduce((a, s) => Math.max(a, of(s)), 0);
  return {
    depthMm: most((s) => s.depthHighMm),
    offAxisMm: most((s) => Math.max(Math.abs(s.offAxisLowMm), Math.abs(s.offAxisHighMm))),
  };
}

function fieldAxes(
  { shape }: PhotonReference,
  depthAxis: Vec3,
): { lineAxis: Vec3; thirdAxis: Vec3; shape: PhotonField["shape"] } {
  if (shape.kind === "circle") {
    const lineAxis = perpendicular(depthAxis, [1, 0, 0]);
    return { lineAxis, thirdAxis: cross(depthAxis, lineAxis), shape };
  }
  const widthAxis = shape.widthAxis ?? perpendicular(depthAxis, [1, 0, 0]);
  const heightAxis = shape.heightAxis ?? cross(depthAxis, widthAxis);
  for (const [key, axis, other] of [
    ["field.widthAxis", widthAxis, depthAxis],
    ["field.heightAxis", heightAxis, depthAxis],
    ["field.heightAxis", heightAxis, widthAxis],
  ] as const) {
    if (Math.abs(dot(axis, other)) > 1e-3)
      throw new InvalidInputError(key, axis, "a unit vector at right angles to the axis and to the other");
  }
  const { widthMm, heightMm } = shape;
  return {
    lineAxis: widthAxis,
    thirdAxis: heightAxis,
    shape: { kind: "rectangle", widthMm, heightMm, widthAxis, heightAxis },
  };
}

/** First point of the axis, from the source on, in a voxel that is not air. */
function entrance(phantom: VoxelPhantom, isocenterMm: Vec3, toSource: Vec3): Vec3 {
  const { size, spacingMm, originMm, densityGPerCm3 } = phantom;
  const step = Math.min(...spacingMm) / 50;
  const reach = Math.hypot(...size.map((n, a) => n * spacingMm[a]!)) * 2;
  for (let s = reach; s >= -reach; s -= step) {
    const at = add(isocenterMm, scale(toSource, s));
    const index = at.map((x, a) => Math.round((x - originMm[a]!) / spacingMm[a]!));
    if (index.some((i, a) => i < 0 || i >= size[a]!)) continue;
    if (densityGPerCm3[index[0]! + size[0] * (index[1]! + size[1] * index[2]!)]! >= SURFACE_DENSITY)
      return at;
  }
  throw new InvalidInputError("source", isocenterMm, "an axis that meets the phantom");
}

function perpendicular(axis: Vec3, wanted: Vec3): Vec3 {
  const seed: Vec3 = Math.abs(dot(axis, wanted)) > 0.9 ? [0, 1, 0] : wanted;
  const across = add(seed, scale(axis, -dot(seed, axis)));
  return scale(across, 1 / Math.hypot(...across));
}

function add(a: Vec3, b: Vec3): Vec3 {
  return [a[0] + b[0], a[1] + b[1], a[2] + b[2]];
}

function scale(a: Vec3, f: number): Vec3 {
  return [a[0] * f, a[1] * f, a[2] * f];
}

function dot(a: Vec3, b: Vec3): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

function cross(a: Vec3, b: Vec3): Vec3 {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}
