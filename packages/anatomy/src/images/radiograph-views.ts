import type { Vec3 } from "@isodose/core";

/** A direction from which the spine is looked at. */
export interface RadiographView {
  readonly name: "ap" | "lateral" | "oblique-left" | "oblique-right";
  /** One line for people. */
  readonly description: string;
  /** From the isocenter to the source, LPS. */
  readonly directionToSource: Vec3;
}

const HALF = Math.SQRT1_2;

/**
 * The two views of a spine film, and the two at 45° of stereoscopic image guidance, whose tubes hang from the ceiling on both
 * sides of the supine patient. Given in the patient, so that they are the same pictures however the patient lies.
 */
export const RADIOGRAPH_VIEWS: readonly RadiographView[] = Object.freeze([
  { name: "ap", description: "anterior–posterior, source in front", directionToSource: [0, -1, 0] },
  { name: "lateral", description: "lateral, source on the patient's left", directionToSource: [1, 0, 0] },
  {
    name: "oblique-left",
    description: "image guidance, source 45° to the left in front",
    directionToSource: [HALF, -HALF, 0],
  },
  {
    name: "oblique-right",
    description: "image guidance, source 45° to the right in front",
    directionToSource: [-HALF, -HALF, 0],
  },
]);
