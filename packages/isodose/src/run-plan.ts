import {
  assertGrid,
  type DvhCurve,
  type Patient,
  type Plan,
  type RunControl,
  throwIfCancelled,
  voxelCount,
  yieldToEventLoop,
} from "@isodose/core";
import { doseMaximum, planIndices } from "@isodose/dvh";
import {
  beamDataOf,
  deliveringMachine,
  deliveryMinutes,
  type MachineDefinition,
  machineById,
} from "@isodose/machines";
import type { HuCurve } from "@isodose/physics";
import { type DosePool, type EngineResources, loadEngine, loadPointEngine } from "./engine-table.ts";
import type { PlanFile } from "./plan-file.ts";
import type { PlanResult } from "./plan-result.ts";
import { beamWeights } from "./steps/beam-weights.ts";
import { assertIsocenterInside, planStructures } from "./steps/check-plan.ts";
import { doseGridFor } from "./steps/dose-grid.ts";
import { doseOfBeams } from "./steps/dose-of-beams.ts";
import { assertMemory, estimateMemoryMb } from "./steps/memory.ts";
import { clearOutside, externalStructure, patientDensity } from "./steps/patient-density.ts";
import { patientMedium } from "./steps/patient-medium.ts";
import { planDelivery } from "./steps/plan-delivery.ts";
import {
  beamDataWarning,
  beamsThroughCutFaces,
  cutFaceWarnings,
  indexWarnings,
} from "./steps/plan-warnings.ts";
import { samplePoints } from "./steps/sample-points.ts";
import { scaleDose, scaleDvh } from "./steps/scale-dose.ts";
import { scaleToPrescription } from "./steps/scale-to-prescription.ts";
import { structureDvhs } from "./steps/structure-dvhs.ts";
import { summarizePlan } from "./summarize-plan.ts";

/** What a plan needs beside its file. */
export interface RunPlanOptions extends RunControl {
  readonly patient: Patient;
  /** Default: the built-in machine that the plan names. */
  readonly machine?: MachineDefinition;
  /** Default: Schneider 2000. */
  readonly huCurve?: HuCurve;
  /** Stop before starting if the run would need more, MB. */
  readonly maxMemoryMb?: number;
  /** Workers for engines that run on some; closed by the caller. Default: the dose is computed on this thread. */
  readonly pool?: DosePool;
}

/**
 * The whole way from a plan to its dose: density, beams, weights, dose, scaling, DVH, indices. Pure: reads no file, keeps no
 * state, runs in a page. The same plan, patient and seed give the same dose bit for bit.
 *
 * @param plan - from `parsePlan` or `readPlan`
 * @throws InvalidInputError for a plan that does not fit its patient or machine; UnsupportedError for a backend that is not
 * there; CancelledError after `signal` was aborted
 * @example
 * const result = await runPlan(parsePlan(json), { patient });
 * console.log(result.summary.target.coveragePercent);
 */
