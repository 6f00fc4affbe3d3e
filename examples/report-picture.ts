// Draws docs/public/pictures/report.png: the top of report.html of the phantom plan, by an installed Chromium or Chrome.
//   node --conditions=@isodose/source examples/report-picture.ts [chromium]
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { NOT_FOR_CLINICAL_USE, phantomPatient, planReport, runPlan } from "isodose";
import { readPlan } from "isodose/node";

const root = resolve(import.meta.dirname, "..");
const browser = process.argv[2] ?? "chromium";
const plan = await readPlan(join(root, "examples/plans/phantom-cyberknife.json"));
const result = await runPlan(plan, { patient: phantomPatient({ kind: "spine", level: "L1" }) });

const folder = mkdtempSync(join(tmpdir(), "isodose-report-"));
const page = join(folder, "report.html");
const picture = join(root, "docs/public/pictures/report.png");
writeFileSync(page, planReport(result));
const flags =
  "--headless --no-sandbox --disable-gpu --hide-scrollbars --no-first-run --disable-background-networking --disable-sync";
const size = ["--window-size=1180,1225", "--force-device-scale-factor=0.9"];
const run = spawnSync(browser, [
  ...flags.split(" "),
  ...size,
  `--user-data-dir=${join(folder, "profile")}`,
  `--screenshot=${picture}`,
  pathToFileURL(page).href,
]);
rmSync(folder, { recursive: true, force: true });
if (run.status !== 0) throw new Error(`${browser} took no picture: ${run.error ?? run.stderr.toString()}`);
console.log(`${picture}: ${Math.round(statSync(picture).size / 1000)} kB`);
console.log(NOT_FOR_CLINICAL_USE);
