import {
  type EnergySpectrum,
  type Grid,
  InvalidInputError,
  type PhotonField,
  patientToVoxel,
  type Vec3,
} from "@isodose/core";
import { nextUniform, type RandomStream } from "./random-stream.ts";

/** Cumulative spectrum: [end of the share, low MeV, width MeV] per bin. */
export function cumulativeSpectrum(spectrum: EnergySpectrum, field = "spectrum"): Float64Array {
  const { binLowMeV, binHighMeV, relativeNumber } = spectrum;
  const total = relativeNumber.reduce((sum, n) => sum + n, 0);
  if (!(total > 0) || relativeNumber.some((n) => !(n >= 0)))
    throw new InvalidInputError(`${field}.relativeNumber`, total, "numbers ≥ 0, one at least above 0");
  const out = new Float64Array(3 * relativeNumber.length);
  let sum = 0;
  relativeNumber.forEach((n, i) => {
    if (!(binHighMeV[i] >= binLowMeV[i] && binLowMeV[i] >= 0 && binHighMeV[i] <= 20))
      throw new InvalidInputError(
        `${field}.binHighMeV[${i}]`,
        binHighMeV[i],
        "an energy from binLowMeV to 20 MeV",
      );
    sum += n;
    out[3 * i] = sum / total;
    out[3 * i + 1] = binLowMeV[i];
    out[3 * i + 2] = binHighMeV[i] - binLowMeV[i];
  });
  return out;
}

/** Highest energy of a spectrum, MeV. */
export function highestEnergyMeV(spectrum: EnergySpectrum): number {
  return Math.max(...spectrum.binHighMeV.filter((_, i) => spectrum.relativeNumber[i] > 0));
}

/**
 * Energy of photon `index` of `count`, MeV: the spectrum is divided into `count` parts of equal number, one for each, so that a batch has
 * the spectrum's mean energy to high accuracy.
 */
export function sampleEnergy(
  random: RandomStream,
  cumulative: Float64Array,
  index: number,
  count: number,
): number {
  const r = (index + nextUniform(random)) / count;
  let i = 0;
  while (i < cumulative.length - 3 && cumulative[i] < r) i += 3;
  return cumulative[i + 1] + cumulative[i + 2] * nextUniform(random);
}

/** A field in the axes of a grid, mm from its corner, ready for sampling. */
export interface SourceRays {
  readonly spectrum: Float64Array;
  /** [isocenter, direction to source, first axis, second axis], three numbers each. */
  readonly frame: Float64Array;
  readonly isCircle: boolean;
  /** Half sizes along the axes, or the radius twice, mm. */
  readonly halfA: number;
  readonly halfB: number;
  /** 0: parallel. */
  readonly perDistance: number;
  readonly sigmaMm: number;
  /** Source to aperture over source to reference plane. */
  readonly apertureShare: number;
  /** Area in the reference plane, cm². */
  readonly areaCm2: number;
}

/** Without other word, photons pass their aperture half way to the reference plane, so the penumbra's σ there is that of the source. */
const APERTURE_SHARE = 0.5;

function unit(v: Vec3, field: string): Vec3 {
  const length = Math.hypot(...v);
  if (!(Math.abs(length - 1) < 1e-3)) throw new InvalidInputError(field, v, "a unit vector");
  return [v[0] / length, v[1] / length, v[2] / length];
}

/**
 * Change a field to the axes of a grid.
 * @param collimatorMm - source to aperture, mm; default: half of the source distance
 * @throws InvalidInputError if sizes, distance or vectors are not usable
 */
