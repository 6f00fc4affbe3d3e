import { type DoseEngine, type Grid, type PlanFileInput, parsePlan, runPlan, type Volume } from "isodose";
import { expect, it } from "vitest";
import { smallPatient, smallPlan } from "./support/small-case.ts";

// Each line under a directive must fail to compile: the type checker of the tests says so where it does not.
function wrong(volume: Volume, grid: Grid, engine: DoseEngine): void {
  // @ts-expect-error a plan as written has no defaults: it goes through parsePlan first
  void runPlan(smallPlan, { patient: smallPatient });
  // @ts-expect-error a patient is needed
  void runPlan(parsePlan(smallPlan), {});
  // @ts-expect-error read-only
  volume.grid.spacingMm[0] = 3;
  // @ts-expect-error read-only
  grid.originMm = [0, 0, 0];
  // @ts-expect-error three numbers, not two
  const flat: Grid = { ...grid, size: [2, 2] };
  // @ts-expect-error the unit is part of the name
  const plan: PlanFileInput = { ...smallPlan, prescription: { dose: 24, fractions: 2 } };
  type Collimator = PlanFileInput["delivery"]["collimator"];
  // @ts-expect-error cones are circles by their diameter
  const cone: Collimator = { kind: "cone", radiusMm: 10 };
  // @ts-expect-error no such engine
  const other: DoseEngine = { ...engine, id: "magic" };
  void [flat, plan, cone, other];
}

it("the types refuse what they should (checked by the compiler)", () => {
  expect(wrong).toBeTypeOf("function");
});
