import { basename, dirname, extname, join, resolve } from "node:path";
import {
  type CommissionResult,
  commission,
  commissionReport,
  parseCommissionSpec,
} from "@isodose/commissioning";
import { Command } from "commander";
import { NOT_FOR_CLINICAL_USE, textTable } from "isodose";
import { assertWritableFolder, inFile, readJsonFile, readNamedFile, writeFiles } from "isodose/node";
import { wholeNumber } from "./option-values.ts";
import { interruptible, progressBars } from "./progress-bar.ts";

interface CommissionCommandOptions {
  readonly out: string;
  readonly histories?: number;
  readonly seed?: number;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** `isodose commission SPEC.json --out MACHINE.json` */
export function commissionCommand(): Command {
  return new Command("commission")
    .description(
      "make the beam data of a machine from spectrum, source, collimator and measured curves, and write a machine file",
    )
    .argument("<spec>", "commissioning file (JSON, format isodose-commission/1); its CSV files lie beside it")
    .requiredOption("--out <file>", "machine file to write; its report goes beside it as .report.html")
    .option(
      "--histories <n>",
      "photons of the Monte Carlo, in place of the file's",
      wholeNumber("--histories", 1, 1e9),
    )
    .option("--seed <n>", "seed, in place of the file's", wholeNumber("--seed", 0, 2 ** 32 - 1))
    .option("--json", "print JSON")
    .option("--quiet", "no progress")
    .action(async (specFile: string, options: CommissionCommandOptions) => {
      const bars = progressBars(options.quiet === true);
      const out = resolve(options.out);
      const reportFile = join(dirname(out), `${basename(out, extname(out))}.report.html`);
      const result = await interruptible(async (signal) => {
        const json = await readJsonFile(specFile);
        const spec = {
          ...inFile(specFile, () => parseCommissionSpec(json)),
          ...(options.histories !== undefined && { histories: options.histories }),
          ...(options.seed !== undefined && { seed: options.seed }),
        };
        await assertWritableFolder(dirname(out));
        const done = await commission(spec, {
          readText: async (file) =>
            new TextDecoder().decode((await readNamedFile(resolve(dirname(specFile), file))).bytes),
          signal,
          onProgress: bars.onProgress,
        });
        const bytes = (text: string) => new TextEncoder().encode(text);
        await writeFiles(
          dirname(out),
          [
            { name: basename(out), bytes: bytes(`${JSON.stringify(done.machine, null, 2)}\n`) },
            { name: basename(reportFile), bytes: bytes(commissionReport(done)) },
          ],
          signal,
        );
        return done;
      }).finally(bars.stop);
      if (options.json) console.log(JSON.stringify(summaryOf(result, options.out, reportFile), null, 2));
      else printSummary(result, options.out, reportFile);
    });
}

function summaryOf(result: CommissionResult, machineFile: string, report: string) {
  const { machine, fit, curves, outputFactors, monteCarlo, warnings } = result;
  return {
    notice: NOT_FOR_CLINICAL_USE,
    machine: { id: machine.id, title: machine.title, label: machine.label, file: machineFile },
    report,
    monteCarlo,
    fit: fit && {
      parameters: fit.parameters.map((p) => ({
        ...p,
        standardError: Number.isFinite(p.standardError) ? p.standardError : null,
      })),
      correlations: fit.correlations.map((row) => row.map((c) => (Number.isFinite(c) ? c : null))),
      meanEnergyMeV: fit.meanEnergyMeV,
      chiSquare: fit.chiSquare,
      degreesOfFreedom: fit.degreesOfFreedom,
      converged: fit.converged,
    },
    curves: curves.map(({ measured, chiSquare, rmsPercent, worstPercent }) => ({
      file: measured.spec.file,
      kind: measured.spec.kind,
      points: measured.y.length,
      chiSquare,
      rmsPercent,
      worstPercent,
    })),
    outputFactors,
    warnings,
  };
}

function printSummary(result: CommissionResult, machineFile: string, report: string): void {
  const { machine, fit, curves, monteCarlo, warnings } = result;
  console.log(`${machine.title} (${machine.label})`);
  console.log(
    `Pencil kernel: own Monte Carlo, ${monteCarlo.histories} photons, seed ${monteCarlo.seed}, ${monteCarlo.sigmaPercent.toFixed(2)} % at 100 mm depth.\n`,
  );
  if (fit) {
    console.log(
      textTable([
        ["parameter", "start", "fitted", "standard error", "unit"],
        ...fit.parameters.map((p) => [
          p.name,
          String(Number(p.start.toPrecision(4))),
          String(Number(p.value.toPrecision(4))),
          Number.isFinite(p.standardError) ? p.standardError.toPrecision(2) : "none",
          p.unit,
        ]),
      ]),
    );
    const { before, after, standardError } = fit.meanEnergyMeV;
    if (before !== after)
      console.log(
        `\nMean photon energy ${before.toFixed(3)} → ${after.toFixed(3)} ± ${standardError.toFixed(3)} MeV.`,
      );
    console.log(`χ² = ${fit.chiSquare.toFixed(1)} for ${fit.degreesOfFreedom} degrees of freedom.\n`);
  }
  if (curves.length > 0) {
    console.log(
      textTable([
        ["curve", "file", "points", "χ²", "rms %", "worst %"],
        ...curves.map(({ measured, chiSquare, rmsPercent, worstPercent }) => [
          measured.title,
          measured.spec.file,
          String(measured.y.length),
          chiSquare.toFixed(1),
          rmsPercent.toFixed(2),
          worstPercent.toFixed(2),
        ]),
      ]),
    );
  }
  for (const { code, message } of warnings) console.log(`warning: ${code}: ${message}`);
  console.log(`\nwrote ${machineFile}\nwrote ${report}`);
  console.log(`${NOT_FOR_CLINICAL_USE}.`);
}
