// Runs in Chromium: a plan from phantom to report with the same front door as in Node.
import { parsePlan, phantomPatient, planReport, runPlan } from "isodose";
import { SMALL_PLAN } from "./small-plan.ts";

async function planInPage() {
  const plan = parsePlan(SMALL_PLAN);
  if (!("phantom" in plan.patient)) throw new Error("the plan names no phantom");
  const stages = new Set<string>();
  const result = await runPlan(plan, {
    patient: phantomPatient(plan.patient.phantom),
    onProgress: ({ stage }) => stages.add(stage),
  });
  return {
    summary: result.summary,
    dose: Array.from(result.dose.values.data),
    stages: [...stages],
    report: planReport(result),
  };
}

Object.assign(globalThis, { planInPage });
