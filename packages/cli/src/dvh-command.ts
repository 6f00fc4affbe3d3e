import { Command } from "commander";
import { dvhReport, type EndSlices } from "isodose";
import { readNamedFile } from "isodose/node";
import { choice } from "./option-values.ts";
import { interruptible, progressBars } from "./progress-bar.ts";
import { textTable } from "./text-table.ts";

interface DvhOptions {
  readonly dose: string;
  readonly structures: string;
  readonly metrics: string;
  readonly endSlices: EndSlices;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** `isodose dvh --dose F --structures F` */
export function dvhCommand(): Command {
  return new Command("dvh")
    .description("DVH metrics of any RTDOSE and RTSTRUCT")
    .requiredOption("--dose <file>", "RTDOSE file")
    .requiredOption("--structures <file>", "RTSTRUCT file")
    .option("--metrics <list>", "metrics, separated by commas", "D95%,D0.035cc,mean,max")
    .option(
      "--end-slices <rule>",
      "how far structures reach beyond their first and last contour: half a plane distance, full, none, or rounded (small targets)",
      choice("--end-slices", ["half", "full", "none", "rounded"] as const),
      "half",
    )
    .option("--json", "print JSON")
    .option("--quiet", "no progress")
    .action(async (options: DvhOptions) => {
      const [dose, structures] = await Promise.all([
        readNamedFile(options.dose),
        readNamedFile(options.structures),
      ]);
      const metrics = options.metrics.split(",").map((m) => m.trim());
      const bars = progressBars(options.quiet === true);
      const report = await interruptible((signal) =>
        dvhReport({
          dose,
          structures,
          metrics,
          endSlices: options.endSlices,
          signal,
          onProgress: bars.onProgress,
        }),
      ).finally(bars.stop);
      if (options.json) {
        console.log(JSON.stringify(report, null, 2));
        return;
      }
      console.log(
        textTable([
          ["structure", "volume cc", "outside cc", ...metrics],
          ...Object.entries(report.structures).map(([name, row]) => [
            name,
            row.volumeCc.toFixed(3),
            row.volumeOutsideDoseGridCc.toFixed(3),
            ...metrics.map((m) => row.metrics[m]?.toFixed(3) ?? "–"),
          ]),
        ]),
      );
      for (const warning of report.warnings) console.log(`warning ${warning.code}: ${warning.message}`);
      console.log("Not for clinical use.");
    });
}
