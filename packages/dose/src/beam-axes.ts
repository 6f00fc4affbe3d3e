import type { Beam, Grid, Vec3 } from "@isodose/core";

/**
 * A beam's own axes. A point p has beam coordinates x, y across the beam and f, the distance from the source along the axis:
 *
 *   x = (p − s) · e_x,  y = (p − s) · e_y,  f = (p − s) · a
 */
export interface BeamAxes {
  readonly sourceMm: Vec3;
  readonly xAxis: Vec3;
  readonly yAxis: Vec3;
  /** Unit vector from the source to the aim point. */
  readonly axis: Vec3;
}

/** The axes of a beam, all LPS. The beam-limiting device's z axis points to the source, so the beam runs along −z. */
export function beamAxesOf(beam: Beam): BeamAxes {
  const [sx, sy, sz] = beam.sourceMm;
  const dx = beam.aimMm[0] - sx;
  const dy = beam.aimMm[1] - sy;
  const dz = beam.aimMm[2] - sz;
  const length = Math.hypot(dx, dy, dz);
  return {
    sourceMm: beam.sourceMm,
    xAxis: beam.bldXAxis,
    yAxis: beam.bldYAxis,
    axis: [dx / length, dy / length, dz / length],
  };
}

/** Beam coordinates of the first voxel of a grid and their change by one voxel along i, j and k. */
export interface GridInBeam {
  readonly origin: Vec3;
  readonly perI: Vec3;
  readonly perJ: Vec3;
  readonly perK: Vec3;
}

/** Express a grid in beam coordinates (x, y, f), mm: affine, so a voxel row needs three additions a voxel. */
export function gridInBeam(axes: BeamAxes, grid: Grid): GridInBeam {
  const d = grid.direction;
  const column = (c: 0 | 1 | 2): Vec3 => {
    const s = grid.spacingMm[c];
    return inBeam(axes, d[c] * s, d[3 + c]! * s, d[6 + c]! * s);
  };
  const [ox, oy, oz] = grid.originMm;
  const [sx, sy, sz] = axes.sourceMm;
  return {
    origin: inBeam(axes, ox - sx, oy - sy, oz - sz),
    perI: column(0),
    perJ: column(1),
    perK: column(2),
  };
}

/** Components of an LPS vector along the beam's x, y and axis. */
export function inBeam(axes: BeamAxes, vx: number, vy: number, vz: number): Vec3 {
  const { xAxis, yAxis, axis } = axes;
  return [
    vx * xAxis[0] + vy * xAxis[1] + vz * xAxis[2],
    vx * yAxis[0] + vy * yAxis[1] + vz * yAxis[2],
    vx * axis[0] + vy * axis[1] + vz * axis[2],
  ];
}
