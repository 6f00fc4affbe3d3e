import {
  InvalidInputError,
  isSameGrid,
  type PatientPoint,
  type RunControl,
  type Structure,
  throwIfCancelled,
  type Volume,
  yieldToEventLoop,
} from "@isodose/core";
import { doseDifference } from "@isodose/dvh";
import { type DifferenceByTissue, differenceByTissue } from "./difference-by-tissue.ts";
import { distinctLabels } from "./distinct-labels.ts";
import type { PlanResult } from "./plan-result.ts";
import { type HottestPoint, hottestPoint } from "./steps/hottest-point.ts";
import { assertSamePatient } from "./steps/same-patient.ts";
import { structureLattice } from "./steps/structure-lattice.ts";

/** A planned plan under a name. */
export interface NamedPlanResult {
  /** The plan file's name, or any other; begins messages about it and becomes its label. */
  readonly name: string;
  readonly result: PlanResult;
}

/** The dose of a later plan minus that of the first. */
export interface PlanDifference {
  /** Index of the later plan. */
  readonly plan: number;
  /** Gy with sign, on the first plan's grid; NaN where the later plan's grid does not reach. */
  readonly difference: Volume;
  /** Was the later plan's dose resampled on the first's grid? */
  readonly isResampled: boolean;
  /** Hottest point of what the plans spare (cord and cauda by default), in either dose; absent if nothing is spared. */
  readonly hottestSpared?: HottestPoint;
  /** In per cent of the first plan's dose, tissue by tissue, with equal monitor units where only engine or beam data differ. */
  readonly byTissue: DifferenceByTissue;
}

/** Plans for one patient, the first of which the others are compared with. */
export interface PlanComparison {
  /** Labels are distinct. */
  readonly plans: readonly { readonly label: string; readonly result: PlanResult }[];
  /** Of each plan but the first. */
  readonly differences: readonly PlanDifference[];
  /** Centroid of the first plan's target, LPS, mm. */
  readonly targetCentroidMm: PatientPoint;
}

/**
 * Compare plans for the same patient: their differences of dose on the first plan's grid, and where to look at them.
 * @param plans - at least two, from `runPlan`
 * @throws InvalidInputError for fewer than two plans, or a plan for another patient, named with what differs; CancelledError
 * @example
 * const comparison = await comparePlans([
 *   { name: "cone-15", result: await runPlan(narrow, { patient }) },
 *   { name: "cone-20", result: await runPlan(wide, { patient }) },
 * ]);
 * const html = comparisonReport(comparison);
 */
export async function comparePlans(
  plans: readonly NamedPlanResult[],
  control: RunControl = {},
): Promise<PlanComparison> {
  throwIfCancelled(control.signal);
  if (plans.length < 2) throw new InvalidInputError("plans", plans.length, "at least two plans to compare");
  assertSamePatient(
    plans.map(({ name, result: { patient, planFile } }) => ({
      name,
      patient,
      ...("phantom" in planFile.patient && { phantom: planFile.patient.phantom }),
    })),
  );
  const labels = distinctLabels(plans.map(({ name }) => name));
  const [first, ...others] = plans.map(({ result }) => result);
  const { ct, structures } = first!.patient;
  const spared = sparedStructures(plans.map(({ result }) => result));
  const differences: PlanDifference[] = [];
  for (const other of others) {
    await yieldToEventLoop(control.signal);
    const hottest = hottestPoint(spared, [first!.dose, other.dose], ct.grid);
    const plan = differences.length + 1;
    const difference = doseDifference(first!.dose, other.dose);
    differences.push({
      plan,
      difference,
      byTissue: differenceByTissue(first!, other, difference),
      isResampled: !isSameGrid(first!.dose.grid, other.dose.grid),
      ...(hottest && { hottestSpared: { ...hottest, dose: hottest.dose === 0 ? 0 : plan } }),
    });
    control.onProgress?.({ stage: "compare", done: differences.length, total: others.length });
  }
  const target = structures.find((s) => s.name === first!.plan.target)!;
  const { centroidMm } = structureLattice(
    target,
    "inside",
    ct.grid,
    1,
    [0.5, 0.5, 0.5],
    ct.grid.spacingMm[2],
  );
  return {
    plans: plans.map(({ result }, p) => ({ label: labels[p]!, result })),
    differences,
    targetCentroidMm: centroidMm,
  };
}

/** What the plans avoid (by default what is called cord or cauda); without its planning margins where it is there itself. */
function sparedStructures(results: readonly PlanResult[]): readonly Structure[] {
  const { structures } = results[0]!.patient;
  const spared = structures.filter(
    (s) =>
      s.contours.length > 0 &&
      results.some(({ planFile: { avoid } }) =>
        avoid ? avoid.includes(s.name) : /cord|cauda/i.test(s.name),
      ),
  );
  const themselves = spared.filter((s) => !/prv/i.test(s.name));
  return themselves.length > 0 ? themselves : spared;
}
