import type { Solid } from "@isodose/geometry";
import type { TissueId } from "./tissue.ts";

/** One piece of the phantom: an exact solid filled with one tissue. Painted in order, later over earlier. */
export interface PhantomPart {
  readonly name: string;
  /** LPS, mm. */
  readonly solid: Solid;
  readonly tissue: TissueId;
}
