// Runs every test and ends with the line "N passed, N failed". Totals also go to out/test-totals.json for CI.
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";

interface Assertion {
  readonly status: string;
  readonly fullName: string;
}
interface VitestReport {
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly assertionResults: readonly Assertion[];
  }[];
}

const root = resolve(import.meta.dirname, "..");
const reportFile = resolve(root, "out/test-report.json");
mkdirSync(dirname(reportFile), { recursive: true });
rmSync(reportFile, { force: true });

const vitest = spawnSync(
  process.execPath,
  [
    resolve(root, "node_modules/vitest/vitest.mjs"),
    "run",
    "--reporter=default",
    "--reporter=json",
    `--outputFile.json=${reportFile}`,
    ...process.argv.slice(2),
  ],
  { cwd: root, stdio: "inherit" },
);

const report = JSON.parse(readFileSync(reportFile, "utf8")) as VitestReport;
const assertions = report.testResults.flatMap((file) => file.assertionResults);
const passed = assertions.filter((a) => a.status === "passed").length;
// A file that fails before its first test counts as one failure.
const brokenFiles = report.testResults.filter(
  (f) => f.status === "failed" && !f.assertionResults.some((a) => a.status === "failed"),
);
const failed = assertions.filter((a) => a.status === "failed").length + brokenFiles.length;
const skipped = assertions.filter(
  (a) => a.status === "skipped" || a.status === "pending" || a.status === "todo",
);

for (const s of skipped) console.log(`skipped: ${s.fullName}`);
writeFileSync(
  resolve(root, "out/test-totals.json"),
  `${JSON.stringify({ passed, failed, skipped: skipped.length })}\n`,
);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 || passed === 0 ? 1 : (vitest.status ?? 1);
