import type { Structure } from "@isodose/core";
import { planesOfStructure, type StructurePlanes } from "./contour-planes.ts";
import type { ContourOptions } from "./contour-slabs.ts";
import { evenOddArea } from "./even-odd.ts";

/**
 * Volume of a structure from its contours.
 *
 *   V = Σ_planes A · (high − low)
 *
 * A is the exact area inside the plane's polygons (even–odd), [low, high] the slab of {@link planesOfStructure}. Works
 * for planes of any one orientation.
 *
 * @returns cc; 0 for a structure without contours
 * @throws InvalidInputError, UnsupportedError as {@link planesOfStructure}
 */
export function structureVolumeCc(structure: Structure, options: ContourOptions = {}): number {
  return stackVolumeCc(planesOfStructure(structure, options));
}

/** Volume of a stack of slabs, cc. */
export function stackVolumeCc(stack: StructurePlanes): number {
  let volumeMm3 = 0;
  for (const plane of stack.planes) volumeMm3 += evenOddArea(plane.polygons) * (plane.highMm - plane.lowMm);
  return volumeMm3 / 1000;
}
