import type { Beam, FieldLeakage, FieldShape, PhotonBeamModel, PhotonField } from "@isodose/core";
import { fieldShapeOfBeam } from "./field-shape-of-beam.ts";

/** Fields that make up a beam, and the part of the beam's open fluence that each has. */
export interface BeamFields {
  readonly fields: readonly PhotonField[];
  /** Per field; they sum to 1. */
  readonly shares: readonly number[];
}

/**
 * The photons of one beam: its opening in the plane at SAD, as the focal spot throws it, and where the machine has head scatter as the
 * second source throws it. One unit is one photon/cm² in the open beam, so a monitor unit is `fluencePerCm2PerMonitorUnit` of them.
 *
 * The source of scatter, h below the target, sees the opening, c from the target, larger in the plane at SAD: by
 * c (SAD − h) / (SAD (c − h)).
 */
export function photonFieldsOfBeam(beam: Beam, photons: PhotonBeamModel): BeamFields {
  const { spectrum, sourceSigmaMm, collimatorDistanceMm: c, headScatter, fluenceProfile } = photons;
  // Leakage belongs to the field that beamlets make up, not to each.
  const leakage = beam.aperture.kind === "rectangle" ? undefined : photons.leakage;
  const [x, y, z] = beam.aimMm;
  const [sx, sy, sz] = beam.sourceMm;
  const { sadMm } = beam;
  const length = Math.hypot(sx - x, sy - y, sz - z);
  const directionToSource = [(sx - x) / length, (sy - y) / length, (sz - z) / length] as const;
  const shape = fieldShapeOfBeam(beam);
  const common = {
    spectrum,
    isocenterMm: [
      sx - sadMm * directionToSource[0],
      sy - sadMm * directionToSource[1],
      sz - sadMm * directionToSource[2],
    ] as const,
    directionToSource,
    ...(leakage && { leakage }),
  };
  const ofTarget: PhotonField = {
    ...common,
    sourceDistanceMm: sadMm,
    sourceSigmaMm,
    collimatorDistanceMm: c,
    shape,
    ...(fluenceProfile && { fluenceProfile }),
  };
  if (!headScatter || headScatter.share === 0) return { fields: [ofTarget], shares: [1] };
  const { share, sigmaMm, distanceFromSourceMm: h } = headScatter;
  const enlarged = (c * (sadMm - h)) / (sadMm * (c - h));
  const ofHead: PhotonField = {
    ...common,
    ...(leakage && { leakage: scaledLeakage(leakage, enlarged) }),
    sourceDistanceMm: sadMm - h,
    sourceSigmaMm: sigmaMm,
    collimatorDistanceMm: c - h,
    shape: scaledShape(shape, enlarged),
  };
  return { fields: [ofTarget, ofHead], shares: [1 - share, share] };
}

function scaledLeakage({ transmission, radiusMm }: FieldLeakage, factor: number): FieldLeakage {
  return { transmission, radiusMm: radiusMm * factor };
}

function scaledShape(shape: FieldShape, factor: number): FieldShape {
  if (shape.kind === "circle") return { ...shape, diameterMm: shape.diameterMm * factor };
  if (shape.kind === "polygons") {
    const polygonsMm = shape.polygonsMm.map((p) => p.map(([u, v]) => [u * factor, v * factor] as const));
    return { ...shape, polygonsMm };
  }
  const { widthMm, heightMm, centerMm } = shape;
  return {
    ...shape,
    widthMm: widthMm * factor,
    heightMm: heightMm * factor,
    ...(centerMm && { centerMm: [centerMm[0] * factor, centerMm[1] * factor] as const }),
  };
}
