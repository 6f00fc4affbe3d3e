import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  AXIAL_DIRECTION,
  createVolume,
  type Grid,
  type PatientPoint,
  type Structure,
  type Volume,
} from "@isodose/core";
import { writeRtDose, writeStructureSet } from "@isodose/dicom";
import { computeDvh, evaluateMetric, evaluateMetricWithError } from "@isodose/dvh";
import { spinePhantom } from "isodose";
import { makePatient, makePlan, makeStructure } from "../packages/dicom/test/support/fixtures.ts";
import { spineScene } from "../packages/dvh/test/spine-scene.ts";
import { interleave } from "./interleave.ts";
import { peerPython, runPeer } from "./peers/peer-python.ts";
import type { BenchmarkResult, BenchmarkRow } from "./results.ts";

const ROUNDS = 3;
const FRAME = "1.2.3";

/** DVHs of a spine case, and dicompyler-core on the same DICOM files where it can be installed. */
export async function benchmarkDvh(): Promise<BenchmarkResult> {
  const truth = closedForms();
  for (const { structure, dose, metric, exact } of truth) {
    const { value, samplingError } = evaluateMetricWithError(computeDvh({ structure, dose }), metric);
    if (!(Math.abs(value - exact) < 0.05)) {
      throw new Error(
        `${structure.name} ${metric} is ${value} ± ${samplingError}, exactly ${exact}: nothing was timed`,
      );
    }
  }
  const rows = [...(await sceneRows()), ...(await peerRows(truth))];
  return { name: "dvh", title: `DVH, CPU time, median of ${ROUNDS}`, rows };
}

async function sceneRows(): Promise<BenchmarkRow[]> {
  const { dose, structures } = spineScene();
  const run = async () => {
    for (const structure of structures) computeDvh({ structure, dose });
  };
  const [time] = await interleave([{ name: "scene", run }], ROUNDS);
  let worst = 0;
  for (const structure of structures) {
    const { samplingError } = evaluateMetricWithError(computeDvh({ structure, dose }), "median");
    worst = Math.max(worst, samplingError ?? 0);
  }
  return [
    {
      what: `DVH with errors of ${structures.length} structures on ${dose.grid.size.join(" × ")} (target 1 s); medians to ± ${worst.toFixed(3)} Gy`,
      value: `${time!.medianSeconds.toFixed(2)} s`,
    },
  ];
}

interface ClosedForm {
  readonly structure: Structure;
  readonly dose: Volume;
  readonly metric: string;
  readonly exact: number;
}

const GRID: Grid = {
  size: [60, 60, 60],
  spacingMm: [1, 1, 1],
  originMm: [-29.5, -29.5, -29.5],
  direction: AXIAL_DIRECTION,
};

/** A dose that rises by 0.5 Gy/mm along z from 20 Gy in the middle: linear, so that trilinear interpolation is exact. */
function linearDose(): Volume {
  const [nx, ny, nz] = GRID.size;
  const data = Float32Array.from(
    { length: nx * ny * nz },
    (_, n) => 20 + 0.5 * (-29.5 + Math.floor(n / (nx * ny))),
  );
  return createVolume(GRID, "Gy", FRAME, data);
}

/** Round sections of a radius that depends on height, every millimetre. */
function turned(
  name: string,
  number: number,
  lowMm: number,
  highMm: number,
  radius: (z: number) => number,
): Structure {
  const contours = Array.from({ length: Math.round(highMm - lowMm) }, (_, n) => {
    const z = lowMm + n + 0.5;
    const r = radius(z);
    const pointsMm = Float64Array.from({ length: 3 * 180 }, (_, p) => {
      const angle = (2 * Math.PI * Math.floor(p / 3)) / 180;
      return [r * Math.cos(angle), r * Math.sin(angle), z][p % 3]!;
    });
    return { type: "CLOSED_PLANAR" as const, pointsMm };
  });
  return { ...makeStructure(name, number, contours), frameOfReferenceUid: FRAME };
}

/** Shapes in the linear dose whose D95% is known: a cone from its tip up, and a cylinder along the gradient. */
function closedForms(): ClosedForm[] {
  const dose = linearDose();
  return [
    // V(≥ u H) = 1 − u³
    {
      structure: turned("cone 20 mm", 1, -10, 10, (z) => (z + 10) / 2),
      dose,
      metric: "D95%",
      exact: 20 + 0.5 * (20 * Math.cbrt(0.05) - 10),
    },
    {
      structure: turned("cylinder 20 mm", 2, -10, 10, () => 6),
      dose,
      metric: "D95%",
      exact: 20 + 0.5 * (0.05 * 20 - 10),
    },
    {
      structure: turned("cylinder 5 mm", 3, -3, 2, () => 2.5),
      dose,
      metric: "D95%",
      exact: 20 + 0.5 * (0.05 * 5 - 3),
    },
  ];
}