export function sourceRays(
  field: PhotonField,
  grid: Grid,
  name = "field",
  collimatorMm?: number,
): SourceRays {
  const d = grid.direction;
  const turn = (v: Vec3): Vec3 => [
    d[0] * v[0] + d[3] * v[1] + d[6] * v[2],
    d[1] * v[0] + d[4] * v[1] + d[7] * v[2],
    d[2] * v[0] + d[5] * v[1] + d[8] * v[2],
  ];
  const voxel = patientToVoxel(grid, field.isocenterMm);
  const isocenter = voxel.map((i, axis) => (i + 0.5) * grid.spacingMm[axis]);
  if (!isocenter.every(Number.isFinite))
    throw new InvalidInputError(`${name}.isocenterMm`, field.isocenterMm, "three finite numbers, mm");
  const toSource = turn(unit(field.directionToSource, `${name}.directionToSource`));
  const { shape } = field;
  const positive = (value: number, key: string) => {
    if (!(value > 0 && Number.isFinite(value)))
      throw new InvalidInputError(`${name}.${key}`, value, "a length > 0, mm");
    return value;
  };
  let first: Vec3;
  let second: Vec3;
  let halfA: number;
  let halfB: number;
  if (shape.kind === "circle") {
    const w = toSource;
    const helper: Vec3 = Math.abs(w[0]) < 0.8 ? [1, 0, 0] : [0, 1, 0];
    const dot = w[0] * helper[0] + w[1] * helper[1] + w[2] * helper[2];
    const length = Math.sqrt(1 - dot * dot);
    first = [
      (helper[0] - dot * w[0]) / length,
      (helper[1] - dot * w[1]) / length,
      (helper[2] - dot * w[2]) / length,
    ];
    second = [
      w[1] * first[2] - w[2] * first[1],
      w[2] * first[0] - w[0] * first[2],
      w[0] * first[1] - w[1] * first[0],
    ];
    halfA = positive(shape.diameterMm, "shape.diameterMm") / 2;
    halfB = halfA;
  } else {
    first = turn(unit(shape.widthAxis, `${name}.shape.widthAxis`));
    second = turn(unit(shape.heightAxis, `${name}.shape.heightAxis`));
    halfA = positive(shape.widthMm, "shape.widthMm") / 2;
    halfB = positive(shape.heightMm, "shape.heightMm") / 2;
  }
  const distance = field.sourceDistanceMm;
  if (!(distance > 0))
    throw new InvalidInputError(`${name}.sourceDistanceMm`, distance, "a length > 0, mm, or Infinity");
  if (!(field.sourceSigmaMm >= 0 && Number.isFinite(field.sourceSigmaMm)))
    throw new InvalidInputError(`${name}.sourceSigmaMm`, field.sourceSigmaMm, "a length ≥ 0, mm");
  const areaMm2 = shape.kind === "circle" ? Math.PI * halfA * halfA : 4 * halfA * halfB;
  return {
    spectrum: cumulativeSpectrum(field.spectrum, `${name}.spectrum`),
    frame: Float64Array.from([...isocenter, ...toSource, ...first, ...second]),
    isCircle: shape.kind === "circle",
    halfA,
    halfB,
    perDistance: 1 / distance,
    sigmaMm: field.sourceSigmaMm,
    apertureShare: collimatorMm === undefined ? APERTURE_SHARE : collimatorMm / distance,
    areaCm2: areaMm2 / 100,
  };
}

/**
 * One ray of a field: a point of it and its direction. The fluence is uniform over the reference plane.
 * @param out - length 6: point, mm, and unit direction
 */
export function sampleRay(random: RandomStream, rays: SourceRays, out: Float64Array): void {
  const { frame: t } = rays;
  let a: number;
  let b: number;
  if (rays.isCircle) {
    const r = rays.halfA * Math.sqrt(nextUniform(random));
    const phi = 2 * Math.PI * nextUniform(random);
    a = r * Math.cos(phi);
    b = r * Math.sin(phi);
  } else {
    a = rays.halfA * (2 * nextUniform(random) - 1);
    b = rays.halfB * (2 * nextUniform(random) - 1);
  }
  if (rays.perDistance === 0) {
    for (let i = 0; i < 3; i++) {
      out[i] = t[i] + a * t[6 + i] + b * t[9 + i];
      out[3 + i] = -t[3 + i];
    }
    return;
  }
  const distance = 1 / rays.perDistance;
  let sa = 0;
  let sb = 0;
  if (rays.sigmaMm > 0) {
    const r = rays.sigmaMm * Math.sqrt(-2 * Math.log(nextUniform(random)));
    const phi = 2 * Math.PI * nextUniform(random);
    sa = r * Math.cos(phi);
    sb = r * Math.sin(phi);
  }
  let length = 0;
  for (let i = 0; i < 3; i++) {
    const source = t[i] + distance * t[3 + i];
    const inPlane = t[i] + a * t[6 + i] + b * t[9 + i];
    const aperture = source + rays.apertureShare * (inPlane - source);
    out[i] = source + sa * t[6 + i] + sb * t[9 + i];
    out[3 + i] = aperture - out[i];
    length += out[3 + i] * out[3 + i];
  }
  length = Math.sqrt(length);
  for (let i = 3; i < 6; i++) out[i] /= length;
}
