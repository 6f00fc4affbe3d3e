import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
  AXIAL_DIRECTION,
  createVolume,
  type Grid,
  type Structure,
  type Vec3,
  type Volume,
} from "@isodose/core";
import { readStructureSet } from "@isodose/dicom";
import {
  expandRegion,
  rasterizeOccupancy,
  regionVolumeCc,
  structureVolumeCc,
  surfaceDistances,
} from "@isodose/geometry";
import { paintVolume, spinePhantom } from "isodose";
import { nearestSurface } from "../packages/geometry/src/operations/nearest-surface.ts";
import { nearestSurfaceReference } from "../packages/geometry/src/operations/nearest-surface-reference.ts";
import { surfacePoints } from "../packages/geometry/src/operations/surface-points.ts";
import { interleave } from "./interleave.ts";
import type { BenchmarkResult, BenchmarkRow } from "./results.ts";

const ROUNDS = 3;
const MARGIN_MM = 5;
const MARGIN_SIZE: Vec3 = [256, 256, 128];
const CT_SIZE: Vec3 = [256, 256, 120];
/** Part of the margin's ellipsoids on each axis of their grid. */
const SMALL = 0.25;
const LARGE = 0.85;

/**
 * Occupancy of structures on a 1 mm grid, a 5 mm margin, the distance transform against trying all surface points, and the
 * phantom's CT. Each result is checked before it is timed; targets stand beside.
 */
export async function benchmarkGeometry(): Promise<BenchmarkResult> {
  const rows = [
    ...(await occupancyRows()),
    ...(await marginRows()),
    ...(await distanceRows()),
    ...(await phantomRows()),
  ];
  return { name: "geometry", title: `geometry, CPU time, median of ${ROUNDS}`, rows };
}

async function occupancyRows(): Promise<BenchmarkRow[]> {
  const sets: [string, readonly Structure[]][] = [
    ["phantom", spinePhantom({ spacingMm: [2, 2, 2] }).patient.structures],
  ];
  const data = process.env.ISODOSE_DATA ?? "";
  const file = join(data, "RTSTRUCT.dcm");
  if (data && existsSync(file)) {
    const { structures } = readStructureSet({ name: file, bytes: readFileSync(file) });
    sets.push(["lumbar CT", structures]);
  }
  const rows: BenchmarkRow[] = [];
  for (const [name, structures] of sets) {
    const drawn = structures.filter(({ contours }) => contours.length > 0);
    const grid = gridOver(drawn);
    for (const structure of drawn) {
      const exact = structureVolumeCc(structure);
      const found = regionVolumeCc(rasterizeOccupancy(structure, grid));
      if (!(Math.abs(found - exact) <= 1e-4 * exact))
        throw new Error(
          `${structure.name}: occupancy has ${found} cc, its contours ${exact} cc: nothing was timed`,
        );
    }
    const run = async () => {
      for (const structure of drawn) rasterizeOccupancy(structure, grid);
    };
    const [time] = await interleave([{ name, run }], ROUNDS);
    rows.push({
      what: `occupancy of ${drawn.length} structures, ${name}, ${grid.size.join(" × ")} of 1 mm (target 2 s)`,
      value: seconds(time!.medianSeconds),
    });
  }
  return rows;
}

async function marginRows(): Promise<BenchmarkRow[]> {
  const rows: BenchmarkRow[] = [];
  for (const [name, part] of [
    ["target", SMALL],
    ["body", LARGE],
  ] as const) {
    const region = ellipsoidRegion(MARGIN_SIZE, part);
    const grown = expandRegion(region, MARGIN_MM);
    const { hausdorffMm, meanMm } = surfaceDistances(region, grown);
    if (!(Math.abs(meanMm - MARGIN_MM) < 0.1 && hausdorffMm < MARGIN_MM + 0.5))
      throw new Error(`margin of ${MARGIN_MM} mm: surfaces are ${meanMm} mm apart: nothing was timed`);
    const run = async () => void expandRegion(region, MARGIN_MM);
    const [time] = await interleave([{ name, run }], ROUNDS);
    rows.push({
      what: `${MARGIN_MM} mm margin on ${MARGIN_SIZE.join(" × ")} of 1 mm, ${name} of ${regionVolumeCc(region).toFixed(0)} cc (target 1 s)`,
      value: seconds(time!.medianSeconds),
    });
  }
  return rows;
}

