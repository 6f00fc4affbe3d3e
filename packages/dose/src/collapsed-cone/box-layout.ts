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
  const fieldMm = 2 * Math.min(frame.halfXMm, frame.halfYMm);
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
      message: `voxels of ${spacing} mm are coarse for a field of ${fieldMm} mm; use at most ${fieldMm / 5} mm`,
    });
  const run = extentAlongBeam(medium, frame, index);
  const goal = extentInBeam(frame, target);
  const whole = extentInBeam(frame, medium.grid);
  const goalMost = clamp(goal.high[2] + 30, run.from + 1, run.to);
  const from = Math.max(run.from - 10, Math.min(run.from, whole.low[2]));
  const upstream = Math.ceil((run.from - from) / depth - 1e-6);
  const scale = 1 + goalMost * frame.perSourceDistance;
  const primaryMargin = (options.primaryMarginMm ?? 12) / clamp(run.leastDensity, 0.25, 1);
  const scatterMargin =
    options.scatterMarginMm ?? clamp(20 + 2 * (frame.halfXMm + frame.halfYMm) * 2, 40, 120);
  const fieldHalf = [frame.halfXMm * scale + 2 * spacing, frame.halfYMm * scale + 2 * spacing] as const;
  const reach = ([0, 1] as const).map((axis) =>
    Math.min(Math.max(-goal.low[axis], goal.high[axis]), Math.max(-whole.low[axis], whole.high[axis])),
  );
  // Half widths: field and margin, or as far as the target and the medium go, whichever is less; at least the field.
  const half = (axis: 0 | 1, margin: number) =>
    Math.max(fieldHalf[axis], Math.min(fieldHalf[axis] + margin, reach[axis]! + spacing));
  const isCropped = (axis: 0 | 1, margin: number) => fieldHalf[axis] + margin < reach[axis]!;
  const nearHalf = [0, 1].map((a) => Math.ceil(half(a as 0 | 1, primaryMargin) / spacing - 0.5));
  const nz = Math.max(2, Math.ceil((goalMost - run.from) / depth - 1e-6)) + upstream;
  const firstZ = run.from - (upstream - 0.5) * depth;
  const near: BeamBox = {
    size: [2 * nearHalf[0]! + 1, 2 * nearHalf[1]! + 1, nz],
    spacingMm: [spacing, spacing, depth],
    firstMm: [-nearHalf[0]! * spacing, -nearHalf[1]! * spacing, firstZ],
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
  const farHalf = [0, 1].map((a) => {
    const wanted = Math.max(nearHalf[a]! + 0.5, half(a as 0 | 1, scatterMargin) / spacing);
    return Math.max(1, Math.ceil(wanted / ratio[a]! - 0.5));
  });
  const far: BeamBox = {
    size: [2 * farHalf[0]! + 1, 2 * farHalf[1]! + 1, Math.max(2, Math.ceil(nz / along))],
    spacingMm: [ratio[0] * spacing, ratio[1] * spacing, along * depth],
    firstMm: [
      -farHalf[0]! * ratio[0] * spacing,
      -farHalf[1]! * ratio[1] * spacing,
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
  for (let n = 0; n < 25; n++) {
    const u = (((n % 5) - 2) / 2) * frame.halfXMm;
    const v = ((Math.floor(n / 5) - 2) / 2) * frame.halfYMm;
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
