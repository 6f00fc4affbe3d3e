import { Command } from "commander";
import {
  BACKEND_IDS,
  type BackendId,
  ENGINE_IDS,
  type EngineId,
  InvalidInputError,
  isLibraryError,
  runPlan,
} from "isodose";
import { assertWritableFolder, readPlanInput, writePlanResult } from "isodose/node";
import { choice, wholeNumber } from "./option-values.ts";
import { printSummary } from "./print-summary.ts";
import { interruptible, progressBars } from "./progress-bar.ts";

interface PlanOptions {
  readonly out: string;
  readonly engine?: EngineId;
  readonly backend?: BackendId;
  readonly workers?: number;
  readonly seed?: number;
  readonly maxMemory?: number;
  readonly cutFaces?: "leave-out" | "see-air";
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** `isodose plan PLAN.json --out DIR` */
export function planCommand(): Command {
  return new Command("plan")
    .description("plan and compute a dose; write summary, DVH, report, RTDOSE, RTPLAN and NRRD into a folder")
    .argument("<plan>", "plan file (isodose schema plan)")
    .requiredOption("--out <dir>", "folder for the results")
    .option(
      "--engine <engine>",
      `dose engine: ${ENGINE_IDS.join(", ")}; in place of the plan's`,
      choice("--engine", ENGINE_IDS),
    )
    .option(
      "--backend <backend>",
      `${BACKEND_IDS.join(", ")}; in place of the plan's`,
      choice("--backend", BACKEND_IDS),
    )
    .option(
      "--workers <n>",
      "worker threads (the reference backend runs on one)",
      wholeNumber("--workers", 1, 256),
    )
    .option("--seed <n>", "random seed; in place of the plan's", wholeNumber("--seed", 0, 4294967295))
    .option(
      "--max-memory <mb>",
      "stop before starting if the run would need more",
      wholeNumber("--max-memory", 1, 1_000_000),
    )
    .option(
      "--cut-faces <rule>",
      "beams that enter through a cut face of the CT: leave-out or see-air; in place of the plan's",
      choice("--cut-faces", ["leave-out", "see-air"] as const),
    )
    .option("--json", "print summary.json on stdout")
    .option("--quiet", "no progress, no table")
    .action(async (file: string, options: PlanOptions) => {
      const bars = progressBars(options.quiet === true);
      const result = await interruptible(async (signal) => {
        const input = await readPlanInput(file);
        await assertWritableFolder(options.out);
        if (options.workers !== undefined && options.workers > 1) {
          throw new InvalidInputError(
            "--workers",
            options.workers,
            "1: no backend of this version uses worker threads",
          );
        }
        const plan = {
          ...input.plan,
          dose: {
            ...input.plan.dose,
            ...(options.engine && { engine: options.engine }),
            ...(options.backend && { backend: options.backend }),
            ...(options.seed !== undefined && { seed: options.seed }),
            ...(options.cutFaces && { cutFaces: options.cutFaces }),
          },
        };
        const planned = await runPlan(plan, {
          patient: input.patient,
          machine: input.machine,
          ...(input.huCurve && { huCurve: input.huCurve }),
          ...(options.maxMemory !== undefined && { maxMemoryMb: options.maxMemory }),
          signal,
          onProgress: bars.onProgress,
        }).catch((error: unknown) => {
          throw namingFile(file, error);
        });
        await writePlanResult(planned, options.out, signal);
        return planned;
      }).finally(bars.stop);
      if (options.json) console.log(JSON.stringify(result.summary, null, 2));
      else if (!options.quiet) printSummary(result, options.out);
    });
}

/** What does not fit in a plan is to be mended in its file: the message names it. Options stand for themselves. */
function namingFile(file: string, error: unknown): unknown {
  if (!isLibraryError(error, "InvalidInputError") || error.field.startsWith("--")) return error;
  return new InvalidInputError(`${file}: ${error.field}`, error.value, error.expected);
}
