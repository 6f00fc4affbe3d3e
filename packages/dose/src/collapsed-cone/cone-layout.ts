import type { PolarEdge } from "./collapse-kernel.ts";

/** 96 cones for charged particles in small fields: narrow ahead, where most of their energy goes. */
const FINE_PRIMARY_CONES: readonly PolarEdge[] = [
  { toDeg: 7.5, azimuths: 4 },
  { toDeg: 15, azimuths: 8 },
  { toDeg: 22.5, azimuths: 8 },
  { toDeg: 30, azimuths: 12 },
  { toDeg: 41.25, azimuths: 12 },
  { toDeg: 52.5, azimuths: 12 },
  { toDeg: 67.5, azimuths: 12 },
  { toDeg: 90, azimuths: 12 },
  { toDeg: 120, azimuths: 8 },
  { toDeg: 180, azimuths: 8 },
];

/** 72 cones for charged particles in fields wider than their range. */
const PRIMARY_CONES: readonly PolarEdge[] = [
  { toDeg: 7.5, azimuths: 4 },
  { toDeg: 15, azimuths: 6 },
  { toDeg: 22.5, azimuths: 8 },
  { toDeg: 33.75, azimuths: 10 },
  { toDeg: 45, azimuths: 10 },
  { toDeg: 60, azimuths: 12 },
  { toDeg: 82.5, azimuths: 10 },
  { toDeg: 112.5, azimuths: 8 },
  { toDeg: 180, azimuths: 4 },
];

/** 50 cones for charged particles on voxels that are coarse against their range. */
const COARSE_PRIMARY_CONES: readonly PolarEdge[] = [
  { toDeg: 7.5, azimuths: 4 },
  { toDeg: 18.75, azimuths: 6 },
  { toDeg: 30, azimuths: 8 },
  { toDeg: 41.25, azimuths: 8 },
  { toDeg: 56.25, azimuths: 10 },
  { toDeg: 82.5, azimuths: 8 },
  { toDeg: 180, azimuths: 6 },
];

/** Fields narrower than this get the finest cones, mm: twice the mean reach of a 6 MV beam's electrons to the side. */
const SMALL_FIELD_MM = 15;

/** Voxels wider than this get the coarsest cones, mm. */
const COARSE_VOXEL_MM = 1.5;

/**
 * Cones for charged particles.
 * @param fieldMm - narrower side of the field, mm
 * @param spacingMm - voxels across the beam, mm
 */
export function primaryCones(fieldMm: number, spacingMm: number): readonly PolarEdge[] {
  if (fieldMm < SMALL_FIELD_MM) return FINE_PRIMARY_CONES;
  return spacingMm > COARSE_VOXEL_MM ? COARSE_PRIMARY_CONES : PRIMARY_CONES;
}

/** 96 cones for scattered photons. */
export const SCATTER_CONES: readonly PolarEdge[] = [
  { toDeg: 7.5, azimuths: 4 },
  { toDeg: 15, azimuths: 8 },
  { toDeg: 22.5, azimuths: 8 },
  { toDeg: 33.75, azimuths: 12 },
  { toDeg: 45, azimuths: 12 },
  { toDeg: 60, azimuths: 16 },
  { toDeg: 90, azimuths: 16 },
  { toDeg: 127.5, azimuths: 12 },
  { toDeg: 180, azimuths: 8 },
];

/** Directions of a polar bin in beam axes, unit vectors; every other ring is turned by half a step. */
export function azimuthDirections(
  polarRadians: number,
  azimuths: number,
  ring: number,
): [number, number, number][] {
  const out: [number, number, number][] = [];
  for (let n = 0; n < azimuths; n++) {
    const phi = (2 * Math.PI * (n + (ring % 2 === 0 ? 0.5 : 0.25))) / azimuths;
    out.push([
      Math.sin(polarRadians) * Math.cos(phi),
      Math.sin(polarRadians) * Math.sin(phi),
      Math.cos(polarRadians),
    ]);
  }
  return out;
}
