import { cpSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect } from "vitest";
import { type Ran, runHere } from "./run-isodose.ts";
import { listBelow, makeFolder, smallPatientFiles, smallPlan, writeBelow, writeJson } from "./small-case.ts";

const folder = makeFolder();
const base = join(folder.path, "base");
/** One slice of the good case. */
export const slice = "CT/CT.0020.dcm";

beforeAll(() => {
  writeBelow(base, smallPatientFiles);
  writeJson(join(base, "plan.json"), smallPlan);
});
afterAll(folder.remove);

let cases = 0;
/** A copy of the good case, to be broken. */
export function copyOfBase(): string {
  const path = join(folder.path, `case-${++cases}`);
  cpSync(base, path, { recursive: true });
  return path;
}

/** Exit code 2, one line that says file or field, value and what was expected; nothing else. */
export function expectOneLine(ran: Ran, parts: readonly string[]): void {
  expect(ran.stderr).toMatch(/^isodose: [^\n]+\n$/);
  for (const part of [...parts, "expected "]) expect(ran.stderr).toContain(part);
  expect(ran.stderr).not.toMatch(/internal error|node_modules|\.ts:\d|undefined|\[object/);
  expect(ran.stdout).toBe("");
  expect(ran.code).toBe(2);
}

/** Run `plan` on a case, and see that it fails in one line and writes nothing. */
export async function expectRefused(
  path: string,
  parts: readonly string[],
  ...options: string[]
): Promise<void> {
  const before = listBelow(path);
  const ran = await runHere("plan", join(path, "plan.json"), "--out", join(path, "out"), ...options);
  expectOneLine(ran, parts);
  expect(listBelow(path)).toEqual(before);
}
