import type { Command } from "commander";
import {
  BACKEND_IDS,
  type BackendId,
  ENGINE_IDS,
  ENGINES,
  type EngineId,
  InvalidInputError,
  isLibraryError,
  type PlanResult,
  type RunControl,
  runPlan,
} from "isodose";
import { doseWorkerThreads, type PlanInput } from "isodose/node";
import { choice, wholeNumber } from "./option-values.ts";

/** How a plan is computed, in place of what its file says. */
export interface DoseOptions {
  readonly engine?: EngineId;
  readonly backend?: BackendId;
  readonly workers?: number;
  readonly seed?: number;
  readonly maxMemory?: number;
  readonly cutFaces?: "leave-out" | "see-air";
}

/** Give a command the options of {@link DoseOptions}. */
export function addDoseOptions(command: Command): Command {
  return command
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
      "worker threads of the backend workers (default: one for each core)",
      wholeNumber("--workers", 1, 256),
    )
    .option("--seed <n>", "random seed; in place of the plan's", wholeNumber("--seed", 0, 4294967295))
    .option(
      "--max-memory <mb>",
      "stop before starting if the run would need more; the backend workers stays below it",
      wholeNumber("--max-memory", 1, 1_000_000),
    )
    .option(
      "--cut-faces <rule>",
      "beams that enter through a cut face of the CT: leave-out or see-air; in place of the plan's",
      choice("--cut-faces", ["leave-out", "see-air"] as const),
    );
}

/**
 * Run a plan file with options in place of its own.
 * @param file - named in messages about what does not fit
 */
export async function runPlanFile(
  file: string,
  input: PlanInput,
  options: DoseOptions,
  control: RunControl,
): Promise<PlanResult> {
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
  assertRunsOnWorkers(plan.dose, options.workers);
  const pool = doseWorkerThreads(options.workers);
  try {
    return await runPlan(plan, {
      patient: input.patient,
      machine: input.machine,
      ...(input.huCurve && { huCurve: input.huCurve }),
      ...(options.maxMemory !== undefined && { maxMemoryMb: options.maxMemory }),
      ...control,
      pool,
    });
  } catch (error) {
    throw namingFile(file, error);
  } finally {
    await pool.close();
  }
}

/** @throws InvalidInputError if more than one worker is asked for where only one thread would run */
function assertRunsOnWorkers(
  dose: { engine: EngineId; backend: BackendId },
  workers: number | undefined,
): void {
  if (workers === undefined || workers === 1) return;
  const onWorkers = dose.backend === "workers" || dose.backend === "auto";
  if (!onWorkers || ENGINES[dose.engine].backends.workers === undefined) {
    throw new InvalidInputError(
      "--workers",
      workers,
      onWorkers
        ? `1: engine ${dose.engine} has no backend workers`
        : `1: the backend ${dose.backend} runs on one thread`,
    );
  }
}

/** What does not fit in a plan is to be mended in its file: the message names it. Options stand for themselves. */
function namingFile(file: string, error: unknown): unknown {
  if (!isLibraryError(error, "InvalidInputError") || error.field.startsWith("--")) return error;
  return new InvalidInputError(`${file}: ${error.field}`, error.value, error.expected);
}
