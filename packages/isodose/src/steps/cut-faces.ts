import { apertureRadiusMm, type Beam, patientToVoxel, type Vec3, type Volume } from "@isodose/core";
import { boxEntryExit } from "@isodose/geometry";

/** Relative electron density at the edge of the CT from which the face counts as cut through the patient. */
const TISSUE = 0.15;

/**
 * True if a beam reaches the patient through a face where the CT ends inside the body, so that tissue it must cross is not in
 * the images: the depth, and with it the dose, would be wrong. Tested on the axis and on eight rays of the field's edge.
 *
 * @param density - relative electron density, vacuum outside the patient
 */
export function entersThroughCutFace(density: Volume, beam: Beam): boolean {
  const edge = apertureRadiusMm(beam.aperture) / beam.sadMm;
  const toAim: Vec3 = [
    beam.aimMm[0] - beam.sourceMm[0],
    beam.aimMm[1] - beam.sourceMm[1],
    beam.aimMm[2] - beam.sourceMm[2],
  ];
  const length = Math.hypot(...toAim);
  for (let ray = 0; ray <= 8; ray++) {
    const radius = ray === 0 ? 0 : edge;
    const slopeX = radius * Math.cos((ray * Math.PI) / 4);
    const slopeY = radius * Math.sin((ray * Math.PI) / 4);
    const along = [0, 1, 2].map(
      (a) => toAim[a]! / length + slopeX * beam.bldXAxis[a]! + slopeY * beam.bldYAxis[a]!,
    );
    const norm = Math.hypot(...along);
    const direction: Vec3 = [along[0]! / norm, along[1]! / norm, along[2]! / norm];
    const crossing = boxEntryExit(density.grid, beam.sourceMm, direction);
    if (crossing && densityJustInside(density, beam.sourceMm, direction, crossing.entryMm) > TISSUE)
      return true;
  }
  return false;
}

/** Density of the outermost voxel that a ray enters. */
function densityJustInside(density: Volume, originMm: Vec3, direction: Vec3, entryMm: number): number {
  const at = entryMm + 0.01;
  const voxel = patientToVoxel(density.grid, [
    originMm[0] + at * direction[0],
    originMm[1] + at * direction[1],
    originMm[2] + at * direction[2],
  ]);
  const [nx, ny, nz] = density.grid.size;
  const i = Math.min(nx - 1, Math.max(0, Math.round(voxel[0])));
  const j = Math.min(ny - 1, Math.max(0, Math.round(voxel[1])));
  const k = Math.min(nz - 1, Math.max(0, Math.round(voxel[2])));
  return density.values.data[i + nx * (j + ny * k)]!;
}
