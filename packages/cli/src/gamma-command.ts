import { basename, dirname } from "node:path";
import { Command } from "commander";
import { type GammaReport, gammaReport, textTable, writeNrrd } from "isodose";
import { assertWritableFolder, gammaInWorkerThreads, readNamedFile, writeFiles } from "isodose/node";
import { numberIn, wholeNumber } from "./option-values.ts";
import { interruptible, progressBars } from "./progress-bar.ts";

interface GammaOptions {
  readonly reference: string;
  readonly evaluated: string;
  readonly dosePercent: number;
  readonly distanceMm: number;
  readonly cutoffPercent: number;
  readonly local?: boolean;
  readonly workers?: number;
  readonly out?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** `isodose gamma --reference F --evaluated F --dose-percent 2 --distance-mm 1` */
export function gammaCommand(): Command {
  return new Command("gamma")
    .description("gamma index of two doses (RTDOSE, NRRD or NIfTI), in three dimensions")
    .requiredOption("--reference <file>", "dose at whose points gamma is evaluated")
    .requiredOption("--evaluated <file>", "dose that is searched around each of them")
    .requiredOption(
      "--dose-percent <n>",
      "dose criterion, %",
      numberIn("--dose-percent", "> 0 %", (n) => n > 0),
    )
    .requiredOption(
      "--distance-mm <n>",
      "distance criterion, mm",
      numberIn("--distance-mm", "> 0 mm", (n) => n > 0),
    )
    .option(
      "--cutoff-percent <n>",
      "points below this part of the reference maximum are not evaluated",
      numberIn("--cutoff-percent", "from 0 to 100 %", (n) => n >= 0 && n <= 100),
      10,
    )
    .option("--local", "dose criterion in % of the dose at each point, in place of the reference maximum")
    .option("--workers <n>", "worker threads (default: one a core)", wholeNumber("--workers", 1, 256))
    .option("--out <map.nrrd>", "write the gamma map")
    .option("--json", "print JSON")
    .option("--quiet", "no progress")
    .action(async (options: GammaOptions) => {
      const bars = progressBars(options.quiet === true);
      const report = await interruptible(async (signal) => {
        if (options.out !== undefined) await assertWritableFolder(dirname(options.out));
        const [reference, evaluated] = await Promise.all([
          readNamedFile(options.reference),
          readNamedFile(options.evaluated),
        ]);
        const { dosePercent, distanceMm, cutoffPercent, local = false } = options;
        const done = await gammaReport(
          { reference, evaluated },
          { dosePercent, distanceMm, cutoffPercent, local },
          (request, control) =>
            gammaInWorkerThreads(request, {
              ...control,
              ...(options.workers && { workers: options.workers }),
            }),
          { signal, onProgress: bars.onProgress },
        );
        if (options.out !== undefined) {
          const map = { name: basename(options.out), bytes: writeNrrd(done.map) };
          await writeFiles(dirname(options.out), [map], signal);
        }
        return done.report;
      }).finally(bars.stop);
      if (options.json) console.log(JSON.stringify(report, null, 2));
      else printGamma(report);
    });
}

function printGamma(report: GammaReport): void {
  const { dosePercent, distanceMm, cutoffGy, local, normalisationGy } = report.criteria;
  const kind = local ? "of the dose at each point" : `of ${normalisationGy.toFixed(3)} Gy (global)`;
  console.log(`gamma ${dosePercent} % ${kind} / ${distanceMm} mm, from ${cutoffGy.toFixed(3)} Gy up`);
  console.log(
    textTable([
      ["passed %", "points", "mean gamma", "maximum gamma", "outside"],
      [
        report.passPercent.toFixed(2),
        String(report.evaluatedPoints),
        report.meanGamma.toFixed(3),
        report.maxGamma.toFixed(3),
        String(report.outsidePoints),
      ],
    ]),
  );
  for (const warning of report.warnings) console.log(`warning ${warning.code}: ${warning.message}`);
  console.log("Not for clinical use.");
}
