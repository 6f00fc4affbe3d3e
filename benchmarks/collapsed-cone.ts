import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { readReferenceFolder } from "@isodose/cli";
import { REFERENCE_ENGINES, validateReferences } from "@isodose/commissioning";
import {
  type Medium,
  type Patient,
  type PatientPoint,
  type PhotonField,
  type Vec3,
  voxelCount,
} from "@isodose/core";
import { collapsedConeDose } from "@isodose/dose";
import { energySpectrumOf, MOHAN_6_MV, mediumOfHu, SCHNEIDER_HU_CURVE } from "@isodose/physics";
import {
  assemblePatient,
  doseGridFor,
  patientDensity,
  phantomPatient,
  readCtSeries,
  readStructureSet,
} from "isodose";
import { interleave } from "./interleave.ts";
import type { BenchmarkResult, BenchmarkRow } from "./results.ts";

const CONE_MM = 20;
/** Rounds that are timed, after one of warming up and `WARM_UP` more. */
const ROUNDS = 9;
const WARM_UP = 3;
/** Seconds that one beam may take, by spacing of the dose grid. */
const TARGETS = [
  { spacingMm: 1, targetSeconds: 0.7 },
  { spacingMm: 2, targetSeconds: 0.1 },
] as const;
/** To the source, LPS: from the front, and from the front, right and head end at no axis of the grid. */
const BEAMS: readonly (readonly [name: string, directionToSource: Vec3])[] = [
  ["straight", [0, -1, 0]],
  ["oblique", [-0.48, -0.64, 0.6]],
];
/** One object: groups and cones are kept by it. */
const SPECTRUM = energySpectrumOf(MOHAN_6_MV);
const CHECKED_CASE = "photon-6mv-circle-20mm-water";

/** One beam of a 20 mm cone on a patient's grid, straight and oblique. */
export async function benchmarkCollapsedCone(): Promise<BenchmarkResult> {
  // The result is checked first, against EGSnrc.
  const folder = resolve(import.meta.dirname, "../test/golden/reference");
  const files = (await readReferenceFolder(folder)).filter(({ id }) => id === CHECKED_CASE);
  const { cases } = await validateReferences(files, [REFERENCE_ENGINES["collapsed-cone"]!()]);
  if (cases.length !== 1 || !cases[0]!.pass)
    throw new Error(`${CHECKED_CASE} does not pass: ${cases[0]?.failures.join("; ")}; nothing was timed`);

  const { name: patientName, medium, aimMm } = patientOfRun();
  const rows: BenchmarkRow[] = [
    { what: `${CHECKED_CASE}, points that pass`, value: `${cases[0]!.passPercent.toFixed(1)} %` },
  ];
  for (const { spacingMm, targetSeconds } of TARGETS) {
    const grid = doseGridFor(medium.grid, spacingMm);
    const visited = new Map<string, number>();
    const sides = BEAMS.map(([name, direction]) => ({
      name,
      run: async () => {
        const found = await collapsedConeDose({ medium, field: fieldFrom(direction, aimMm), grid });
        if (!(found.energy.depositedMeV > 0)) throw new Error(`${name}: no dose`);
        visited.set(name, found.voxelCones);
      },
    }));
    for (let n = 0; n < WARM_UP; n++) for (const { run } of sides) await run();
    for (const { name, medianSeconds } of await interleave(sides, ROUNDS)) {
      const rate = visited.get(name)! / medianSeconds / 1e6;
      rows.push({
        what: `${name} beam, ${patientName}, ${(voxelCount(grid) / 1e6).toFixed(1)} million voxels of ${spacingMm} mm (target ${targetSeconds} s)`,
        value: `${medianSeconds.toFixed(3)} s, ${rate.toFixed(0)} million voxels × cones a second`,
      });
    }
  }
  return {
    name: "collapsed-cone",
    title: `collapsed-cone: one 6 MV beam of ${CONE_MM} mm, CPU time, median of ${ROUNDS} interleaved`,
    rows,
  };
}

/** The lumbar CT where ISODOSE_DATA names its folder, else the phantom: what a plan computes in, and a point in the target. */
function patientOfRun(): { name: string; medium: Medium; aimMm: PatientPoint } {
  const data = process.env.ISODOSE_DATA ?? "";
  const folder = join(data, "CT");
  const isThere = data !== "" && existsSync(folder);
  const bytesOf = (file: string) => ({ name: file, bytes: readFileSync(file) });
  const patient = isThere
    ? assemblePatient(
        readCtSeries(readdirSync(folder).map((name) => bytesOf(join(folder, name)))),
        readStructureSet(bytesOf(join(data, "RTSTRUCT.dcm"))),
      )
    : phantomPatient({ kind: "spine" });
  const { massDensity } = patientDensity(patient);
  const medium = {
    ...mediumOfHu(patient.ct, SCHNEIDER_HU_CURVE),
    grid: patient.ct.grid,
    densityGPerCm3: massDensity.values.data as Float32Array,
  };
  return { name: isThere ? "lumbar CT" : "phantom", medium, aimMm: middleOf(patient, "PTV_L1") };
}

/** Mean corner of a structure's contours. */
function middleOf({ structures }: Patient, name: string): PatientPoint {
  const contours = structures.find((s) => s.name === name)?.contours ?? [];
  const sum = [0, 0, 0];
  let corners = 0;
  for (const { pointsMm } of contours) {
    for (let n = 0; n < pointsMm.length; n++) sum[n % 3]! += pointsMm[n]!;
    corners += pointsMm.length / 3;
  }
  if (corners === 0) throw new Error(`no structure ${name}`);
  return [sum[0]! / corners, sum[1]! / corners, sum[2]! / corners];
}

/** A beam of a cone at a point, from 800 mm. */
function fieldFrom(directionToSource: Vec3, isocenterMm: PatientPoint): PhotonField {
  return {
    spectrum: SPECTRUM,
    isocenterMm,
    directionToSource,
    sourceDistanceMm: 800,
    collimatorDistanceMm: 400,
    sourceSigmaMm: 1,
    shape: { kind: "circle", diameterMm: CONE_MM },
  };
}
