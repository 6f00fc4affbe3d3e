import {
  assertGrid,
  type Beam,
  type BeamData,
  type DvhCurve,
  InvalidInputError,
  NOT_FOR_CLINICAL_USE,
  type Patient,
  type Plan,
  type RunControl,
  throwIfCancelled,
  type Volume,
  voxelCount,
  voxelToPatient,
  type Warning,
  yieldToEventLoop,
} from "@isodose/core";
import { computeDvh, evaluateMetric, planIndices } from "@isodose/dvh";
import { beamDataOf, deliveryMinutes, type MachineDefinition, machineById } from "@isodose/machines";
import { weightStatistics } from "@isodose/optimize";
import type { HuCurve } from "@isodose/physics";
import { loadEngine } from "./engine-table.ts";
import type { PlanFile } from "./plan-file.ts";
import type { PlanResult, PlanSummary } from "./plan-result.ts";
import { beamWeights } from "./steps/beam-weights.ts";
import { assertIsocenterInside, planStructures } from "./steps/check-plan.ts";
import { doseGridFor } from "./steps/dose-grid.ts";
import { assertMemory } from "./steps/memory.ts";
import { clearOutside, externalStructure, patientDensity } from "./steps/patient-density.ts";
import { type PlannedDelivery, planDelivery } from "./steps/plan-delivery.ts";
import { samplePoints } from "./steps/sample-points.ts";
import { scaleToPrescription } from "./steps/scale-to-prescription.ts";

/** What a plan needs beside its file. */
export interface RunPlanOptions extends RunControl {
  readonly patient: Patient;
  /** Default: the built-in machine that the plan names. */
  readonly machine?: MachineDefinition;
  /** Default: Schneider 2000. */
  readonly huCurve?: HuCurve;
  /** Stop before starting if the run would need more, MB. */
  readonly maxMemoryMb?: number;
}

/** Metrics of every structure in summary.json, the report and the printed table. */
export const SUMMARY_METRICS = ["D95%", "D0.035cc", "mean", "max"] as const;

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
  const machine = options.machine ?? machineById(plan.delivery.machine, "delivery.machine");
  const { engine, backend } = await loadEngine(plan.dose.engine, plan.dose.backend);
  const structures = planStructures(plan, patient);
  const doseGrid = doseGridFor(patient.ct.grid, plan.dose.spacingMm);
  assertMemory(voxelCount(patient.ct.grid), voxelCount(doseGrid), options.maxMemoryMb);

  const stage = async (name: string, done: number) => {
    onProgress?.({ stage: name, done, total: 1 });
    await yieldToEventLoop(signal);
  };
  await stage("density", 0);
  const density = patientDensity(patient, {
    huCurve: options.huCurve,
    overrides: plan.patient.overrides,
  });
  await stage("density", 1);

  const spared = [...new Set([...structures.avoid, ...structures.limited])];
  const points = samplePoints(structures.target, spared, patient.ct.grid, plan.dose.seed);
  const isocenterMm = plan.isocenterMm ?? points.targetCentroidMm;
  assertIsocenterInside(isocenterMm, patient);
  await stage("beams", 0);
  const planned = planDelivery(plan, machine, {
    relativeElectronDensity: density.relativeElectronDensity,
    isocenterMm,
    position: patient.position,
    points,
  });
  const beamData: BeamData = beamDataOf(machine);
  await stage("beams", 1);

  const scene = { relativeElectronDensity: density.relativeElectronDensity, beamData, ...control };
  const weighted = await beamWeights({ plan, structures, spared, points, planned, engine, scene });
  const { delivery } = weighted;
  const grid = { ...scene, beams: delivery.beams, grid: doseGrid };
  const unscaled = await engine.doseOnGrid({ ...grid, monitorUnits: weighted.monitorUnits });
  clearOutside(unscaled, externalStructure(patient.structures));

  const curves = await dvhCurves(patient, unscaled, control);
  const curveOf = (name: string): DvhCurve => curves.find((c) => c.structure === name)!;
  const scaling = scaleToPrescription(plan.prescription, plan.target, plan.limits, curveOf);
  const dose = scaleVolume(unscaled, scaling.factor);
  const monitorUnits = weighted.monitorUnits.map((mu) => mu * scaling.factor);
  const dvh = curves.map((curve) => scaleCurve(curve, scaling.factor));
  const indices = planIndices({
    dose,
    targetDvh: dvh.find((c) => c.structure === plan.target)!,
    prescriptionGy: plan.prescription.doseGy,
  });

  const finalPlan: Plan = {
    label: `${plan.target} ${plan.prescription.doseGy} Gy / ${plan.prescription.fractions}`,
    machine: machine.id,
    machineLabel: machine.title,
    prescription: plan.prescription,
    target: plan.target,
    isocenterMm,
    beams: delivery.beams,
    monitorUnits,
  };
  const warnings: Warning[] = [
    {
      code: "BEAM_DATA",
      message: `${machine.title}: beam data from Monte Carlo reference curves of a bare point source; no head scatter, no leakage`,
    },
    ...density.warnings,
    ...planned.warnings,
    ...cutFaceWarnings(planned, delivery.beams),
    ...scaling.warnings,
  ];
  const shortfall = plan.prescription.coveragePercent - indices.coveragePercent;
  if (scaling.heldBy && shortfall > 0.05) {
    const { structure, metric, maxGy } = scaling.heldBy;
    warnings.push({
      code: "COVERAGE_SHORTFALL",
      message: `${plan.target} is covered to ${indices.coveragePercent.toFixed(1)} %, ${shortfall.toFixed(1)} % less than asked for: ${metric} of ${structure} is held at ${maxGy} Gy`,
    });
  }
  if (indices.halfPrescriptionReachesGridEdge) {
    warnings.push({
      code: "GRADIENT_INDEX_CUT",
      message:
        "the half-prescription isodose reaches the edge of the dose grid: the gradient index is too low",
    });
  }
  const summary = summarize();
  return {
    planFile: plan,
    patient,
    plan: finalPlan,
    dose,
    dvhCurves: dvh,
    indices,
    beamsThroughCutFaces: beamsThrough(planned.throughCutFaces, delivery.beams),
    summary,
  };

  function summarize(): PlanSummary {
    const rows: Record<string, PlanSummary["structures"][string]> = {};
    for (const curve of dvh) {
      const metrics: Record<string, number | null> = {};
      for (const metric of SUMMARY_METRICS) metrics[metric] = metricOrNull(curve, metric, warnings);
      rows[curve.structure] = {
        volumeCc: curve.volumeCc,
        volumeOutsideDoseGridCc: curve.volumeOutsideDoseGridCc,
        metrics,
      };
    }
    const maximum = maximumOf(dose);
    const statistics = weightStatistics(monitorUnits, delivery.beams);
    return {
      format: "isodose-summary/1",
      notice: NOT_FOR_CLINICAL_USE,
      engine: plan.dose.engine,
      backend,
      seed: plan.dose.seed,
      machine: machine.id,
      beamData: machine.label,
      prescription: plan.prescription,
      target: {
        name: plan.target,
        coveragePercent: indices.coveragePercent,
        shortfallPercent: scaling.heldBy ? Math.max(0, shortfall) : 0,
        paddickCi: indices.paddickCi,
        gradientIndex: indices.gradientIndex,
      },
      limits: plan.limits.map((limit) => ({
        ...limit,
        valueGy: evaluateMetric(dvh.find((c) => c.structure === limit.structure)!, limit.metric),
      })),
      structures: rows,
      beams: statistics.usedBeams,
      monitorUnits: monitorUnits.reduce((sum, mu) => sum + mu, 0),
      deliveryMinutes: deliveryMinutes({
        machine,
        delivery,
        monitorUnits,
        fractions: plan.prescription.fractions,
      }),
      distinctAimPoints: statistics.distinctAimPoints,
      tenHeaviestSharePercent: statistics.tenHeaviestSharePercent,
      isocenterMm,
      doseGrid: { size: doseGrid.size, spacingMm: doseGrid.spacingMm },
      doseMaxGy: maximum.valueGy,
      doseMaxMm: maximum.positionMm,
      huCurve: density.huCurve,
      elapsedSeconds: Math.round(performance.now() - started) / 1000,
      warnings,
    };
  }
}

