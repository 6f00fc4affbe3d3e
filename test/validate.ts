/**
 * `npm run validate [-- ENGINE …]`: every engine (or those named) against the reference cases in test/golden/reference that it applies to, as a table on stdout, in
 * docs/validation.md with curves, and in short in README.md. Exit code 3 if a case does not pass.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { readReferenceFolder } from "@isodose/cli";
import {
  type DrawnEngine,
  drawReference,
  type PhotonReference,
  REFERENCE_ENGINES,
  validateReferences,
} from "@isodose/commissioning";
import { withTable } from "./docs/readme-table.ts";
import { accuracyTable } from "./validation/accuracy-table.ts";
import { enginesSection } from "./validation/engines-page.ts";
import { monteCarloSection, tryCutoffs } from "./validation/monte-carlo-section.ts";
import { validationPage } from "./validation/page.ts";

const asked = process.argv.slice(2);
const drawn = new Map<PhotonReference, DrawnEngine[]>();
const files = await readReferenceFolder(fileURLToPath(new URL("golden/reference/", import.meta.url)));
const report = await validateReferences(
  files,
  Object.entries(REFERENCE_ENGINES)
    .filter(([id]) => asked.length === 0 || asked.includes(id))
    .map(([, make]) => make()),
  {
    clockSeconds: () => performance.now() / 1000,
    onComputed: (file, engine, result) => {
      drawn.set(file, [...(drawn.get(file) ?? []), { engine, found: result }]);
      console.log(`computed ${file.id} with ${engine}`);
    },
  },
);
for (const one of report.cases) {
  const volumes = one.volumes.map((v) => `${v.name} ${v.passPercent.toFixed(1)} %`).join(" ");
  console.log(
    `${one.pass ? "pass" : "FAIL"}  ${one.engine.padEnd(14)} ${one.id.padEnd(40)} ${one.points > 0 ? `${one.passPercent.toFixed(1)} % of ${one.points}` : ""} ${volumes} ${one.seconds.toFixed(1)} s`,
  );
  for (const why of one.failures) console.log(`      ${why}`);
}
const pictures = new URL("../docs/public/pictures/validation/", import.meta.url);
mkdirSync(pictures, { recursive: true });
for (const [file, engines] of drawn)
  writeFileSync(new URL(`${file.id}.svg`, pictures), drawReference(file, engines));
const halved = await tryCutoffs(asked.length === 0 || asked.includes("monte-carlo") ? files : []);
const engines = enginesSection(
  report,
  [...drawn.keys()].map(({ id, title }) => ({ id, title })),
);
const page = validationPage(`${engines}\n${monteCarloSection(report, halved)}`);
writeFileSync(new URL("../docs/validation.md", import.meta.url), page);
const readme = new URL("../README.md", import.meta.url);
writeFileSync(readme, withTable(readFileSync(readme, "utf8"), "accuracy", accuracyTable(page)));
if (!report.pass) {
  console.error("isodose: not every case passes");
  process.exitCode = 3;
}
