// One plan of the phantom in a process of its own: prints seconds and peak memory. Argument: dose grid, mm.
import { parsePlan, phantomPatient, runPlan } from "isodose";

const patient = phantomPatient({ kind: "spine" });
const plan = parsePlan({
  format: "isodose-plan/1",
  patient: { phantom: { kind: "spine" } },
  target: "PTV_L1",
  limits: [{ structure: "SpinalCord_PRV2", metric: "D0.035cc", maxGy: 17 }],
  prescription: { doseGy: 24, fractions: 2 },
  delivery: { machine: "cyberknife", collimator: { kind: "cone", diameterMm: 20 }, beams: 120 },
  dose: { spacingMm: Number(process.argv[2]) },
});
const { summary } = await runPlan(plan, { patient });
console.log(
  JSON.stringify({ seconds: summary.elapsedSeconds, peakMb: process.resourceUsage().maxRSS / 1024 }),
);