async function dvhCurves(patient: Patient, dose: Volume, control: RunControl): Promise<DvhCurve[]> {
  const drawn = patient.structures.filter((s) => s.contours.length > 0);
  const curves: DvhCurve[] = [];
  const singlePlaneThicknessMm = patient.ct.grid.spacingMm[2];
  for (const structure of drawn) {
    await yieldToEventLoop(control.signal);
    curves.push(computeDvh({ structure, dose, singlePlaneThicknessMm }));
    control.onProgress?.({ stage: "DVH", done: curves.length, total: drawn.length });
  }
  return curves;
}

function cutFaceWarnings(planned: PlannedDelivery, used: readonly Beam[]): Warning[] {
  const warnings: Warning[] = [];
  const { leftOutAtCutFaces: leftOut, throughCutFaces } = planned;
  if (leftOut > 0) {
    warnings.push({
      code: "BEAMS_LEFT_OUT_AT_CUT_FACES",
      message: `${leftOut} of ${leftOut + planned.delivery.beams.length} possible beams were left out: they enter through a face where the CT ends inside the patient`,
    });
  }
  const through = beamsThrough(throughCutFaces, used);
  if (through > 0) {
    warnings.push({
      code: "BEAMS_THROUGH_CUT_FACES",
      message: `${through} of ${used.length} beams enter through a face where the CT ends inside the patient and see air beyond it: their dose is too high`,
    });
  }
  return warnings;
}

function beamsThrough(throughCutFaces: ReadonlySet<string>, used: readonly Beam[]): number {
  return used.filter((beam) => throughCutFaces.has(beam.name)).length;
}

function metricOrNull(curve: DvhCurve, metric: string, warnings: Warning[]): number | null {
  try {
    return evaluateMetric(curve, metric);
  } catch (error) {
    if (!(error instanceof InvalidInputError)) throw error;
    warnings.push({ code: "NO_METRIC", message: error.message });
    return null;
  }
}

function scaleVolume(volume: Volume, factor: number): Volume {
  const values = volume.values.data;
  for (let v = 0; v < values.length; v++) values[v] = values[v]! * factor;
  return volume;
}

function scaleCurve(curve: DvhCurve, factor: number): DvhCurve {
  return {
    ...curve,
    doseGy: curve.doseGy.map((gy) => gy * factor),
    minGy: curve.minGy * factor,
    maxGy: curve.maxGy * factor,
    meanGy: curve.meanGy * factor,
  };
}

function maximumOf(dose: Volume) {
  const values = dose.values.data;
  let at = 0;
  for (let v = 1; v < values.length; v++) if (values[v]! > values[at]!) at = v;
  const [nx, ny] = dose.grid.size;
  return {
    valueGy: values[at]!,
    positionMm: voxelToPatient(dose.grid, [at % nx, Math.floor(at / nx) % ny, Math.floor(at / (nx * ny))]),
  };
}
