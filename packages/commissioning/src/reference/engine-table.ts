import { rayTraceEngine } from "@isodose/dose";
import { collapsedConeReference } from "./collapsed-cone-reference.ts";
import { monteCarloReference } from "./monte-carlo-reference.ts";
import { rayTraceReference } from "./ray-trace-reference.ts";
import type { ReferenceEngine } from "./reference-engine.ts";

/** How each dose engine computes a reference case. An engine is added by one line here. */
export const REFERENCE_ENGINES: Readonly<Record<string, () => ReferenceEngine>> = Object.freeze<
  Record<string, () => ReferenceEngine>
>({
  "monte-carlo": monteCarloReference,
  "collapsed-cone": collapsedConeReference,
  "ray-trace": () => rayTraceReference(rayTraceEngine),
});
