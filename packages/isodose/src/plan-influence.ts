import {
  assertGrid,
  type Beam,
  type Grid,
  InvalidInputError,
  NOT_FOR_CLINICAL_USE,
  throwIfCancelled,
  voxelCount,
  type Warning,
  yieldToEventLoop,
} from "@isodose/core";
import { beamletsOfBeam, type InfluenceReport, type InfluenceSink, influenceMatrix } from "@isodose/dose";
import { rasterizeOccupancy } from "@isodose/geometry";
import { beamDataOf, deliveringMachine, machineById } from "@isodose/machines";
import { loadEngine } from "./engine-table.ts";
import type { PlanFile } from "./plan-file.ts";
import type { RunPlanOptions } from "./run-plan.ts";
import { assertIsocenterInside, planStructures } from "./steps/check-plan.ts";
import { doseGridFor } from "./steps/dose-grid.ts";
import { externalStructure, patientDensity } from "./steps/patient-density.ts";
import { patientMedium } from "./steps/patient-medium.ts";
import { planDelivery } from "./steps/plan-delivery.ts";
import { beamDataWarning } from "./steps/plan-warnings.ts";
import { samplePoints } from "./steps/sample-points.ts";
import { structureLattice } from "./steps/structure-lattice.ts";

/** How the influence matrix of a plan is computed. */
export interface PlanInfluenceOptions extends Omit<RunPlanOptions, "maxMemoryMb"> {
  /** Cut every field of a linac into square beamlets of this side at SAD, mm. Default: the plan's own beams are the columns. */
  readonly beamletMm?: number;
  /** Beamlets are made out to this distance from the target's shadow at SAD, mm. Default: `beamletMm`. */
  readonly beamletMarginMm?: number;
  /** See `InfluenceRequest.thresholdPercent`. Default 0. */
  readonly thresholdPercent?: number;
  /** See `InfluenceRequest.maxMemoryBytes`. */
  readonly maxMemoryBytes?: number;
}

/** The influence matrix of a plan, but for its numbers, which went to the sink. */
export interface PlanInfluence {
  readonly plan: PlanFile;
  readonly report: InfluenceReport;
  readonly thresholdPercent: number;
  /** Rows of the matrix are the voxels of this grid, x fastest. */
  readonly grid: Grid;
  /** One for each column. */
  readonly beams: readonly Beam[];
  /** Columns that share one weight have the same number here: the control points of an arc. Of beamlets each has its own. */
  readonly weightGroup: Int32Array;
  readonly machine: string;
  readonly beamDataLabel: string;
  readonly warnings: readonly Warning[];
}

/** Beamlets are kept by points of the target that lie at most this part of their side apart. */
const POINTS_PER_BEAMLET = 3;

/**
 * Dose of one monitor unit of each beam that a plan could use, or of each beamlet of its fields, in every voxel of its dose grid inside
 * the patient. By the reference backend of the plan's engine.
 *
 * @param sink - where the columns go: `influenceInMemory`, or `influenceToFile` of isodose/node
 * @throws InvalidInputError for a plan that does not fit its patient or machine, or beamlets of a machine that is no linac;
 * CancelledError
 * @example
 * const memory = influenceInMemory(voxels);
 * const { report, beams } = await planInfluence(plan, memory, { patient, beamletMm: 5 });
 */