export async function runPlan(plan: PlanFile, options: RunPlanOptions): Promise<PlanResult> {
  const started = performance.now();
  const { patient, signal, onProgress } = options;
  const control: RunControl = { ...(signal && { signal }), ...(onProgress && { onProgress }) };
  throwIfCancelled(signal);
  assertGrid(patient.ct.grid, "patient.ct.grid");
  const machine = deliveringMachine(
    options.machine ?? machineById(plan.delivery.machine, "delivery.machine"),
  );
  const structures = planStructures(plan, patient);
  const doseGrid = doseGridFor(patient.ct.grid, plan.dose.spacingMm);
  const voxels = [voxelCount(patient.ct.grid), voxelCount(doseGrid)] as const;
  assertMemory(...voxels, options.maxMemoryMb);
  const resources: EngineResources = {
    pool: options.pool,
    maxMemoryMb: options.maxMemoryMb,
    otherMemoryMb: estimateMemoryMb(...voxels),
  };
  const {
    engine,
    backend,
    warnings: backendWarnings,
  } = await loadEngine(plan.dose.engine, plan.dose.backend, resources);
  const stage = async (name: string, done: number) => {
    onProgress?.({ stage: name, done, total: 1 });
    await yieldToEventLoop(signal);
  };

  // Patient → density.
  await stage("density", 0);
  const density = patientDensity(patient, { huCurve: options.huCurve, overrides: plan.patient.overrides });
  const { relativeElectronDensity } = density;
  await stage("density", 1);

  // Machine and delivery → beams.
  await stage("beams", 0);
  const spared = [...new Set([...structures.avoid, ...structures.limited])];
  const points = samplePoints(structures.target, spared, patient.ct.grid, plan.dose.seed);
  const isocenterMm = plan.isocenterMm ?? points.targetCentroidMm;
  assertIsocenterInside(isocenterMm, patient);
  const { position } = patient;
  const planned = planDelivery(plan, machine, { relativeElectronDensity, isocenterMm, position, points });
  const beamData = beamDataOf(machine);
  await stage("beams", 1);

  // Unit dose at sample points → weights → dose on the grid.
  const scene = { relativeElectronDensity, beamData, ...control };
  const pointEngine = "doseAtPoints" in engine ? engine : await loadPointEngine(resources);
  const weighted = await beamWeights({
    plan,
    structures,
    spared,
    points,
    planned,
    engine: pointEngine,
    scene,
  });
  const { delivery } = weighted;
  const { dose: unscaled, warnings: doseWarnings } = await doseOfBeams(engine, {
    ...scene,
    beams: delivery.beams,
    grid: doseGrid,
    monitorUnits: weighted.monitorUnits,
    medium: () => patientMedium(patient.ct, density.massDensity, options.huCurve, density.named),
    statistics: plan.dose,
  });
  clearOutside(unscaled, externalStructure(patient.structures));

  // DVH → scaling → indices.
  const dvhs = await structureDvhs(
    patient.structures,
    unscaled,
    { singlePlaneThicknessMm: patient.ct.grid.spacingMm[2] },
    control,
  );
  const curveOf = (name: string): DvhCurve => dvhs.curves.find((c) => c.structure === name)!;
  const scaling = scaleToPrescription(plan.prescription, plan.target, plan.limits, curveOf);
  const dose = scaleDose(unscaled, scaling.factor);
  const monitorUnits = weighted.monitorUnits.map((mu) => mu * scaling.factor);
  const dvhCurves = dvhs.curves.map((curve) => scaleDvh(curve, scaling.factor));
  const targetDvh = dvhCurves.find((c) => c.structure === plan.target)!;
  const { prescription, target } = plan;
  const indices = planIndices({ dose, targetDvh, prescriptionGy: prescription.doseGy });
  const missing = prescription.coveragePercent - indices.coveragePercent;
  const shortfallPercent = scaling.heldBy ? Math.max(0, missing) : 0;

  const finalPlan: Plan = {
    label: `${target} ${prescription.doseGy} Gy / ${prescription.fractions}`,
    machine: machine.id,
    machineLabel: machine.title,
    prescription,
    target,
    isocenterMm,
    beams: delivery.beams,
    monitorUnits,
  };
  const summary = summarizePlan({
    planFile: plan,
    plan: finalPlan,
    beamDataLabel: machine.label,
    backend,
    dose,
    dvhCurves,
    indices,
    shortfallPercent,
    deliveryMinutes: deliveryMinutes({ machine, delivery, monitorUnits, fractions: prescription.fractions }),
    huCurve: density.huCurve,
    elapsedSeconds: Math.round(performance.now() - started) / 1000,
    warnings: [
      beamDataWarning(machine),
      ...(patient.warnings ?? []),
      ...density.warnings,
      ...planned.warnings,
      ...cutFaceWarnings(planned, delivery.beams),
      ...backendWarnings,
      ...doseWarnings,
      ...dvhs.warnings,
      ...indexWarnings(plan, shortfallPercent, scaling, indices, doseMaximum(dose).doseGy),
    ],
  });
  return {
    planFile: plan,
    patient,
    plan: finalPlan,
    dose,
    dvhCurves,
    indices,
    beamsThroughCutFaces: beamsThroughCutFaces(planned, delivery.beams),
    summary,
  };
}