interface PeerDvhs {
  readonly version: string;
  readonly structures: Readonly<
    Record<string, { readonly cpuSeconds: number; readonly error?: string } & Record<string, number>>
  >;
}

async function peerRows(truth: readonly ClosedForm[]): Promise<BenchmarkRow[]> {
  const peer = peerPython("dvh");
  if ("missing" in peer) return [{ what: "dicompyler-core", value: `not installed here: ${peer.missing}` }];
  const folder = mkdtempSync(join(tmpdir(), "isodose-dvh-"));
  try {
    const onFiles = (structures: readonly Structure[], dose: Volume): PeerDvhs => {
      const patient = makePatient(
        GRID,
        () => 0,
        structures.map((s) => ({ ...s, frameOfReferenceUid: FRAME })),
      );
      const ct = { ...patient.ct, frameOfReferenceUid: FRAME };
      const files = [
        writeStructureSet({ ...patient, ct }),
        writeRtDose({ dose, plan: makePlan(1), patient: { ...patient, ct } }),
      ];
      const paths = files.map(({ name }) => join(folder, name));
      files.forEach(({ bytes }, n) => {
        writeFileSync(paths[n]!, bytes);
      });
      return runPeer<PeerDvhs>(peer.python, "dvh_peer.py", paths);
    };
    const found = onFiles(
      truth.map((t) => t.structure),
      truth[0]!.dose,
    );
    const exactness = truth.map(({ structure, dose, metric, exact }) => {
      const own = evaluateMetric(computeDvh({ structure, dose }), metric);
      const theirs = found.structures[structure.name]?.[metric] ?? Number.NaN;
      return {
        what: `${structure.name} in a linear dose, ${metric}: exact ${exact.toFixed(3)} Gy`,
        value: `${own.toFixed(3)} Gy; dicompyler-core ${found.version} ${theirs.toFixed(3)} Gy`,
      };
    });
    return [...exactness, await peerTime(onFiles)];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Both on the phantom's structures and a dose of 128³ voxels. */
async function peerTime(
  onFiles: (structures: readonly Structure[], dose: Volume) => PeerDvhs,
): Promise<BenchmarkRow> {
  const { patient } = spinePhantom({ spacingMm: [2, 2, 2] });
  const structures = patient.structures
    .filter((s) => s.contours.length > 0)
    .map((s) => ({ ...s, frameOfReferenceUid: FRAME }));
  const ptv = structures.find((s) => s.name.startsWith("PTV"))!;
  const [x, y, z] = ptv.contours[Math.floor(ptv.contours.length / 2)]!.pointsMm as unknown as PatientPoint;
  const size = [128, 128, 128] as const;
  const grid: Grid = {
    size,
    spacingMm: [2, 2, 2],
    originMm: [x - 127, y - 127, z - 127],
    direction: AXIAL_DIRECTION,
  };
  const data = Float32Array.from({ length: 128 ** 3 }, (_, n) => {
    const r =
      Math.hypot((n % 128) - 63.5, (Math.floor(n / 128) % 128) - 63.5, Math.floor(n / 16384) - 63.5) * 2;
    return 30 / (1 + Math.exp((r - 20) / 4)) + 5 * Math.exp(-r / 60);
  });
  const dose = createVolume(grid, "Gy", FRAME, data);
  const theirs = onFiles(structures, dose);
  const run = async () => {
    for (const structure of structures) computeDvh({ structure, dose });
  };
  const [own] = await interleave([{ name: "own", run }], ROUNDS);
  const theirSeconds = Object.values(theirs.structures).reduce((sum, row) => sum + row.cpuSeconds, 0);
  const failed = Object.values(theirs.structures).filter((row) => row.error).length;
  return {
    what: `${structures.length} phantom structures on 128 × 128 × 128, a structure; dicompyler-core ${theirs.version}${failed ? ` (failed on ${failed})` : ""}`,
    value: `${((1000 * own!.medianSeconds) / structures.length).toFixed(0)} ms; ${((1000 * theirSeconds) / structures.length).toFixed(0)} ms: ${(theirSeconds / own!.medianSeconds).toFixed(1)} times as long`,
  };
}
