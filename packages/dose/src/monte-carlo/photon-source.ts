import {
  assertPhotonField,
  type EnergySpectrum,
  type FieldShape,
  type FluenceProfile,
  fieldAreaMm2,
  fieldExtent,
  fluenceAt,
  type Grid,
  InvalidInputError,
  leakageShape,
  type PhotonField,
  patientToVoxel,
  type Vec3,
} from "@isodose/core";
import { evenOddTrapezoids } from "@isodose/geometry";
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

/** Rays of one fluence in the axes of a grid, mm from its corner, ready for sampling. */
export interface SourceRays {
  readonly spectrum: Float64Array;
  /** [isocenter, direction to source, first axis, second axis], three numbers each. */
  readonly frame: Float64Array;
  /** Of a circle around the isocenter in the reference plane, mm; 0: the trapezoids. */
  readonly radiusMm: number;
  /**
   * What else is open, cut into trapezoids with bases along the first axis, seven numbers each: end of its share of the area, low and high
   * on the second axis, left at low and high, right at low and high on the first, mm.
   */
  readonly trapezoids: Float64Array;
  /** 0: parallel. */
  readonly perDistance: number;
  readonly sigmaMm: number;
  /** Source to aperture over source to reference plane. */
  readonly apertureShare: number;
  /** Photons through the reference plane for one unit of the field: area, cm², times fluence. */
  readonly areaCm2: number;
  /** [radius, mm, share to keep, …] in the reference plane: points are kept by it, others drawn again; empty: all. */
  readonly kept: Float64Array;
  /** Histories spent per photon, relative to other sources of the field. */
  readonly emphasis: number;
}

function unit(v: Vec3): Vec3 {
  const length = Math.hypot(...v);
  return [v[0] / length, v[1] / length, v[2] / length];
}

/**
 * Change a field to the axes of a grid.
 *
 * A field with leakage T has two sources of rays: its opening with fluence 1 − T, and all that leaks with fluence T, which add up to 1
 * and T. The latter takes part of the histories as fluence times root of the area: so the voxels in the field get the least variance.
 * @throws InvalidInputError if sizes, distance or vectors are not usable
 */
export function sourceRays(field: PhotonField, grid: Grid, name = "field"): SourceRays[] {
  assertPhotonField(field, name);
  const d = grid.direction;
  const turn = (v: Vec3): Vec3 => [
    d[0] * v[0] + d[3] * v[1] + d[6] * v[2],
    d[1] * v[0] + d[4] * v[1] + d[7] * v[2],
    d[2] * v[0] + d[5] * v[1] + d[8] * v[2],
  ];
  const voxel = patientToVoxel(grid, field.isocenterMm);
  const isocenter = voxel.map((i, axis) => (i + 0.5) * grid.spacingMm[axis]);
  const toSource = turn(unit(field.directionToSource));
  const { shape, sourceSigmaMm: sigmaMm, sourceDistanceMm: distance } = field;
  const [first, second] =
    shape.kind === "circle"
      ? anyAxesAcross(toSource)
      : [turn(unit(shape.widthAxis)), turn(unit(shape.heightAxis))];
  const common = {
    spectrum: cumulativeSpectrum(field.spectrum, `${name}.spectrum`),
    frame: Float64Array.from([...isocenter, ...toSource, ...first, ...second]),
    perDistance: 1 / distance,
    sigmaMm,
    apertureShare: sigmaMm > 0 ? field.collimatorDistanceMm! / distance : 1,
  };
  const openMm2 = fieldAreaMm2(shape);
  const { fluenceProfile } = field;
  const transmission = field.leakage?.transmission ?? 0;
  const opening = {
    ...common,
    radiusMm: shape.kind === "circle" ? shape.diameterMm / 2 : 0,
    trapezoids: trapezoidsOf(shape),
    areaCm2: ((1 - transmission) * openMm2) / 100,
    kept: keptByRadius(fluenceProfile),
    emphasis: 1,
  };
  if (fluenceProfile) opening.areaCm2 *= meanFluence(opening, fluenceProfile);
  const leaking = leakageShape(field);
  if (!leaking) return [opening];
  const allMm2 = fieldAreaMm2(leaking);
  const around = {
    ...common,
    radiusMm: leaking.kind === "circle" ? leaking.diameterMm / 2 : 0,
    trapezoids: trapezoidsOf(leaking),
    areaCm2: (transmission * allMm2) / 100,
    kept: new Float64Array(0),
    emphasis: Math.sqrt(openMm2 / allMm2),
  };
  return [opening, around];
}

/** Fluence profile over its greatest value, flattened. */
function keptByRadius(profile: FluenceProfile | undefined): Float64Array {
  if (!profile) return new Float64Array(0);
  const most = Math.max(...profile.map(([, value]) => value));
  return Float64Array.from(profile.flatMap(([radiusMm, value]) => [radiusMm, value / most]));
}

