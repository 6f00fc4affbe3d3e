// DVH metrics of a dose that another program wrote: RTDOSE and RTSTRUCT in, numbers out.
//   node --conditions=@isodose/source examples/dvh-of-any-dose.ts DOSE.dcm STRUCTURES.dcm
// Without files it makes a pair first: a box of water in an even dose of 2 Gy.
import { readFile } from "node:fs/promises";
import {
  computeDvh,
  createVolume,
  evaluateMetric,
  NOT_FOR_CLINICAL_USE,
  readRtDose,
  readStructureSet,
  slabPhantom,
  writeRtDose,
  writeStructureSet,
} from "isodose";

const [doseFile, structureFile] = process.argv.slice(2);
const files = doseFile && structureFile ? await filesNamed(doseFile, structureFile) : boxOfWater();
const { dose } = readRtDose(files.dose);
for (const structure of readStructureSet(files.structures).structures) {
  const curve = computeDvh({ structure, dose, singlePlaneThicknessMm: dose.grid.spacingMm[2] });
  const metrics = ["D95%", "mean", "max"].map((m) => `${m} ${evaluateMetric(curve, m).toFixed(3)} Gy`);
  console.log(`${structure.name}: ${curve.volumeCc.toFixed(2)} cc, ${metrics.join(", ")}`);
}
console.log(NOT_FOR_CLINICAL_USE);

async function filesNamed(dose: string, structures: string) {
  const read = async (name: string) => ({ name, bytes: new Uint8Array(await readFile(name)) });
  return { dose: await read(dose), structures: await read(structures) };
}

function boxOfWater() {
  const { patient } = slabPhantom({ sizeMm: [100, 100, 100], spacingMm: [5, 5, 5] });
  const dose = createVolume(
    patient.ct.grid,
    "Gy",
    patient.ct.frameOfReferenceUid,
    new Float32Array(20 ** 3).fill(2),
  );
  const prescription = { doseGy: 2, fractions: 1, coveragePercent: 95 };
  const plan = { label: "box", machine: "none", machineLabel: "none", prescription, target: "BODY" };
  const noBeams = { isocenterMm: [0, 0, 0], beams: [], monitorUnits: new Float64Array() } as const;
  return {
    dose: writeRtDose({ dose, plan: { ...plan, ...noBeams }, patient }),
    structures: writeStructureSet(patient),
  };
}
