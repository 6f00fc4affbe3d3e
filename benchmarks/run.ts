// npm run bench [-- NAME]: the benchmarks, all or one. Ratios within one run count, single times do not.
// Results go to docs/benchmarks/NAME.json and into the README's table.
import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { withTable } from "../test/docs/readme-table.ts";
import { benchmarkCollapsedCone } from "./collapsed-cone.ts";
import { benchmarkDvh } from "./dvh.ts";
import { benchmarkGamma } from "./gamma.ts";
import { benchmarkGeometry } from "./geometry.ts";
import { benchmarkKernels } from "./kernels.ts";
import { benchmarkMonteCarlo } from "./monte-carlo.ts";
import { benchmarkPlan } from "./plan.ts";
import { benchmarkRayTrace } from "./ray-trace.ts";
import { type BenchmarkResult, machineOfRun, readResults, speedTable, writeResult } from "./results.ts";

const benchmarks: Readonly<Record<string, () => Promise<BenchmarkResult>>> = {
  "collapsed-cone": benchmarkCollapsedCone,
  dvh: benchmarkDvh,
  gamma: benchmarkGamma,
  geometry: benchmarkGeometry,
  "monte-carlo": benchmarkMonteCarlo,
  kernels: benchmarkKernels,
  plan: benchmarkPlan,
  "ray-trace": benchmarkRayTrace,
};

const names = process.argv.slice(2);
for (const name of names) {
  if (!(name in benchmarks)) {
    console.error(`isodose: bench ${name}: unknown; expected ${Object.keys(benchmarks).join(", ")}`);
    process.exit(2);
  }
}
console.log(machineOfRun());
for (const name of names.length > 0 ? names : Object.keys(benchmarks)) {
  const result = await benchmarks[name]!();
  console.log(`${result.name}: ${result.title}`);
  for (const row of result.rows) console.log(`  ${row.what.padEnd(60)} ${row.value}`);
  writeResult(result);
}
const readme = resolve(import.meta.dirname, "../README.md");
writeFileSync(readme, withTable(readFileSync(readme, "utf8"), "speed", speedTable(readResults())));
