import { AXIAL_DIRECTION, type Beam, createVolume, type Grid, type Vec3, type Volume } from "@isodose/core";

/** Cubes of `spacingMm`, centred at the origin. */
export function centredGrid(size: number, spacingMm: number): Grid {
  const first = (-(size - 1) / 2) * spacingMm;
  return {
    size: [size, size, size],
    spacingMm: [spacingMm, spacingMm, spacingMm],
    originMm: [first, first, first],
    direction: AXIAL_DIRECTION,
  };
}

/** A cube of one electron density. */
export function uniformCube(size: number, spacingMm: number, density = 1): Volume {
  return createVolume(
    centredGrid(size, spacingMm),
    "relative-electron-density",
    "1.2.3",
    new Float32Array(size ** 3).fill(density),
  );
}

/** A beam from a direction to a point, with any axes across it. */
export function beamFrom(
  directionToSource: Vec3,
  aimMm: Vec3,
  diameterMm: number,
  sadMm = 800,
  distanceMm = sadMm,
): Beam {
  const norm = Math.hypot(...directionToSource);
  const z: Vec3 = [directionToSource[0] / norm, directionToSource[1] / norm, directionToSource[2] / norm];
  const helper: Vec3 = Math.abs(z[2]) < 0.9 ? [0, 0, 1] : [1, 0, 0];
  const x = unit(cross(helper, z));
  return {
    name: "beam",
    sourceMm: [aimMm[0] + distanceMm * z[0], aimMm[1] + distanceMm * z[1], aimMm[2] + distanceMm * z[2]],
    aimMm,
    bldXAxis: x,
    bldYAxis: cross(z, x),
    sadMm,
    aperture: { kind: "circle", diameterMm },
    gantryDeg: 0,
    couchDeg: 0,
    collimatorDeg: 0,
    node: 1,
  };
}

function cross(a: Vec3, b: Vec3): Vec3 {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

function unit(v: Vec3): Vec3 {
  const norm = Math.hypot(...v);
  return [v[0] / norm, v[1] / norm, v[2] / norm];
}
