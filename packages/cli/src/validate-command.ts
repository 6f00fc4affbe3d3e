import {
  type CaseReport,
  type ComputedReference,
  type DrawnEngine,
  drawReference,
  ENGINE_TOLERANCES,
  type PhotonReference,
  REFERENCE_ENGINES,
  type ReferenceReport,
  validateReferences,
} from "@isodose/commissioning";
import { Command } from "commander";
import { InvalidInputError, NOT_FOR_CLINICAL_USE, nearestName, textTable } from "isodose";
import { assertWritableFolder, writeFiles } from "isodose/node";
import { numberIn, wholeNumber } from "./option-values.ts";
import { interruptible, progressBars } from "./progress-bar.ts";
import { readReferenceFolder } from "./read-reference-folder.ts";

interface ValidateOptions {
  readonly reference: string;
  readonly engine?: readonly string[];
  readonly seed: number;
  readonly effort: number;
  readonly out?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** The run is over, its result is printed, and not everything passes: exit code 3. */
export class ValidationFailed extends Error {}

/** `isodose validate --reference DIR [--engine E …]` */
export function validateCommand(): Command {
  return new Command("validate")
    .description("hold the dose engines against reference cases (format isodose-reference/1)")
    .requiredOption("--reference <folder>", "folder with the cases")
    .option(
      "--engine <names...>",
      `engines to run, from ${Object.keys(REFERENCE_ENGINES).join(", ")}; cases that they are not for are skipped (default: every engine that applies)`,
    )
    .option("--seed <n>", "seed of the random numbers", wholeNumber("--seed", 0, 2 ** 32 - 1), 1)
    .option(
      "--effort <part>",
      "part of the usual Monte Carlo histories",
      numberIn("--effort", "> 0 and up to 1", (n) => n > 0 && n <= 1),
      1,
    )
    .option("--out <folder>", "write validation.json, and a picture of every case")
    .option("--json", "print JSON")
    .option("--quiet", "no progress")
    .action(async (options: ValidateOptions) => {
      const engines = engineNames(options.engine).map((name) => REFERENCE_ENGINES[name]!());
      const bars = progressBars(options.quiet === true);
      const report = await interruptible(async (signal) => {
        if (options.out !== undefined) await assertWritableFolder(options.out);
        const files = await readReferenceFolder(options.reference);
        const drawn = new Map<PhotonReference, DrawnEngine[]>();
        const done = await validateReferences(files, engines, {
          named: options.engine !== undefined,
          seed: options.seed,
          effort: options.effort,
          signal,
          onProgress: bars.onProgress,
          clockSeconds: () => performance.now() / 1000,
          onComputed: (file: PhotonReference, engine: string, found: ComputedReference) => {
            drawn.set(file, [...(drawn.get(file) ?? []), { engine, found }]);
          },
        });
        if (options.out !== undefined) {
          const pictures = [...drawn].map(([file, found]) => ({
            name: `${file.id}.svg`,
            bytes: new TextEncoder().encode(drawReference(file, found)),
          }));
          const table = {
            name: "validation.json",
            bytes: new TextEncoder().encode(`${JSON.stringify(done, null, 2)}\n`),
          };
          await writeFiles(options.out, [table, ...pictures], signal);
        }
        return done;
      }).finally(bars.stop);
      if (options.json) console.log(JSON.stringify(report, null, 2));
      else printReport(report);
      if (!report.pass) throw new ValidationFailed();
    });
}

function engineNames(asked: readonly string[] | undefined): string[] {
  const known = Object.keys(REFERENCE_ENGINES);
  for (const name of asked ?? []) {
    if (known.includes(name)) continue;
    const near = nearestName(name, known);
    throw new InvalidInputError("--engine", name, `one of ${known.join(", ")}${near ? ` (${near}?)` : ""}`);
  }
  return [...new Set(asked ?? known)];
}

function printReport(report: ReferenceReport): void {
  console.log(
    textTable([
      ["case", "engine", "", "points", "pass %", "worst % of axis", "worst mean %", "χ²", "s"],
      ...report.cases.map(rowOf),
    ]),
  );
  for (const one of report.engines) {
    const points =
      one.points > 0
        ? `${one.passPercent.toFixed(2)} % of ${one.points} points, ${one.wantedPercent} % asked for`
        : "no curves";
    console.log(`\n${one.engine}, ${one.cases} cases: ${points}.\n  ${one.tolerance}`);
  }
  for (const one of report.cases) {
    for (const why of one.failures) console.log(`\nFAIL ${one.id}, ${one.engine}: ${why}`);
    for (const { code, message } of one.warnings) console.log(`warning ${one.id}: ${code}: ${message}`);
  }
  for (const { id, engine, reason } of report.skipped) console.log(`skipped ${id}, ${engine}: ${reason}`);
  console.log(report.pass ? "\nEverything compared passes." : "\nValidation failed.");
  console.log(`${NOT_FOR_CLINICAL_USE}.`);
}

function rowOf(one: CaseReport): string[] {
  const worst = one.curves.reduce((a, c) => (Math.abs(c.worstPercent) > Math.abs(a) ? c.worstPercent : a), 0);
  const mean = one.curves.reduce((a, c) => (Math.abs(c.meanPercent) > Math.abs(a) ? c.meanPercent : a), 0);
  const chi = one.curves.reduce((a, c) => Math.max(a, c.reducedChiSquare), 0);
  const passes = [
    ...(one.points > 0 ? [one.passPercent.toFixed(1)] : []),
    ...one.volumes.map((v) => `${v.name} ${v.passPercent.toFixed(1)}`),
  ];
  return [
    one.id,
    one.engine,
    one.pass ? "pass" : "FAIL",
    String(one.points + one.volumes.reduce((sum, v) => sum + v.points, 0)),
    passes.join(", "),
    one.curves.length > 0 ? worst.toFixed(2) : "–",
    one.curves.length > 0 ? mean.toFixed(2) : "–",
    one.curves.length > 0 && ENGINE_TOLERANCES[one.engine]?.reducedChiSquare !== undefined
      ? chi.toFixed(2)
      : "–",
    one.seconds.toFixed(1),
  ];
}
