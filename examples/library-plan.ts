// A plan from plain objects: no file read, none written. The same code runs in a page.
import { NOT_FOR_CLINICAL_USE, parsePlan, phantomPatient, runPlan } from "isodose";

const patient = phantomPatient({ kind: "spine", level: "L1" });
const plan = parsePlan({
  format: "isodose-plan/1",
  patient: { phantom: { kind: "spine", level: "L1" } },
  target: "PTV_L1",
  limits: [{ structure: "SpinalCord_PRV2", metric: "D0.035cc", maxGy: 17 }],
  prescription: { doseGy: 24, fractions: 2 },
  delivery: { machine: "cyberknife", collimator: { kind: "cone", diameterMm: 20 }, beams: 40 },
  dose: { spacingMm: 4 },
});
const { summary } = await runPlan(plan, { patient });
console.log(`${summary.target.name}: ${summary.target.coveragePercent.toFixed(1)} % receive 24 Gy`);
console.log(`cord PRV: D0.035cc ${summary.limits[0]?.valueGy.toFixed(1)} Gy`);
console.log(
  `${summary.beams} beams, ${summary.monitorUnits.toFixed(0)} MU, maximum ${summary.doseMaxGy.toFixed(1)} Gy`,
);
console.log(NOT_FOR_CLINICAL_USE);
