import type { PatientPoint, Vec3, Volume } from "@isodose/core";
import { voxelToPatient } from "@isodose/core";

/** The plane of a picture, across the patient's axis of that name. */
export type SliceAxis = "axial" | "sagittal" | "coronal";

/** How a picture lies in the patient: right and down on the screen are LPS axes with a sign. */
export interface SliceView {
  /** LPS axis (0 x, 1 y, 2 z) that runs to the right, and its sign. */
  readonly right: 0 | 1 | 2;
  /** LPS axis that runs down, and its sign. */
  readonly down: 0 | 1 | 2;
  readonly downSign: 1 | -1;
  /** LPS axis across the picture. */
  readonly across: 0 | 1 | 2;
  /** Letters at the left, right, top and bottom edge. */
  readonly letters: readonly [string, string, string, string];
  /** Where the viewer stands. */
  readonly viewedFrom: string;
}

/** The usual radiological views: axial from the feet, coronal from the front, sagittal from the patient's left, face to the left. */
export const SLICE_VIEWS: Readonly<Record<SliceAxis, SliceView>> = {
  axial: {
    right: 0,
    down: 1,
    downSign: 1,
    across: 2,
    letters: ["R", "L", "A", "P"],
    viewedFrom: "seen from the feet",
  },
  coronal: {
    right: 0,
    down: 2,
    downSign: -1,
    across: 1,
    letters: ["R", "L", "H", "F"],
    viewedFrom: "seen from the front",
  },
  sagittal: {
    right: 1,
    down: 2,
    downSign: -1,
    across: 0,
    letters: ["A", "P", "H", "F"],
    viewedFrom: "seen from the patient's left",
  },
};

/** A box in patient space, LPS, mm. */
export interface BoxMm {
  readonly min: Vec3;
  readonly max: Vec3;
}

/** A rectangle of a slice, in screen millimetres: s to the right, t down, both along the view's signed LPS axes. */
export interface SliceWindow {
  readonly axis: SliceAxis;
  /** LPS coordinate of the slice across its plane, mm. */
  readonly positionMm: number;
  readonly leftMm: number;
  readonly topMm: number;
  readonly widthMm: number;
  readonly heightMm: number;
}

/** Box around the voxel edges of a volume, LPS, mm (its axis-aligned hull where the grid is oblique). */
export function boxOfVolume(volume: Volume): BoxMm {
  const min: [number, number, number] = [Infinity, Infinity, Infinity];
  const max: [number, number, number] = [-Infinity, -Infinity, -Infinity];
  const [nx, ny, nz] = volume.grid.size;
  for (const i of [-0.5, nx - 0.5]) {
    for (const j of [-0.5, ny - 0.5]) {
      for (const k of [-0.5, nz - 0.5]) {
        voxelToPatient(volume.grid, [i, j, k]).forEach((c, a) => {
          min[a] = Math.min(min[a]!, c);
          max[a] = Math.max(max[a]!, c);
        });
      }
    }
  }
  return { min, max };
}

/** The overlap of two boxes; undefined if there is none. */
export function intersectBoxes(a: BoxMm, b: BoxMm): BoxMm | undefined {
  const min = a.min.map((c, n) => Math.max(c, b.min[n]!)) as unknown as Vec3;
  const max = a.max.map((c, n) => Math.min(c, b.max[n]!)) as unknown as Vec3;
  return min.every((c, n) => c < max[n]!) ? { min, max } : undefined;
}

/** The part of a box that a slice shows. */
export function windowOfBox(axis: SliceAxis, positionMm: number, box: BoxMm): SliceWindow {
  const view = SLICE_VIEWS[axis];
  return {
    axis,
    positionMm,
    leftMm: box.min[view.right],
    topMm: view.downSign > 0 ? box.min[view.down] : -box.max[view.down],
    widthMm: box.max[view.right] - box.min[view.right],
    heightMm: box.max[view.down] - box.min[view.down],
  };
}

/** Screen millimetres to LPS. */
export function screenToPatient(window: SliceWindow, s: number, t: number): PatientPoint {
  const view = SLICE_VIEWS[window.axis];
  const p: [number, number, number] = [0, 0, 0];
  p[view.right] = s;
  p[view.down] = view.downSign * t;
  p[view.across] = window.positionMm;
  return p;
}

/** LPS to screen millimetres: [s, t]. */
export function patientToScreen(window: SliceWindow, point: PatientPoint): readonly [number, number] {
  const view = SLICE_VIEWS[window.axis];
  return [point[view.right], view.downSign * point[view.down]];
}
