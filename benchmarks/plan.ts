import { execFileSync } from "node:child_process";
import { resolve } from "node:path";
import type { BenchmarkResult } from "./results.ts";

/** What a plan costs: the phantom plan of `npm start` on three dose grids, each in a process of its own. */
export async function benchmarkPlan(): Promise<BenchmarkResult> {
  const rows = [4, 2, 1].map((spacingMm) => {
    const script = resolve(import.meta.dirname, "plan-once.ts");
    const printed = execFileSync(process.execPath, [...process.execArgv, script, String(spacingMm)], {
      encoding: "utf8",
    });
    const { seconds, peakMb } = JSON.parse(printed) as { seconds: number; peakMb: number };
    return {
      what: `dose grid of ${spacingMm} mm, time and peak memory`,
      value: `${seconds.toFixed(0)} s, ${peakMb.toFixed(0)} MB`,
    };
  });
  return { name: "plan", title: "phantom plan, CyberKnife, 120 beams, wall time, one run each", rows };
}