/** Points along each side of the unit square for {@link meanFluence}. */
const MEAN_POINTS = 100;

/** Mean of a profile over an opening. */
function meanFluence(rays: SourceRays, profile: FluenceProfile): number {
  const point = new Float64Array(6);
  let sum = 0;
  for (let i = 0; i < MEAN_POINTS; i++)
    for (let j = 0; j < MEAN_POINTS; j++) {
      pointInField(rays, (i + 0.5) / MEAN_POINTS, (j + 0.5) / MEAN_POINTS, point);
      sum += fluenceAt(profile, Math.hypot(point[0], point[1]));
    }
  return sum / MEAN_POINTS ** 2;
}

/** Share of points to keep at a distance from the axis: linear between nodes, held beyond the last. */
function keptAt(kept: Float64Array, radiusMm: number): number {
  let i = 2;
  while (i < kept.length && kept[i] < radiusMm) i += 2;
  if (i >= kept.length) return kept[kept.length - 1];
  return kept[i - 1] + ((kept[i + 1] - kept[i - 1]) * (radiusMm - kept[i - 2])) / (kept[i] - kept[i - 2]);
}

function anyAxesAcross(w: Vec3): [Vec3, Vec3] {
  const helper: Vec3 = Math.abs(w[0]) < 0.8 ? [1, 0, 0] : [0, 1, 0];
  const dot = w[0] * helper[0] + w[1] * helper[1] + w[2] * helper[2];
  const first = unit([helper[0] - dot * w[0], helper[1] - dot * w[1], helper[2] - dot * w[2]]);
  const second: Vec3 = [
    w[1] * first[2] - w[2] * first[1],
    w[2] * first[0] - w[0] * first[2],
    w[0] * first[1] - w[1] * first[0],
  ];
  return [first, second];
}

function trapezoidsOf(shape: FieldShape): Float64Array {
  if (shape.kind === "circle") return new Float64Array(0);
  if (shape.kind === "rectangle") {
    const { lowMm, highMm } = fieldExtent(shape);
    return Float64Array.of(1, lowMm[1], highMm[1], lowMm[0], lowMm[0], highMm[0], highMm[0]);
  }
  const pieces = evenOddTrapezoids(shape.polygonsMm.map((polygon) => Float64Array.from(polygon.flat())));
  const count = pieces.length / 6;
  const out = new Float64Array(7 * count);
  let area = 0;
  for (let n = 0; n < count; n++) {
    const t = pieces.subarray(6 * n, 6 * n + 6);
    area += 0.5 * (t[1] - t[0]) * (t[4] - t[2] + t[5] - t[3]);
    out[7 * n] = area;
    out.set(t, 7 * n + 1);
  }
  for (let n = 0; n < count; n++) out[7 * n] /= area;
  out[7 * count - 7] = 1;
  return out;
}

/**
 * The point of a field that belongs to a point of the unit square; equal areas become equal areas.
 * @param r - in [0, 1)
 * @param s - in [0, 1)
 * @param out - its first two numbers: along first and second axis from the isocenter, mm
 */
export function pointInField(rays: SourceRays, r: number, s: number, out: Float64Array): void {
  if (rays.radiusMm > 0) {
    const radius = rays.radiusMm * Math.sqrt(r);
    const phi = 2 * Math.PI * s;
    out[0] = radius * Math.cos(phi);
    out[1] = radius * Math.sin(phi);
    return;
  }
  const { trapezoids: t } = rays;
  let low = 0;
  let high = t.length / 7 - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (t[7 * middle] > r) high = middle;
    else low = middle + 1;
  }
  const n = 7 * low;
  const before = low === 0 ? 0 : t[n - 7];
  const share = (r - before) / (t[n] - before);
  // Widths at low and high: the density along the second axis goes linearly from one to the other.
  const a = t[n + 5] - t[n + 3];
  const b = t[n + 6] - t[n + 4];
  const rise = share > 0 ? (share * (a + b)) / (a + Math.sqrt(a * a + share * (b * b - a * a))) : 0;
  const left = t[n + 3] + rise * (t[n + 4] - t[n + 3]);
  out[0] = left + s * (a + rise * (b - a));
  out[1] = t[n + 1] + rise * (t[n + 2] - t[n + 1]);
}

/**
 * One ray of a field: a point of it and its direction. The fluence is uniform over the opening, or follows its profile.
 * @param out - length 6: point, mm, and unit direction
 */
export function sampleRay(random: RandomStream, rays: SourceRays, out: Float64Array): void {
  const { frame: t } = rays;
  do {
    const r = nextUniform(random);
    pointInField(rays, r, nextUniform(random), out);
  } while (
    rays.kept.length > 0 &&
    nextUniform(random) > keptAt(rays.kept, Math.sqrt(out[0] * out[0] + out[1] * out[1]))
  );
  const a = out[0];
  const b = out[1];
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
