// npm run bench [-- NAME]: the benchmarks, all or one. Ratios within one run count, single times do not.
import { cpus } from "node:os";
import { benchmarkRayTrace } from "./ray-trace.ts";

const benchmarks: Readonly<Record<string, () => Promise<void>>> = { "ray-trace": benchmarkRayTrace };

const names = process.argv.slice(2);
for (const name of names) {
  if (!(name in benchmarks)) {
    console.error(`isodose: bench ${name}: unknown; expected ${Object.keys(benchmarks).join(", ")}`);
    process.exit(2);
  }
}
console.log(`Node.js ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? "unknown CPU"}`);
for (const name of names.length > 0 ? names : Object.keys(benchmarks)) await benchmarks[name]!();
