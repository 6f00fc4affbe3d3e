import { basename } from "node:path";
import { Command } from "commander";
import {
  ENGINE_IDS,
  type EngineId,
  InvalidInputError,
  influenceJson,
  isLibraryError,
  NOT_FOR_CLINICAL_USE,
  planInfluence,
  textTable,
} from "isodose";
import { besideInfluence, influenceToFile, readPlanInput } from "isodose/node";
import { choice, numberIn, wholeNumber } from "./option-values.ts";
import { interruptible, progressBars } from "./progress-bar.ts";

interface InfluenceOptions {
  readonly out: string;
  readonly beamletMm?: number;
  readonly marginMm?: number;
  readonly engine?: EngineId;
  readonly thresholdPercent?: number;
  readonly maxMemory?: number;
  readonly compress?: boolean;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** Part of `--max-memory` that each of the two write buffers takes, at most 16 MiB. */
const BUFFER_PART = 1 / 16;
const MOST_BUFFER_BYTES = 16 * 2 ** 20;

/** `isodose influence PLAN.json --out D.npz` */
export function influenceCommand(): Command {
  return new Command("influence")
    .description("dose of each beam or beamlet of a plan as a sparse matrix that scipy.sparse.load_npz reads")
    .argument("<plan>", "plan file (isodose schema plan)")
    .requiredOption("--out <npz>", "file for the matrix; what its columns are goes beside it, as .json")
    .option(
      "--beamlet-mm <mm>",
      "cut each field of a linac into squares of this side at SAD; without it the plan's beams are the columns",
      numberIn("--beamlet-mm", "from 0.5 to 100", (n) => n >= 0.5 && n <= 100),
    )
    .option(
      "--margin-mm <mm>",
      "beamlets out to this distance from the target's shadow at SAD (default: the beamlet's side)",
      numberIn("--margin-mm", "from 0 to 100", (n) => n >= 0 && n <= 100),
    )
    .option(
      "--engine <engine>",
      `dose engine: ${ENGINE_IDS.join(", ")}; in place of the plan's`,
      choice("--engine", ENGINE_IDS),
    )
    .option(
      "--threshold-percent <percent>",
      "drop entries below this part of their column's maximum (default: 0, none)",
      numberIn("--threshold-percent", "from 0 to below 100", (n) => n >= 0 && n < 100),
    )
    .option(
      "--max-memory <mb>",
      "most that columns and write buffers may hold",
      wholeNumber("--max-memory", 1, 1_000_000),
    )
    .option("--compress", "deflate the file")
    .option("--json", "print what stands beside the matrix on stdout")
    .option("--quiet", "no progress, no table")
    .action(run);
}

async function run(file: string, options: InfluenceOptions): Promise<void> {
  if (options.marginMm !== undefined && options.beamletMm === undefined)
    throw new InvalidInputError("--margin-mm", options.marginMm, "--beamlet-mm beside it");
  if (!options.out.endsWith(".npz"))
    throw new InvalidInputError("--out", options.out, "a name that ends in .npz");
  const bars = progressBars(options.quiet === true);
  const json = await interruptible(async (signal) => {
    const { plan, patient, machine, huCurve } = await readPlanInput(file);
    const maxMemoryBytes = options.maxMemory === undefined ? undefined : options.maxMemory * 1e6;
    const bufferBytes = Math.floor(Math.min(MOST_BUFFER_BYTES, (maxMemoryBytes ?? Infinity) * BUFFER_PART));
    const matrix = await influenceToFile(options.out, { bufferBytes, compress: options.compress === true });
    try {
      const influence = await planInfluence(
        { ...plan, dose: { ...plan.dose, ...(options.engine && { engine: options.engine }) } },
        matrix,
        {
          patient,
          machine,
          signal,
          onProgress: bars.onProgress,
          ...(huCurve && { huCurve }),
          ...(options.beamletMm !== undefined && { beamletMm: options.beamletMm }),
          ...(options.marginMm !== undefined && { beamletMarginMm: options.marginMm }),
          ...(options.thresholdPercent !== undefined && { thresholdPercent: options.thresholdPercent }),
          ...(maxMemoryBytes !== undefined && { maxMemoryBytes }),
        },
      ).catch((error: unknown) => {
        throw asOption(error, file);
      });
      const beside = influenceJson(influence, basename(options.out));
      await matrix.finish(influence.report.rows, {
        name: besideInfluence(options.out),
        text: `${JSON.stringify(beside, null, 1)}\n`,
      });
      if (!options.quiet && !options.json) {
        const { report } = influence;
        const fill = (100 * report.entries) / (report.rows * influence.beams.length);
        console.log(
          textTable([
            ["matrix", "number", "of"],
            ["columns", String(influence.beams.length), options.beamletMm ? "beamlets" : "beams"],
            ["rows", String(report.rows), "voxels, x fastest"],
            ["entries", String(report.entries), `${fill.toPrecision(3)} % filled`],
            [
              "dropped",
              String(report.droppedEntries),
              `${report.droppedPercent.toPrecision(3)} % of the dose`,
            ],
            ["engine", report.engine, report.unit],
          ]),
        );
        for (const { code, message } of influence.warnings) console.log(`${code}: ${message}`);
        console.log(`${options.out}, ${besideInfluence(options.out)}. ${NOT_FOR_CLINICAL_USE}.`);
      }
      return beside;
    } finally {
      await matrix.discard();
    }
  }).finally(bars.stop);
  if (options.json) console.log(JSON.stringify(json, null, 2));
}

/** Name the option, or the plan file, that a value came from. */
function asOption(error: unknown, file: string): unknown {
  if (!isLibraryError(error, "InvalidInputError")) return error;
  const { field, value, expected } = error;
  if (field === "maxMemoryBytes")
    return new InvalidInputError("--max-memory", `${Number(value) / 1e6} MB`, expected);
  if (field === "beamletMm") return new InvalidInputError("--beamlet-mm", value, expected);
  return new InvalidInputError(`${file}: ${field}`, value, expected);
}
