import type { Beam, FieldShape } from "@isodose/core";

/** Opening of a beam in the plane at SAD, along the axes of its beam-limiting device. */
export function fieldShapeOfBeam({ aperture, bldXAxis, bldYAxis }: Beam): FieldShape {
  if (aperture.kind === "circle") return aperture;
  return { ...aperture, widthAxis: bldXAxis, heightAxis: bldYAxis };
}
