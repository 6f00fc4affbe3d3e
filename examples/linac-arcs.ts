// Four cone arcs on a linac, two of them non-coplanar, from a plan file: each arc has one weight, found by the optimiser.
import { NOT_FOR_CLINICAL_USE, runPlan } from "isodose";
import { readPlanInput } from "isodose/node";

const { plan, patient, machine } = await readPlanInput("examples/plans/phantom-linac-arcs.json");
const { plan: delivered, summary } = await runPlan(plan, { patient, machine });

for (const arc of new Set(delivered.beams.map(({ node }) => node))) {
  const numbers = [...delivered.beams.keys()].filter((b) => delivered.beams[b]!.node === arc);
  const monitorUnits = numbers.reduce((sum, b) => sum + delivered.monitorUnits[b]!, 0);
  const { couchDeg, gantryDeg } = delivered.beams[numbers[0]!]!;
  const lastDeg = delivered.beams[numbers[numbers.length - 1]!]!.gantryDeg;
  console.log(
    `arc ${arc}: couch ${couchDeg}, gantry ${gantryDeg} to ${lastDeg}, ${monitorUnits.toFixed(0)} MU`,
  );
}
console.log(
  `${summary.target.name}: ${summary.target.coveragePercent.toFixed(1)} % covered, ${summary.deliveryMinutes.toFixed(0)} min (time model: unverified defaults)`,
);
for (const warning of summary.warnings) console.log(`${warning.code}: ${warning.message}`);
console.log(NOT_FOR_CLINICAL_USE);
