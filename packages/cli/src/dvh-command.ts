import { Command } from "commander";
import {
  type DvhReport,
  dvhCsv,
  dvhJson,
  dvhReport,
  dvhTable,
  type EndSlices,
  INDEX_DEFINITIONS,
  type IndexName,
  renderDvhPlot,
  textTable,
} from "isodose";
import { assertWritableFolder, readNamedFile, writeFiles } from "isodose/node";
import { choice, numberIn, wholeNumber } from "./option-values.ts";
import { interruptible, progressBars } from "./progress-bar.ts";

interface DvhOptions {
  readonly dose: string;
  readonly structures: string;
  readonly metrics: string;
  readonly endSlices: EndSlices;
  readonly interpolation: "trilinear" | "tricubic";
  readonly prescriptionGy?: number;
  readonly fractions?: number;
  readonly target?: string;
  readonly out?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** `isodose dvh --dose F --structures F` */
export function dvhCommand(): Command {
  return new Command("dvh")
    .description("DVH metrics of any dose (RTDOSE, NRRD or NIfTI) and RTSTRUCT, with their errors")
    .requiredOption("--dose <file>", "dose of the whole course")
    .requiredOption("--structures <file>", "RTSTRUCT file")
    .option(
      "--metrics <list>",
      "metrics, separated by commas: D95%, D0.035cc, V12Gy, V50%, V12Gy[cc], DC5%, CV12Gy, min, mean, max, median, near-min, near-max",
      "D95%,D0.035cc,mean,max",
    )
    .option(
      "--end-slices <rule>",
      "how far structures reach beyond their first and last contour: auto (half a plane distance, small targets rounded), half, full, none, rounded",
      choice("--end-slices", ["auto", "half", "full", "none", "rounded"] as const),
      "auto",
    )
    .option(
      "--interpolation <kind>",
      "dose between voxel centres: trilinear or tricubic",
      choice("--interpolation", ["trilinear", "tricubic"] as const),
      "trilinear",
    )
    .option(
      "--prescription-gy <n>",
      "prescribed dose of the whole course",
      numberIn("--prescription-gy", "> 0 Gy", (n) => n > 0),
    )
    .option(
      "--fractions <n>",
      "read published limits for so many fractions",
      wholeNumber("--fractions", 1, 100),
    )
    .option("--target <name>", "structure whose conformity and gradient are listed (needs --prescription-gy)")
    .option("--out <dir>", "write dvh.csv, dvh.json, dvh.svg and dvh.txt")
    .option("--json", "print JSON")
    .option("--quiet", "no progress")
    .action(async (options: DvhOptions) => {
      const bars = progressBars(options.quiet === true);
      const metrics = options.metrics.split(",").map((m) => m.trim());
      const report = await interruptible(async (signal) => {
        if (options.out !== undefined) await assertWritableFolder(options.out);
        const [dose, structures] = await Promise.all([
          readNamedFile(options.dose),
          readNamedFile(options.structures),
        ]);
        const { dose: _, structures: __, metrics: ___, out, json, quiet, ...settings } = options;
        const done = await dvhReport({
          dose,
          structures,
          metrics,
          ...settings,
          signal,
          onProgress: bars.onProgress,
        });
        if (out !== undefined) await writeFiles(out, curveFiles(done.curves, options.target), signal);
        return done.report;
      }).finally(bars.stop);
      if (options.json) console.log(JSON.stringify(report, null, 2));
      else printDvh(report, metrics);
    });
}

function curveFiles(curves: Parameters<typeof dvhTable>[0], targetName = "") {
  const files = {
    "dvh.csv": dvhCsv(curves),
    "dvh.json": `${JSON.stringify(dvhJson(curves))}\n`,
    "dvh.svg": renderDvhPlot(curves, { targetName }),
    "dvh.txt": dvhTable(curves),
  };
  return Object.entries(files).map(([name, text]) => ({ name, bytes: new TextEncoder().encode(text) }));
}

function printDvh(report: DvhReport, metrics: readonly string[]): void {
  console.log("value ± sampling error (+ what the dose grid costs, estimated)");
  console.log(
    textTable([
      ["structure", "volume cc", "outside cc", ...metrics],
      ...Object.entries(report.structures).map(([name, row]) => [
        name,
        row.volumeCc.toFixed(3),
        row.volumeOutsideDoseGridCc.toFixed(3),
        ...metrics.map((m) => withErrors(row.metrics[m] ?? null, row.metricErrors[m])),
      ]),
    ]),
  );
  if (report.fromFile) {
    console.log("the DVHs that the dose file carries:");
    console.log(
      textTable([
        ["structure", "volume cc", ...metrics],
        ...Object.entries(report.fromFile).map(([name, row]) => [
          name,
          row.volumeCc.toFixed(3),
          ...metrics.map((m) => row.metrics[m]?.toFixed(3) ?? "–"),
        ]),
      ]),
    );
  }
  if (report.target) printTarget(report.target);
  if (report.constraints) printConstraints(report.constraints);
  for (const warning of report.warnings) console.log(`warning ${warning.code}: ${warning.message}`);
  console.log("Not for clinical use.");
}

function withErrors(
  value: number | null,
  errors: { readonly sampling: number | null; readonly grid: number | null } | undefined,
): string {
  if (value === null) return "–";
  if (!errors || errors.sampling === null || errors.grid === null) return value.toFixed(3);
  const sign = errors.grid < 0 ? "−" : "+";
  return `${value.toFixed(3)} ± ${errors.sampling.toFixed(3)} (${sign}${Math.abs(errors.grid).toFixed(3)})`;
}

function printTarget(target: NonNullable<DvhReport["target"]>): void {
  const indices = Object.keys(INDEX_DEFINITIONS) as IndexName[];
  console.log(`${target.target}, prescribed ${target.prescriptionGy} Gy:`);
  console.log(
    textTable([
      ["index", "value", "unit", "formula"],
      ...indices.map((name) => {
        const { value, reason, unit, formula, provenance } = target[name];
        const label = provenance === "unverified default" ? `${formula} (unverified default)` : formula;
        return [name, value === null ? `– (${reason})` : value.toFixed(3), unit, label];
      }),
    ]),
  );
}

function printConstraints(check: NonNullable<DvhReport["constraints"]>): void {
  const rows = check.rows.filter((row) => row.verdict !== "not applicable");
  console.log(
    `published limits for ${check.fractions} fraction${check.fractions > 1 ? "s" : ""} ("near": within ${100 * check.nearFraction} % of the limit; ${check.counts["not applicable"]} rows do not apply):`,
  );
  console.log(
    textTable([
      ["structure", "metric", "limit", "value", "verdict", "table", "endpoint"],
      ...rows.map(({ structure, constraint, limit, value, verdict }) => [
        structure,
        constraint.metric,
        `${constraint.comparison} ${limit} ${constraint.unit}`,
        value?.toFixed(3) ?? "–",
        verdict,
        constraint.set + (constraint.provenance === "unverified default" ? " (unverified default)" : ""),
        constraint.endpoint,
      ]),
    ]),
  );
  for (const warning of check.warnings) console.log(`warning ${warning.code}: ${warning.message}`);
}
