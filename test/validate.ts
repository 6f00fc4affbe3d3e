/**
 * `npm run validate`: the ray-trace engine against the reference cases in test/golden/reference, as a table on stdout and in
 * docs/validation.md, and in short in README.md. Exit code 3 if the 40 mm field, left out of the fit, does not pass.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { withTable } from "./docs/readme-table.ts";
import { accuracyTable } from "./validation/accuracy-table.ts";
import { LEFT_OUT_MM, validateCircles } from "./validation/circles.ts";
import { validationPage } from "./validation/page.ts";

const found = await validateCircles();
for (const one of [...found.leftOut.map((l) => l.validation), ...found.inTheFit]) {
  const role = one.evidence
    ? `left out, fitted to ${one.fittedDiametersMm.join(", ")} mm`
    : "in the fit, no evidence";
  console.log(`${one.id}  ${one.passPercent.toFixed(1)} % of ${one.points} points (${role})`);
  for (const curve of one.curves) {
    console.log(
      `    ${curve.name.padEnd(20)} ${String(curve.passed).padStart(3)}/${String(curve.points).padEnd(3)} worst ${curve.worstPercent.toFixed(2)} % at ${curve.worstAtMm} mm, ${curve.worstMm.toFixed(2)} mm`,
    );
  }
}
const page = validationPage(found);
writeFileSync(new URL("../docs/validation.md", import.meta.url), page);
const readme = new URL("../README.md", import.meta.url);
writeFileSync(readme, withTable(readFileSync(readme, "utf8"), "accuracy", accuracyTable(page)));
console.log("Every setting tried, points that pass with the field left out:");
for (const { setting, passPercent } of found.everySetting) {
  const { firstRatePerMm, rates, smoothness } = setting;
  const passes = passPercent.map((p, i) => `${LEFT_OUT_MM[i]} mm ${p.toFixed(1)} %`).join(", ");
  console.log(`    ${firstRatePerMm}/mm × ${rates}, smoothness ${smoothness}: ${passes}`);
}
const deciding = found.leftOut.find((one) => one.validation.diameterMm === 40);
if (!deciding || deciding.validation.passPercent < 98) {
  console.error("isodose: the 40 mm field does not pass; expected at least 98 % of its points");
  process.exitCode = 3;
}
