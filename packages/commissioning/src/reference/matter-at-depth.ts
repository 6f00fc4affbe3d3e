import type { PhotonReference } from "./reference-file.ts";

/** Kinds of matter that the tolerances tell apart, by density. */
export type MatterKind = "low" | "water-like" | "bone" | "metal";

/** One layer with its place. */
export interface PlacedLayer {
  readonly topMm: number;
  readonly bottomMm: number;
  readonly kind: MatterKind;
  readonly material: string;
}

/** Below: lung and air. Muscle is 1.05, the lightest adipose tissue 0.92. */
const LOW_DENSITY_BELOW = 0.75;
/** Above: bone. Cartilage is 1.10. */
const BONE_DENSITY_ABOVE = 1.12;
/** Above: metal. Enamel is 2.9, titanium 4.5. */
const METAL_DENSITY_ABOVE = 3;

/** Which kind of matter a density is, g/cm³. */
export function matterKind(densityGPerCm3: number): MatterKind {
  if (densityGPerCm3 < LOW_DENSITY_BELOW) return "low";
  if (densityGPerCm3 > METAL_DENSITY_ABOVE) return "metal";
  return densityGPerCm3 > BONE_DENSITY_ABOVE ? "bone" : "water-like";
}

/** The layers of a slab phantom from the surface down; none for voxels. */
export function placedLayers({
  phantom,
  materials,
}: Pick<PhotonReference, "phantom" | "materials">): PlacedLayer[] {
  if (phantom.kind !== "slabs") return [];
  let topMm = 0;
  return phantom.layers.map(({ material, thicknessMm }) => {
    const bottomMm = topMm + thicknessMm;
    const layer = { topMm, bottomMm, kind: matterKind(materials[material]!.densityGPerCm3), material };
    topMm = bottomMm;
    return layer;
  });
}