export async function planInfluence(
  plan: PlanFile,
  sink: InfluenceSink,
  options: PlanInfluenceOptions,
): Promise<PlanInfluence> {
  const { patient, beamletMm, thresholdPercent = 0, maxMemoryBytes, huCurve, signal, onProgress } = options;
  throwIfCancelled(signal);
  assertGrid(patient.ct.grid, "patient.ct.grid");
  const machine = deliveringMachine(
    options.machine ?? machineById(plan.delivery.machine, "delivery.machine"),
  );
  if (beamletMm !== undefined && machine.kind !== "linac")
    throw new InvalidInputError("beamletMm", beamletMm, `a linac; ${machine.id} has cones alone`);
  const { engine } = await loadEngine(plan.dose.engine, "reference");
  const structures = planStructures(plan, patient);
  const grid = doseGridFor(patient.ct.grid, plan.dose.spacingMm);
  await yieldToEventLoop(signal);

  const density = patientDensity(patient, { huCurve, overrides: plan.patient.overrides });
  const { relativeElectronDensity } = density;
  const points = samplePoints(structures.target, [], patient.ct.grid, plan.dose.seed);
  const isocenterMm = plan.isocenterMm ?? points.targetCentroidMm;
  assertIsocenterInside(isocenterMm, patient);
  const planned = planDelivery(plan, machine, {
    relativeElectronDensity,
    isocenterMm,
    position: patient.position,
    points,
  });
  await yieldToEventLoop(signal);

  let { beams, weightGroup }: { beams: readonly Beam[]; weightGroup: Int32Array } = planned.delivery;
  if (beamletMm !== undefined) {
    if (!(beamletMm > 0)) throw new InvalidInputError("beamletMm", beamletMm, "a length > 0 mm");
    const thicknessMm = patient.ct.grid.spacingMm[2];
    const { pointsMm } = structureLattice(
      structures.target,
      "touching",
      patient.ct.grid,
      beamletMm / POINTS_PER_BEAMLET,
      [0, 0, 0],
      thicknessMm,
    );
    const { beamletMarginMm } = options;
    const cut = { beamletMm, ...(beamletMarginMm !== undefined && { marginMm: beamletMarginMm }) };
    beams = beams.flatMap((beam) => beamletsOfBeam(beam, pointsMm, cut));
    weightGroup = Int32Array.from(beams, (_, c) => c);
  }

  const external = externalStructure(patient.structures);
  const inside = external && rasterizeOccupancy(external, grid).values.data;
  const report = await influenceMatrix(
    {
      engine,
      relativeElectronDensity,
      beams,
      beamData: beamDataOf(machine),
      grid,
      thresholdPercent,
      ...("transportDose" in engine && {
        medium: patientMedium(patient.ct, density.massDensity, huCurve, density.named),
        statistics: plan.dose,
      }),
      ...(inside && { mask: Uint8Array.from(inside, (part) => (part > 0 ? 1 : 0)) }),
      ...(maxMemoryBytes !== undefined && { maxMemoryBytes }),
    },
    sink,
    { ...(signal && { signal }), ...(onProgress && { onProgress }) },
  );
  return {
    plan,
    report,
    thresholdPercent,
    grid,
    beams,
    weightGroup,
    machine: machine.id,
    beamDataLabel: machine.label,
    warnings: [
      beamDataWarning(machine),
      ...(patient.warnings ?? []),
      ...density.warnings,
      ...planned.warnings,
      ...report.warnings,
    ],
  };
}

/**
 * What the numbers of an influence matrix mean, for the file beside it: format "isodose-influence/1".
 * @param matrixFile - name of the file that holds the matrix
 */
export function influenceJson(influence: PlanInfluence, matrixFile: string): object {
  const { report, grid, beams, weightGroup } = influence;
  return {
    format: "isodose-influence/1",
    notice: NOT_FOR_CLINICAL_USE,
    matrix: matrixFile,
    shape: [report.rows, beams.length],
    entries: report.entries,
    value: `dose, ${report.unit}, float32`,
    row: "voxel i + nx (j + ny k) of the grid",
    engine: report.engine,
    machine: influence.machine,
    beamData: influence.beamDataLabel,
    thresholdPercent: influence.thresholdPercent,
    droppedEntries: report.droppedEntries,
    droppedPercent: report.droppedPercent,
    grid: { ...grid, voxels: voxelCount(grid) },
    columns: beams.map((beam, c) => ({
      beam: beam.name,
      node: beam.node,
      gantryDeg: beam.gantryDeg,
      couchDeg: beam.couchDeg,
      collimatorDeg: beam.collimatorDeg,
      sourceMm: beam.sourceMm,
      aimMm: beam.aimMm,
      sadMm: beam.sadMm,
      aperture: beam.aperture,
      weightGroup: weightGroup[c],
      ...report.columns[c],
    })),
    warnings: influence.warnings,
  };
}
