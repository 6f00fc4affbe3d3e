import type { DoseEngine, RunControl } from "@isodose/core";
import { referenceCaseBeamData } from "@isodose/machines";
import { type CurveComparison, circleTolerance, compareCurve } from "./compare-curve.ts";
import { fitPencilKernel, type PencilKernelFitOptions } from "./fit-pencil-kernel.ts";
import type { ReferenceCase } from "./reference-case.ts";
import { computeReferenceCase } from "./reference-case-dose.ts";

/** How an engine did on one reference case. */
export interface CaseValidation {
  readonly id: string;
  readonly engine: string;
  readonly diameterMm: number;
  /** Diameters of the fields that the beam data were fitted to, mm. */
  readonly fittedDiametersMm: readonly number[];
  /** False if the case took part in the fit: then its agreement proves nothing about other fields. */
  readonly evidence: boolean;
  readonly curves: readonly CurveComparison[];
  /** All curves together. */
  readonly points: number;
  readonly passPercent: number;
}

/** Options of {@link validateCircle}. */
export interface CircleValidationOptions extends RunControl {
  /** How the kernel is fitted. Default: as `fitPencilKernel` does. */
  readonly fit?: PencilKernelFitOptions;
}

/**
 * Run an engine on a circular field with beam data fitted to other ones, and compare.
 *
 * The beam data go the whole way: pencil kernel fitted to `fitted`, cone tables from the kernel, the engine's look-up in a slab of
 * water. Interpolation to the field that was left out is superposition of that kernel, a rule that knows nothing of the field.
 *
 * @param reference - the case to compute
 * @param fitted - the cases that the kernel is fitted to; leave `reference` out for evidence
 */
export async function validateCircle(
  engine: DoseEngine,
  reference: ReferenceCase,
  fitted: readonly ReferenceCase[],
  options: CircleValidationOptions = {},
): Promise<CaseValidation> {
  const kernel = fitPencilKernel(fitted, options.fit);
  const beamData = referenceCaseBeamData(kernel, [reference.diameterMm], reference.referencePlaneMm);
  const computed = await computeReferenceCase(engine, beamData, reference, options);
  const tolerance = circleTolerance(reference);
  const curves = reference.curves.map((curve, i) => compareCurve(curve, computed[i]!, tolerance));
  const points = curves.reduce((sum, curve) => sum + curve.points, 0);
  return {
    id: reference.id,
    engine: engine.id,
    diameterMm: reference.diameterMm,
    fittedDiametersMm: fitted.map((c) => c.diameterMm),
    evidence: !fitted.some((c) => c.id === reference.id),
    curves,
    points,
    passPercent: (100 * curves.reduce((sum, curve) => sum + curve.passed, 0)) / points,
  };
}
