import {
  type Grid,
  type PatientPoint,
  type Structure,
  uniformStream,
  type Vec3,
  voxelToPatient,
} from "@isodose/core";
import { structureVolumeCc } from "@isodose/geometry";
import { nearestDistances } from "./nearest-distance.ts";
import { latticeGrid, type StructureLattice, structureLattice } from "./structure-lattice.ts";

/** Points on which beam weights are optimised. */
export interface SamplePoints {
  readonly targetMm: Float64Array;
  /** Distance of each target point from the target's surface, mm, to about one lattice step. */
  readonly targetDepthMm: Float64Array;
  readonly targetCentroidMm: PatientPoint;
  /** Normal tissue around the target, and its distance from it, mm. */
  readonly shellMm: Float64Array;
  readonly shellDistanceMm: Float64Array;
  /** Points of each structure to spare, in the order given. */
  readonly sparedMm: readonly Float64Array[];
}

const TARGET_POINTS = 1500;
const SPARED_POINTS = 2500;
const SHELL_STEP_MM = 5;
const SHELL_NEAREST_MM = 3;
const SHELL_FARTHEST_MM = 40;

/**
 * Sample the target (about 1500 points), the tissue 3 to 40 mm around it, and each structure to spare (about 2500 points): cubic
 * lattices whose offsets come from the seed.
 */
export function samplePoints(
  target: Structure,
  spared: readonly Structure[],
  along: Grid,
  seed: number,
): SamplePoints {
  const random = uniformStream(seed, 0);
  const nextShift = (): Vec3 => [random(), random(), random()];
  const thicknessMm = along.spacingMm[2];
  const stepFor = (structure: Structure, points: number) =>
    Math.min(
      8,
      Math.max(
        0.5,
        Math.cbrt((1000 * structureVolumeCc(structure, { singlePlaneThicknessMm: thicknessMm })) / points),
      ),
    );

  const targetStepMm = stepFor(target, TARGET_POINTS);
  const inside = structureLattice(target, "inside", along, targetStepMm, nextShift(), thicknessMm);
  const around = latticeGrid(target, along, SHELL_STEP_MM, nextShift(), SHELL_FARTHEST_MM);
  const shell: number[] = [];
  const shellDistance: number[] = [];
  const aroundMm = gridPoints(around);
  const distances = nearestDistances(aroundMm, inside.pointsMm);
  distances.forEach((mm, p) => {
    // Distances are to lattice points, half a step inside the surface on average.
    const distanceMm = mm - targetStepMm / 2;
    if (distanceMm < SHELL_NEAREST_MM || distanceMm > SHELL_FARTHEST_MM) return;
    shell.push(aroundMm[3 * p]!, aroundMm[3 * p + 1]!, aroundMm[3 * p + 2]!);
    shellDistance.push(distanceMm);
  });
  return {
    targetMm: inside.pointsMm,
    targetDepthMm: depthInside(inside),
    targetCentroidMm: inside.centroidMm,
    shellMm: Float64Array.from(shell),
    shellDistanceMm: Float64Array.from(shellDistance),
    sparedMm: spared.map(
      (s) =>
        structureLattice(s, "touching", along, stepFor(s, SPARED_POINTS), nextShift(), thicknessMm).pointsMm,
    ),
  };
}

function gridPoints(grid: Grid): Float64Array {
  const points: number[] = [];
  for (let k = 0; k < grid.size[2]; k++) {
    for (let j = 0; j < grid.size[1]; j++) {
      for (let i = 0; i < grid.size[0]; i++) points.push(...voxelToPatient(grid, [i, j, k]));
    }
  }
  return Float64Array.from(points);
}

/** Depth of the points of a lattice inside the structure they fill, mm: layers of 26 neighbours are peeled off. */
function depthInside(lattice: StructureLattice): Float64Array {
  const key = (i: number, j: number, k: number) => `${i},${j},${k}`;
  let left = new Map(lattice.cells.map((cell, p) => [key(...cell), p]));
  const depth = new Float64Array(lattice.cells.length);
  for (let layer = 0; left.size > 0; layer++) {
    const inner = new Map<string, number>();
    for (const [name, p] of left) {
      depth[p] = (layer + 0.5) * lattice.stepMm;
      const [i, j, k] = lattice.cells[p]!;
      let surrounded = true;
      for (let s = 0; s < 27 && surrounded; s++) {
        surrounded = left.has(
          key(i + (s % 3) - 1, j + (Math.floor(s / 3) % 3) - 1, k + Math.floor(s / 9) - 1),
        );
      }
      if (surrounded) inner.set(name, p);
    }
    left = inner;
  }
  return depth;
}
