import { Command } from "commander";
import { assertWritableFolder, readPlanInput, writePlanResult } from "isodose/node";
import { addDoseOptions, type DoseOptions, runPlanFile } from "./dose-options.ts";
import { printSummary } from "./print-summary.ts";
import { interruptible, progressBars } from "./progress-bar.ts";

interface PlanOptions extends DoseOptions {
  readonly out: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** `isodose plan PLAN.json --out DIR` */
export function planCommand(): Command {
  const command = new Command("plan")
    .description("plan and compute a dose; write summary, DVH, report, RTDOSE, RTPLAN and NRRD into a folder")
    .argument("<plan>", "plan file (isodose schema plan)")
    .requiredOption("--out <dir>", "folder for the results");
  return addDoseOptions(command)
    .option("--json", "print summary.json on stdout")
    .option("--quiet", "no progress, no table")
    .action(async (file: string, options: PlanOptions) => {
      const bars = progressBars(options.quiet === true);
      const result = await interruptible(async (signal) => {
        const input = await readPlanInput(file);
        await assertWritableFolder(options.out);
        const planned = await runPlanFile(file, input, options, { signal, onProgress: bars.onProgress });
        await writePlanResult(planned, options.out, signal);
        return planned;
      }).finally(bars.stop);
      if (options.json) console.log(JSON.stringify(result.summary, null, 2));
      else if (!options.quiet) printSummary(result, options.out);
    });
}
