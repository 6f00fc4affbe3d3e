// `npm start`: plan a spine case from DICOM files to dose, DVH and report, with the same commands that a user types.
//   npm start                                 the built-in phantom, written as DICOM and read back
//   npm start -- --case lumbar --data DIR     the CT in DIR/CT with DIR/RTSTRUCT.dcm (or ISODOSE_DATA=DIR)
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { parseArgs } from "node:util";

const root = resolve(import.meta.dirname, "..");
const { values: options } = parseArgs({
  options: {
    case: { type: "string", default: "phantom" },
    data: { type: "string", default: process.env.ISODOSE_DATA ?? "" },
  },
});

/** Run one `isodose` command and stop with its exit code if it fails. */
function isodose(...args: string[]): void {
  console.log(`\n> isodose ${args.join(" ")}`);
  const run = spawnSync(process.execPath, [join(root, "packages/cli/bin/isodose.js"), ...args], {
    cwd: root,
    stdio: "inherit",
  });
  if (run.status !== 0) process.exit(run.status ?? 130);
}

/** Exit 2 with one line, as the command itself does. */
function badInput(message: string): never {
  console.error(`isodose: ${message}`);
  process.exit(2);
}

const out = join(root, "out", options.case);
let patientFolder = out;
if (options.case === "phantom") {
  rmSync(out, { recursive: true, force: true });
  isodose("phantom", "--out", relative(root, out));
} else if (options.case === "lumbar") {
  if (!options.data)
    badInput("--data: missing; expected the folder that holds CT/ and RTSTRUCT.dcm (or set ISODOSE_DATA)");
  patientFolder = resolve(options.data);
  if (!existsSync(join(patientFolder, "RTSTRUCT.dcm"))) {
    badInput(`${join(patientFolder, "RTSTRUCT.dcm")}: not found; expected the structure set of the case`);
  }
} else {
  badInput(`--case: is "${options.case}"; expected "phantom" or "lumbar"`);
}

mkdirSync(out, { recursive: true });
const plan = JSON.parse(
  readFileSync(join(root, "examples/plans", `${options.case}-cyberknife.json`), "utf8"),
) as object;
const planFile = join(out, "plan.json");
const patient = {
  ct: relative(out, join(patientFolder, "CT")),
  structures: relative(out, join(patientFolder, "RTSTRUCT.dcm")),
};
writeFileSync(planFile, `${JSON.stringify({ ...plan, patient }, null, 2)}\n`);
isodose("plan", relative(root, planFile), "--out", relative(root, out));
console.log(`\nReport: ${relative(root, join(out, "report.html"))}  (not for clinical use)`);