/** The distance transform against its reference, which is too slow for any larger grid. */
async function distanceRows(): Promise<BenchmarkRow[]> {
  const size: Vec3 = [48, 48, 32];
  const region = ellipsoidRegion(size, 0.6);
  const points = surfacePoints(region.values.data, size, region.grid.spacingMm);
  const cost = { plus: 1, minus: 1 };
  const fast = () => nearestSurface(points, size, [cost, cost, cost], Number.MAX_VALUE);
  const slow = () => nearestSurfaceReference(points, size, [cost, cost, cost]);
  const [a, b] = [fast().squared, slow().squared];
  for (let v = 0; v < a.length; v++) {
    if (!(Math.abs(a[v]! - b[v]!) <= 1e-4 * (1 + b[v]!)))
      throw new Error(`distance² of voxel ${v} is ${a[v]}, by trying all points ${b[v]}: nothing was timed`);
  }
  const [quick, all] = await interleave(
    [
      { name: "lower envelopes", run: async () => void fast() },
      { name: "all points", run: async () => void slow() },
    ],
    ROUNDS,
  );
  return [
    {
      what: `distance transform on ${size.join(" × ")}, against trying all ${points.count} surface points`,
      value: `${Math.round(all!.medianSeconds / quick!.medianSeconds)} times faster`,
    },
  ];
}

async function phantomRows(): Promise<BenchmarkRow[]> {
  const { parts, patient } = spinePhantom({ spacingMm: [1.5, 1.2, 1.5], sizeVoxels: CT_SIZE });
  const { grid, frameOfReferenceUid } = patient.ct;
  if (grid.size.join() !== CT_SIZE.join())
    throw new Error(`the phantom has ${grid.size} voxels: nothing was timed`);
  const paint = () => paintVolume(parts, grid, (tissue) => tissue.hu, "HU", frameOfReferenceUid);
  const painted = paint().values.data;
  const ct = patient.ct.values.data;
  for (let v = 0; v < ct.length; v++) {
    const whole = Math.min(3071, Math.max(-1024, Math.round(painted[v]!)));
    if (whole !== ct[v])
      throw new Error(`voxel ${v} is ${painted[v]} HU, in the CT ${ct[v]}: nothing was timed`);
  }
  const [time] = await interleave([{ name: "phantom", run: async () => void paint() }], ROUNDS);
  return [
    {
      what: `phantom CT of ${CT_SIZE.join(" × ")}, ${parts.length} parts (target 3 s)`,
      value: seconds(time!.medianSeconds),
    },
  ];
}

/** A 1 mm grid over all contours, 5 mm beyond them. */
function gridOver(structures: readonly Structure[]): Grid {
  const low = [Infinity, Infinity, Infinity];
  const high = [-Infinity, -Infinity, -Infinity];
  for (const { contours } of structures) {
    for (const { pointsMm } of contours) {
      for (let n = 0; n < pointsMm.length; n++) {
        low[n % 3] = Math.min(low[n % 3]!, pointsMm[n]!);
        high[n % 3] = Math.max(high[n % 3]!, pointsMm[n]!);
      }
    }
  }
  return {
    size: [0, 1, 2].map((a) => Math.ceil(high[a]! - low[a]!) + 11) as unknown as Vec3,
    spacingMm: [1, 1, 1],
    originMm: low.map((x) => x - 5) as unknown as Vec3,
    direction: AXIAL_DIRECTION,
  };
}

/** An ellipsoid that fills a part of each axis of a 1 mm grid; fractions as if its surface were flat in a voxel. */
function ellipsoidRegion(size: Vec3, part: number): Volume {
  const grid: Grid = { size, spacingMm: [1, 1, 1], originMm: [0, 0, 0], direction: AXIAL_DIRECTION };
  const [a, b, c] = size.map((n) => (part * n) / 2) as unknown as Vec3;
  const middle = size.map((n) => (n - 1) / 2 + 0.3) as unknown as Vec3;
  const data = new Float32Array(size[0] * size[1] * size[2]);
  let v = 0;
  for (let k = 0; k < size[2]; k++) {
    for (let j = 0; j < size[1]; j++) {
      for (let i = 0; i < size[0]; i++) {
        const [x, y, z] = [i - middle[0], j - middle[1], k - middle[2]];
        const f = (x / a) ** 2 + (y / b) ** 2 + (z / c) ** 2 - 1;
        const slope = 2 * Math.hypot(x / a ** 2, y / b ** 2, z / c ** 2);
        data[v++] = f <= -1 ? 1 : Math.min(1, Math.max(0, 0.5 - f / slope));
      }
    }
  }
  return createVolume(grid, "fraction", "1.2.3", data);
}

const seconds = (value: number) => `${value.toFixed(2)} s`;
