import { type Grid, InvalidInputError, type Medium, voxelToPatient, type Warning } from "@isodose/core";
import type { BeamBox } from "./beam-box.ts";
import { type BeamFrame, type IndexOfBeam, patientToBeamFrame } from "./beam-frame.ts";
import type { CollapsedConeOptions } from "./collapsed-cone-request.ts";
import { raySegments, traceRay } from "./trace-ray.ts";

/** The fine box for charged particles and the coarse one for scattered photons; faces of both coincide every `ratio` voxels. */
export interface BoxLayout {
  readonly near: BeamBox;
  readonly far: BeamBox;
  readonly ratio: readonly [number, number, number];
  /** Do medium and target go on beside the box? Along x and y. */
  readonly nearCropped: readonly [boolean, boolean];
  readonly farCropped: readonly [boolean, boolean];
}

const MATTER_G_PER_CM3 = 0.02;

/** Voxels of the dose grid across a field below which its edges are blurred by the grid more than by physics. */
const FEWEST_VOXELS = 3;

/**
 * Where to compute: as far as the field reaches, plus margins, but no farther than medium and target do.
 * @throws InvalidInputError if the field misses the medium
 */
export function layOutBoxes(
  medium: Medium,
  frame: BeamFrame,
  index: IndexOfBeam,
  target: Grid,
  options: CollapsedConeOptions,
  warnings: Warning[],
): BoxLayout {
  const fieldMm = frame.widthMm;
  const targetMm = Math.min(...target.spacingMm);
  const spacing = options.spacingMm ?? clamp(Math.min(targetMm, fieldMm / 10), 0.5, 2);
  const depth = options.depthSpacingMm ?? clamp(targetMm, 1, 2);
  for (const [name, value] of [
    ["spacingMm", spacing],
    ["depthSpacingMm", depth],
  ] as const) {
    if (!(value > 0 && value < 50)) throw new InvalidInputError(`options.${name}`, value, "a length > 0 mm");
  }
  if (spacing > fieldMm / 4)
    warnings.push({
      code: "coarse-dose-grid",
      message: `voxels of ${spacing} mm are coarse for a field of ${Number(fieldMm.toFixed(2))} mm; use at most ${Number((fieldMm / 5).toFixed(2))} mm`,
    });
  const widestMm = Math.max(...target.spacingMm);
  if (fieldMm < FEWEST_VOXELS * widestMm)
    warnings.push({
      code: "coarse-grid",
      message: `the field is ${Number(fieldMm.toFixed(2))} mm wide, ${(fieldMm / widestMm).toFixed(1)} voxels of ${widestMm} mm; take ${(fieldMm / FEWEST_VOXELS).toFixed(1)} mm or less`,
    });
  const run = extentAlongBeam(medium, frame, index);
  const goal = extentInBeam(frame, target);
  const whole = extentInBeam(frame, medium.grid);
  const goalMost = clamp(goal.high[2] + 30, run.from + 1, run.to);
  const from = Math.max(run.from - 10, Math.min(run.from, whole.low[2]));
  const upstream = Math.ceil((run.from - from) / depth - 1e-6);
  const primaryMargin = (options.primaryMarginMm ?? 12) / clamp(run.leastDensity, 0.25, 1);
  const [widthMm, heightMm] = [frame.highMm[0] - frame.lowMm[0], frame.highMm[1] - frame.lowMm[1]];
  const scatterMargin = options.scatterMarginMm ?? clamp(20 + 2 * (widthMm + heightMm), 40, 120);
  // Bounds of the field between where it enters and the deepest plane.
  const scales = [1 + run.from * frame.perSourceDistance, 1 + goalMost * frame.perSourceDistance];
  const field = ([0, 1] as const).map((axis) => ({
    low: Math.min(...scales.map((s) => s * frame.lowMm[axis])) - 2 * spacing,
    high: Math.max(...scales.map((s) => s * frame.highMm[axis])) + 2 * spacing,
  }));
  const reach = ([0, 1] as const).map((axis) =>
    Math.min(Math.max(-goal.low[axis], goal.high[axis]), Math.max(-whole.low[axis], whole.high[axis])),
  );
  // Field and margin, or as far as the target and the medium go, whichever is less; at least the field.
  const side = (fieldEnd: number, margin: number, reachMm: number) =>
    Math.max(fieldEnd, Math.min(fieldEnd + margin, reachMm + spacing));
  const sides = (axis: 0 | 1, margin: number) => ({
    low: -side(-field[axis]!.low, margin, reach[axis]!),
    high: side(field[axis]!.high, margin, reach[axis]!),
  });
  const isCropped = (axis: 0 | 1, margin: number) =>
    Math.min(-field[axis]!.low, field[axis]!.high) + margin < reach[axis]!;
  // The axis of the beam goes through centres of voxels, which count from it.
  const nearEnds = ([0, 1] as const).map((axis) => {
    const { low, high } = sides(axis, primaryMargin);
    return { first: -Math.ceil(-low / spacing - 0.5), last: Math.ceil(high / spacing - 0.5) };
  });
  const nz = Math.max(2, Math.ceil((goalMost - run.from) / depth - 1e-6)) + upstream;
  const firstZ = run.from - (upstream - 0.5) * depth;
  const count = (ends: { first: number; last: number } | undefined) => ends!.last - ends!.first + 1;
  const near: BeamBox = {
    size: [count(nearEnds[0]), count(nearEnds[1]), nz],
    spacingMm: [spacing, spacing, depth],
    firstMm: [nearEnds[0]!.first * spacing, nearEnds[1]!.first * spacing, firstZ],
  };
  const coarse = clamp(fieldMm / 5, 2, 4);
  const across = Math.max(1, Math.round(coarse / spacing));
  const along = Math.max(1, Math.round(coarse / depth));
  // An odd ratio centres a coarse voxel on the axis, an even one a face half a fine voxel beside it: faces must coincide.
  const ratio = [
    across % 2 === 0 ? across + 1 : across,
    across % 2 === 0 ? across + 1 : across,
    along,
  ] as const;
  const farEnds = ([0, 1] as const).map((axis) => {
    const { low, high } = sides(axis, scatterMargin);
    const { first, last } = nearEnds[axis]!;
    const below = Math.max(0.5 - first, -low / spacing);
    const above = Math.max(last + 0.5, high / spacing);
    const r = ratio[axis];
    const ends = { first: -Math.ceil(below / r - 0.5), last: Math.ceil(above / r - 0.5) };
    // Beside the axis one voxel may do; three are the least that a sweep works with.
    return count(ends) > 2 ? ends : { first: ends.first - 1, last: ends.last + 1 };
  });
  const far: BeamBox = {
    size: [count(farEnds[0]), count(farEnds[1]), Math.max(2, Math.ceil(nz / along))],
    spacingMm: [ratio[0] * spacing, ratio[1] * spacing, along * depth],
    firstMm: [
      farEnds[0]!.first * ratio[0] * spacing,
      farEnds[1]!.first * ratio[1] * spacing,
      firstZ - depth / 2 + (along * depth) / 2,
    ],
  };
  return {
    near,
    far,
    ratio,
    nearCropped: [isCropped(0, primaryMargin), isCropped(1, primaryMargin)],
    farCropped: [isCropped(0, scatterMargin), isCropped(1, scatterMargin)],
  };
}

