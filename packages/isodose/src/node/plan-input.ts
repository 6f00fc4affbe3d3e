import { dirname, resolve } from "node:path";
import type { Patient } from "@isodose/core";
import { assemblePatient, readCtSeries, readStructureSet } from "@isodose/dicom";
import { type MachineDefinition, machineById, parseMachine } from "@isodose/machines";
import type { HuCurve } from "@isodose/physics";
import { parseHuCurve } from "../hu-curve-file.ts";
import { type PlanFile, parsePlan } from "../plan-file.ts";
import { phantomPatient } from "../steps/phantom-patient.ts";
import { inFile } from "./in-file.ts";
import { readJsonFile, readNamedFile, readNamedFolder } from "./named-files.ts";

/** A plan with everything that its paths point to: what `runPlan` takes. */
export interface PlanInput {
  readonly plan: PlanFile;
  readonly patient: Patient;
  readonly machine: MachineDefinition;
  readonly huCurve?: HuCurve;
}

/**
 * Read and check a plan file (not the files that it names).
 * @throws InvalidInputError whose field begins with the file's name
 */
export async function readPlan(file: string): Promise<PlanFile> {
  const json = await readJsonFile(file);
  return inFile(file, () => parsePlan(json));
}

/**
 * Read a plan file and all that it names: CT, structure set, machine file, HU curve. Paths are relative to the plan file.
 * @throws InvalidInputError, DicomFormatError, UnsupportedError
 */
export async function readPlanInput(file: string): Promise<PlanInput> {
  const plan = await readPlan(file);
  const base = dirname(file);
  const patient = await readPatient(plan.patient, file);
  const name = plan.delivery.machine;
  const machinePath = /[./\\]/.test(name) ? resolve(base, name) : undefined;
  let machine: MachineDefinition;
  if (machinePath) {
    const json = await readJsonFile(machinePath);
    machine = inFile(machinePath, () => parseMachine(json, "machine"));
  } else machine = inFile(file, () => machineById(name, "delivery.machine"));
  if (!("huCurve" in plan.patient) || plan.patient.huCurve === undefined) return { plan, patient, machine };
  const curvePath = resolve(base, plan.patient.huCurve);
  const curveJson = await readJsonFile(curvePath);
  return { plan, patient, machine, huCurve: inFile(curvePath, () => parseHuCurve(curveJson)) };
}

async function readPatient(source: PlanFile["patient"], planFile: string): Promise<Patient> {
  if ("phantom" in source) return inFile(planFile, () => phantomPatient(source.phantom));
  const base = dirname(planFile);
  const [ctFiles, structureFile] = await Promise.all([
    readNamedFolder(resolve(base, source.ct)),
    readNamedFile(resolve(base, source.structures)),
  ]);
  return assemblePatient(readCtSeries(ctFiles), readStructureSet(structureFile));
}
