import { Command } from "commander";
import {
  assertSamePatient,
  comparePlans,
  comparisonReport,
  InvalidInputError,
  MOST_COMPARED_PLANS,
  type NamedPlanResult,
  type PlanComparison,
  planLetter,
  type RunControl,
  throwIfCancelled,
  yieldToEventLoop,
} from "isodose";
import { assertWritableFolder, type PlanInput, readPlanInput, writeFiles } from "isodose/node";
import { addDoseOptions, type DoseOptions, runPlanFile } from "./dose-options.ts";
import { printComparison } from "./print-comparison.ts";
import { interruptible, progressBars } from "./progress-bar.ts";

interface CompareOptions extends DoseOptions {
  readonly out?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** `isodose compare PLAN.json …` */
export function compareCommand(): Command {
  const command = new Command("compare")
    .description("the same patient under several plans: one table; with --out also compare.html")
    .argument(
      "<plans...>",
      "two or more plan files for one patient; the first is what the others are compared with",
    )
    .option("--out <dir>", "folder for compare.html: DVHs over each other and maps of the dose differences");
  return addDoseOptions(command)
    .option("--json", "print the summaries as JSON on stdout")
    .option("--quiet", "no progress, no table")
    .action(async (files: readonly string[], options: CompareOptions) => {
      checkCount(files.length, options.out);
      const bars = progressBars(options.quiet === true);
      const comparison = await interruptible((signal) =>
        compareFiles(files, options, { signal, onProgress: bars.onProgress }),
      ).finally(bars.stop);
      const summaries = comparison.plans.map(({ result }) => result.summary);
      if (options.json) console.log(JSON.stringify({ plans: summaries }, null, 2));
      else if (!options.quiet) printComparison(comparison, options.out);
    });
}

function checkCount(count: number, out: string | undefined): void {
  if (count < 2) throw new InvalidInputError("plan files", count, "at least two to compare");
  if (out !== undefined && count > MOST_COMPARED_PLANS) {
    throw new InvalidInputError(
      "plan files",
      count,
      `at most ${MOST_COMPARED_PLANS} in one compare.html; the table without --out takes any number`,
    );
  }
}

/** Read and check all plans before the first is computed; write when all are done. */
async function compareFiles(
  files: readonly string[],
  options: CompareOptions,
  control: RunControl & { readonly signal: AbortSignal },
): Promise<PlanComparison> {
  const { signal } = control;
  const inputs: { readonly file: string; readonly input: PlanInput }[] = [];
  for (const file of files) {
    inputs.push({ file, input: await readPlanInput(file) });
    throwIfCancelled(signal);
  }
  assertSamePatient(
    inputs.map(({ file, input: { plan, patient } }) => ({
      name: file,
      patient,
      ...("phantom" in plan.patient && { phantom: plan.patient.phantom }),
    })),
  );
  if (options.out !== undefined) await assertWritableFolder(options.out);
  const results: NamedPlanResult[] = [];
  for (const [p, { file, input }] of inputs.entries()) {
    const result = await runPlanFile(file, input, options, {
      signal,
      onProgress: (progress) =>
        control.onProgress?.({ ...progress, stage: `${planLetter(p)} ${progress.stage}` }),
    });
    results.push({ name: file, result });
  }
  const comparison = await comparePlans(results, control);
  if (options.out !== undefined) {
    const html = new TextEncoder().encode(comparisonReport(comparison));
    await yieldToEventLoop(signal);
    await writeFiles(options.out, [{ name: "compare.html", bytes: html }], signal);
  }
  return comparison;
}