/** Where rays of the field enter and leave matter, and the least mean density over 20 mm between. */
function extentAlongBeam(
  medium: Medium,
  frame: BeamFrame,
  index: IndexOfBeam,
): { from: number; to: number; leastDensity: number } {
  const segments = raySegments(medium);
  let from = Number.POSITIVE_INFINITY;
  let to = Number.NEGATIVE_INFINITY;
  let leastDensity = Number.POSITIVE_INFINITY;
  const { lowMm: low, highMm: high } = frame;
  for (let n = 0; n < 25; n++) {
    const u = low[0] + ((n % 5) / 4) * (high[0] - low[0]);
    const v = low[1] + (Math.floor(n / 5) / 4) * (high[1] - low[1]);
    traceRay(frame, index, medium.grid.size, u, v, segments);
    let z = segments.startMm;
    let runMm = 0;
    let runMass = 0;
    for (let s = 0; s < segments.count; s++) {
      const rho = medium.densityGPerCm3[segments.voxel[s]!]!;
      const endMm = segments.endMm[s]!;
      if (rho > MATTER_G_PER_CM3) {
        from = Math.min(from, z);
        to = Math.max(to, endMm);
        runMm += endMm - z;
        runMass += rho * (endMm - z);
        if (runMm > 20) {
          leastDensity = Math.min(leastDensity, runMass / runMm);
          runMm = 0;
          runMass = 0;
        }
      }
      z = endMm;
    }
  }
  if (!(to > from)) throw new InvalidInputError("field", frame.originMm, "a beam that meets the medium");
  return { from, to, leastDensity: Number.isFinite(leastDensity) ? leastDensity : 1 };
}

/** Box of a grid, faces included, in beam coordinates. */
function extentInBeam(frame: BeamFrame, grid: Grid): { low: number[]; high: number[] } {
  const low = [Infinity, Infinity, Infinity];
  const high = [-Infinity, -Infinity, -Infinity];
  for (let corner = 0; corner < 8; corner++) {
    const at = [0, 1, 2].map((a) => (((corner >> a) & 1) === 0 ? -0.5 : grid.size[a]! - 0.5));
    const p = patientToBeamFrame(frame, voxelToPatient(grid, at as unknown as [number, number, number]));
    for (let a = 0; a < 3; a++) {
      low[a] = Math.min(low[a]!, p[a]!);
      high[a] = Math.max(high[a]!, p[a]!);
    }
  }
  return { low, high };
}

function clamp(x: number, least: number, most: number): number {
  return Math.max(least, Math.min(most, x));
}
