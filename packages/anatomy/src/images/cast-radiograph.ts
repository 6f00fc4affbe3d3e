import {
  InvalidInputError,
  type PatientPoint,
  type PatientPosition,
  type Radiograph,
  type RunControl,
  throwIfCancelled,
  type Vec3,
  type Volume,
  yieldToEventLoop,
} from "@isodose/core";
import { rayToVoxelBoxes, traceRadiologicalDepthKernel } from "@isodose/geometry";

/**
 * Attenuation of water for the effective energy of an X-ray tube at about 120 kV behind its filters, 65 keV, per mm.
 *
 * Log–log between µ/ρ = 0.2059 cm²/g at 60 keV and 0.1837 cm²/g at 80 keV, ρ = 1 g/cm³. That an X-ray picture is made by photons
 * of 65 keV alone is an unverified default: a real beam hardens on its way.
 * @source Hubbell, Seltzer, NIST Standard Reference Database 126, table 4, water, liquid, doi:10.18434/T4D01F
 */
export const WATER_ATTENUATION_PER_MM =
  0.1 * 0.2059 * (0.1837 / 0.2059) ** (Math.log(65 / 60) / Math.log(80 / 60));

export interface RadiographOptions {
  /** unit "HU". */
  readonly ct: Volume;
  /** Point that the central ray goes through, LPS, mm. */
  readonly isocenterMm: PatientPoint;
  /** From the isocenter to the source, LPS, of any length: [0, −1, 0] for a source in front of the patient. */
  readonly directionToSource: Vec3;
  /** What the picture shows upward, LPS; the part across the central ray counts. Default [0, 0, 1]: cranial. */
  readonly up?: Vec3;
  readonly position: PatientPosition;
  /** For people. Default "radiograph". */
  readonly label?: string;
  /** mm; default 1000. */
  readonly sourceToIsocenterMm?: number;
  /** mm; default 1500. */
  readonly sourceToDetectorMm?: number;
  /** Pixels across and down; default [320, 320]. */
  readonly sizePx?: readonly [number, number];
  /** On the detector, mm; default 1. */
  readonly pixelSpacingMm?: number;
  /** µ of water, per mm; default {@link WATER_ATTENUATION_PER_MM}. */
  readonly waterAttenuationPerMm?: number;
}

/** Rays between two looks at the abort signal. */
const RAYS_PER_TURN = 20_000;

/**
 * A digitally reconstructed radiograph: rays from a point source through the CT to every pixel.
 *
 *   opticalDepth = Σ µ(voxel) · length in voxel,   µ = µ_water · max(0, 1 + HU / 1000)
 *
 * Primary photons of one energy only: no scatter, no grid, no noise. Outside the CT is nothing.
 *
 * @throws InvalidInputError if the CT is not in HU, a length not > 0, the detector before the isocenter, or `up` along the ray
 * @throws CancelledError if the signal is aborted
 */
export async function castRadiograph(
  options: RadiographOptions,
  control: RunControl = {},
): Promise<Radiograph> {
  const { ct, isocenterMm, position, up = [0, 0, 1], label = "radiograph" } = options;
  const { sourceToIsocenterMm = 1000, sourceToDetectorMm = 1500, pixelSpacingMm = 1 } = options;
  const { sizePx = [320, 320], waterAttenuationPerMm = WATER_ATTENUATION_PER_MM } = options;
  const [widthPx, heightPx] = sizePx;
  if (ct.unit !== "HU") throw new InvalidInputError("ct.unit", ct.unit, "HU");
  for (const [field, value] of Object.entries({ sourceToIsocenterMm, pixelSpacingMm, waterAttenuationPerMm }))
    if (!(value > 0 && Number.isFinite(value))) throw new InvalidInputError(field, value, "a number > 0");
  if (!(sourceToDetectorMm >= sourceToIsocenterMm && Number.isFinite(sourceToDetectorMm)))
    throw new InvalidInputError(
      "sourceToDetectorMm",
      sourceToDetectorMm,
      `at least the distance to the isocenter, ${sourceToIsocenterMm} mm`,
    );
  if (!sizePx.every((n) => Number.isInteger(n) && n >= 1 && n <= 8192))
    throw new InvalidInputError("sizePx", sizePx, "two whole numbers from 1 to 8192");
  throwIfCancelled(control.signal);

  const zAxis = unit(options.directionToSource, "directionToSource");
  const along = dot(unit(up, "up"), zAxis);
  const yAxis = unit(
    up.map((c, a) => c / Math.hypot(...up) - along * zAxis[a]!) as unknown as Vec3,
    "up (across the central ray)",
  );
  const xAxis = cross(yAxis, zAxis);
  const sourceMm = isocenterMm.map((c, a) => c + sourceToIsocenterMm * zAxis[a]!) as unknown as Vec3;

  const { size } = ct.grid;
  const attenuation = attenuationPerMm(ct.values.data, waterAttenuationPerMm);
  const opticalDepth = new Float32Array(widthPx * heightPx);
  const ends = new Float32Array(2);
  for (let row = 0; row < heightPx; row++) {
    const v = ((heightPx - 1) / 2 - row) * pixelSpacingMm;
    for (let column = 0; column < widthPx; column++) {
      const u = (column - (widthPx - 1) / 2) * pixelSpacingMm;
      const length = Math.hypot(u, v, sourceToDetectorMm);
      const direction: Vec3 = [
        (u * xAxis[0] + v * yAxis[0] - sourceToDetectorMm * zAxis[0]) / length,
        (u * xAxis[1] + v * yAxis[1] - sourceToDetectorMm * zAxis[1]) / length,
        (u * xAxis[2] + v * yAxis[2] - sourceToDetectorMm * zAxis[2]) / length,
      ];
      const ray = rayToVoxelBoxes(ct.grid, sourceMm, direction);
      opticalDepth[column + widthPx * row] = traceRadiologicalDepthKernel(
        attenuation,
        size[0],
        size[1],
        size[2],
        ray.start[0],
        ray.start[1],
        ray.start[2],
        ray.directionPerMm[0],
        ray.directionPerMm[1],
        ray.directionPerMm[2],
        length,
        ends,
        0,
        2,
      );
    }
    if ((row + 1) % Math.ceil(RAYS_PER_TURN / widthPx) === 0) {
      control.onProgress?.({ stage: label, done: row + 1, total: heightPx });
      await yieldToEventLoop(control.signal);
    }
  }
  return {
    label,
    widthPx,
    heightPx,
    pixelSpacingMm,
    opticalDepth,
    geometry: {
      sourceMm,
      isocenterMm,
      sourceToIsocenterMm,
      sourceToDetectorMm,
      xAxis,
      yAxis,
      position,
      frameOfReferenceUid: ct.frameOfReferenceUid,
    },
  };
}

function attenuationPerMm(hu: Float32Array, waterPerMm: number): Float32Array {
  const out = new Float32Array(hu.length);
  for (let n = 0; n < hu.length; n++) out[n] = Math.max(0, waterPerMm * (1 + hu[n]! / 1000));
  return out;
}

const dot = (a: Vec3, b: Vec3) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
const cross = (a: Vec3, b: Vec3): Vec3 => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
];

function unit(v: Vec3, field: string): Vec3 {
  const length = Math.hypot(...v);
  if (!(length > 1e-6 && Number.isFinite(length)))
    throw new InvalidInputError(field, v, "a direction of length > 0, not along the central ray");
  return [v[0] / length, v[1] / length, v[2] / length];
}
