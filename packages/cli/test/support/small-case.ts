import { mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type NamedBytes, type Patient, type PlanFileInput, patientFiles, spinePhantom } from "isodose";

/** A spine phantom of few voxels. */
export const smallPatient: Patient = spinePhantom({ spacingMm: [4, 4, 4] }).patient;

/** CT/ and RTSTRUCT.dcm of the phantom. */
export const smallPatientFiles: readonly NamedBytes[] = patientFiles(smallPatient);

/** A plan that takes a second or two: few beams, coarse grid. */
export const smallPlan = {
  format: "isodose-plan/1",
  patient: { ct: "CT", structures: "RTSTRUCT.dcm" },
  target: "PTV_L1",
  limits: [{ structure: "SpinalCord_PRV2", metric: "D0.035cc", maxGy: 17 }],
  prescription: { doseGy: 24, fractions: 2, coveragePercent: 95 },
  delivery: { machine: "cyberknife", collimator: { kind: "cone", diameterMm: 20 }, beams: 30 },
  dose: { engine: "ray-trace", spacingMm: 4, backend: "auto", seed: 1 },
} satisfies PlanFileInput;

/** A folder of its own under the system's temporary folder. */
export function makeFolder(): { readonly path: string; readonly remove: () => void } {
  const path = realpathSync(mkdtempSync(join(tmpdir(), "isodose-test-")));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** Write files below a folder. */
export function writeBelow(folder: string, files: readonly NamedBytes[]): void {
  for (const { name, bytes } of files) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), bytes);
  }
}

/** Write a plan file (or any JSON). */
export function writeJson(path: string, content: unknown): void {
  writeFileSync(path, JSON.stringify(content));
}

/** Everything below a folder, folders included, in order. */
export function listBelow(folder: string): string[] {
  return (readdirSync(folder, { recursive: true }) as string[]).sort();
}
