import type { Beam } from "@isodose/core";

/** Are all apertures cones? The kernels look up no other tables. */
export function hasOnlyCircles(beams: readonly Beam[]): boolean {
  return beams.every(({ aperture }) => aperture.kind === "circle");
}
