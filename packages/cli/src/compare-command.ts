import { Command } from "commander";
import {
  assertSamePatient,
  comparePlans,
  comparisonReport,
  ENGINE_IDS,
  type EngineId,
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
import { choices } from "./option-values.ts";
import { printComparison } from "./print-comparison.ts";
import { interruptible, progressBars } from "./progress-bar.ts";

interface CompareOptions extends DoseOptions {
  readonly engines?: readonly EngineId[];
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
      "plan files for one patient, two or more, or one with --engines; the first is what the others are compared with",
    )
    .option(
      "--engines <list>",
      `compute every plan with each of these, e.g. ${ENGINE_IDS.join(",")}`,
      choices("--engines", ENGINE_IDS),
    )
    .option("--out <dir>", "folder for compare.html: DVHs over each other and maps of the dose differences");
  return addDoseOptions(command)
    .option("--json", "print the summaries as JSON on stdout")
    .option("--quiet", "no progress, no table")
    .action(async (files: readonly string[], options: CompareOptions) => {
      const jobs = jobsOf(files, options);
      checkCount(jobs.length, options.out);
      const bars = progressBars(options.quiet === true);
      const comparison = await interruptible((signal) =>
        compareJobs(jobs, options, { signal, onProgress: bars.onProgress }),
      ).finally(bars.stop);
      const summaries = comparison.plans.map(({ result }) => result.summary);
      if (options.json) console.log(JSON.stringify({ plans: summaries }, null, 2));
      else if (!options.quiet) printComparison(comparison, options.out);
    });
}

/** One dose to compute. */
interface Job {
  readonly file: string;
  /** What the plan is called in the comparison. */
  readonly name: string;
  readonly options: DoseOptions;
}

/** Every plan file once, or with each of `--engines`. */
function jobsOf(files: readonly string[], options: CompareOptions): readonly Job[] {
  const { engines } = options;
  if (!engines) return files.map((file) => ({ file, name: file, options }));
  if (options.engine)
    throw new InvalidInputError("--engine", options.engine, "either --engine or --engines, not both");
  return files.flatMap((file) =>
    engines.map((engine) => ({
      file,
      name: `${file.replace(/\.json$/i, "")} ${engine}`,
      options: { ...options, engine },
    })),
  );
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
async function compareJobs(
  jobs: readonly Job[],
  options: CompareOptions,
  control: RunControl & { readonly signal: AbortSignal },
): Promise<PlanComparison> {
  const { signal } = control;
  const inputs = new Map<string, PlanInput>();
  for (const { file } of jobs) {
    if (!inputs.has(file)) inputs.set(file, await readPlanInput(file));
    throwIfCancelled(signal);
  }
  assertSamePatient(
    Array.from(inputs, ([name, { plan, patient }]) => ({
      name,
      patient,
      ...("phantom" in plan.patient && { phantom: plan.patient.phantom }),
    })),
  );
  if (options.out !== undefined) await assertWritableFolder(options.out);
  const results: NamedPlanResult[] = [];
  for (const [p, job] of jobs.entries()) {
    const result = await runPlanFile(job.file, inputs.get(job.file)!, job.options, {
      signal,
      onProgress: (progress) =>
        control.onProgress?.({ ...progress, stage: `${planLetter(p)} ${progress.stage}` }),
    });
    results.push({ name: job.name, result });
  }
  const comparison = await comparePlans(results, control);
  if (options.out !== undefined) {
    const html = new TextEncoder().encode(comparisonReport(comparison));
    await yieldToEventLoop(signal);
    await writeFiles(options.out, [{ name: "compare.html", bytes: html }], signal);
  }
  return comparison;
}
