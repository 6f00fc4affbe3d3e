import { InvalidInputError, PATIENT_POSITIONS, type PatientPosition, type Vec3 } from "@isodose/core";
import type { SpineHardware } from "./hardware.ts";
import { lesionOfPreset } from "./lesion-presets.ts";
import { assertLesion, type LesionSpec } from "./lesion-spec.ts";
import { levelIndex, PHANTOM_LEVELS } from "./levels.ts";
import type { SpineCurvature } from "./spine-line.ts";

/** What the phantom is to be. */
export interface SpinePhantomOptions {
  /** Vertebra of a lesion given by preset: C1 … S1. Default "L1". */
  readonly level?: string;
  /** Name of one of {@link LESION_PRESETS}. Default "vertebral-body". */
  readonly lesion?: string;
  /** Lesions in full, in place of `level` and `lesion`; the first one's vertebral body is the origin. May be empty. */
  readonly lesions?: readonly LesionSpec[];
  /** Field of view: first and last vertebra. Default: two above the highest lesion to two below the lowest. */
  readonly levels?: readonly [string, string];
  /** Pedicle screws and rods, titanium. */
  readonly hardware?: SpineHardware;
  /** Levels without laminae and spinous process. */
  readonly laminectomy?: { readonly levels: readonly string[] };
  /** Sagittal curvature. Default: 20° cervical, 35° thoracic, 50° lumbar. */
  readonly curvature?: SpineCurvature;
  /** Voxel size of the CT along x, y, z, mm; 0.5 to 10. Default [1.5, 1.5, 2]. */
  readonly spacingMm?: Vec3;
  /** Voxels along x, y, z, around the middle of the field. Default: the whole body, 30 mm beyond the field's vertebrae. */
  readonly sizeVoxels?: Vec3;
  /** Standard deviation of Gaussian noise in the CT, HU, ≥ 0. Default 0. */
  readonly noiseHu?: number;
  /** Seed of the noise, a whole number ≥ 0. Default 1. */
  readonly seed?: number;
  /** How the patient lies; the anatomy in LPS stays the same. Default "HFS". */
  readonly position?: PatientPosition;
}

/** Options checked, with every default filled in. */
export interface PhantomRequest {
  readonly lesions: readonly LesionSpec[];
  readonly originLevel: string;
  /** Places in PHANTOM_LEVELS. */
  readonly first: number;
  readonly last: number;
  readonly hardwareLevels: readonly string[];
  readonly laminectomyLevels: readonly string[];
  readonly spacingMm: Vec3;
  readonly noiseHu: number;
  readonly seed: number;
  readonly position: PatientPosition;
}

/** @throws InvalidInputError if anything cannot be */
export function checkPhantomOptions(options: SpinePhantomOptions): PhantomRequest {
  const { spacingMm = [1.5, 1.5, 2], noiseHu = 0, seed = 1, position = "HFS", sizeVoxels } = options;
  if (!(spacingMm.length === 3 && spacingMm.every((s) => s >= 0.5 && s <= 10)))
    throw new InvalidInputError("phantom.spacingMm", spacingMm, "three lengths from 0.5 to 10 mm");
  if (
    sizeVoxels &&
    !(sizeVoxels.length === 3 && sizeVoxels.every((s) => Number.isInteger(s) && s >= 1 && s <= 1024))
  )
    throw new InvalidInputError("phantom.sizeVoxels", sizeVoxels, "three whole numbers from 1 to 1024");
  if (!(Number.isFinite(noiseHu) && noiseHu >= 0))
    throw new InvalidInputError("phantom.noiseHu", noiseHu, "a standard deviation ≥ 0 HU");
  if (!(Number.isInteger(seed) && seed >= 0 && seed < 2 ** 32))
    throw new InvalidInputError("phantom.seed", seed, "a whole number from 0 to 2³² − 1");
  if (!PATIENT_POSITIONS.includes(position))
    throw new InvalidInputError("phantom.position", position, `one of ${PATIENT_POSITIONS.join(", ")}`);
  if (options.lesions !== undefined && (options.lesion !== undefined || options.level !== undefined))
    throw new InvalidInputError(
      "phantom.lesions",
      options.lesions,
      "either lesions, or level and lesion, not both",
    );

  const lesions = options.lesions ?? [
    lesionOfPreset(options.lesion ?? "vertebral-body", options.level ?? "L1"),
  ];
  lesions.forEach((lesion, n) => {
    assertLesion(lesion, options.lesions ? `phantom.lesions[${n}]` : "phantom.lesion");
  });
  const at = lesions.map((lesion) => levelIndex(lesion.level, "phantom.level"));
  const [first, last] = fieldOfView(options, at);
  const inView = (level: string, field: string) => {
    const index = levelIndex(level, field);
    if (index < first || index > last) {
      throw new InvalidInputError(
        field,
        level,
        `a level in the field of view, ${PHANTOM_LEVELS[first]} to ${PHANTOM_LEVELS[last]}`,
      );
    }
    return index;
  };
  lesions.forEach((lesion, n) => {
    inView(lesion.level, options.lesions ? `phantom.lesions[${n}].level` : "phantom.level");
  });
  const listed = (levels: readonly string[] | undefined, field: string) =>
    [...new Set((levels ?? []).map((level, n) => inView(level, `${field}[${n}]`)))]
      .sort((a, b) => a - b)
      .map((index) => PHANTOM_LEVELS[index]!);
  if (options.hardware) {
    for (const key of ["screwDiameterMm", "rodDiameterMm"] as const) {
      const mm = options.hardware[key];
      if (mm !== undefined && !(mm > 0 && mm <= 12))
        throw new InvalidInputError(`phantom.hardware.${key}`, mm, "a diameter > 0 and at most 12 mm");
    }
  }
  const hardwareLevels = listed(options.hardware?.levels, "phantom.hardware.levels");
  if (hardwareLevels.includes("C1"))
    throw new InvalidInputError(
      "phantom.hardware.levels",
      options.hardware?.levels,
      "levels with pedicles: C2 to S1",
    );
  return {
    lesions,
    originLevel: lesions[0]?.level ?? PHANTOM_LEVELS[Math.floor((first + last) / 2)]!,
    first,
    last,
    hardwareLevels,
    laminectomyLevels: listed(options.laminectomy?.levels, "phantom.laminectomy.levels"),
    spacingMm,
    noiseHu,
    seed,
    position,
  };
}

function fieldOfView({ levels }: SpinePhantomOptions, lesionsAt: readonly number[]): [number, number] {
  if (levels === undefined) {
    const [low, high] = lesionsAt.length > 0 ? [Math.min(...lesionsAt), Math.max(...lesionsAt)] : [19, 19];
    return [Math.max(0, low - 2), Math.min(PHANTOM_LEVELS.length - 1, high + 2)];
  }
  if (!(Array.isArray(levels) && levels.length === 2))
    throw new InvalidInputError("phantom.levels", levels, "the first and the last level");
  const first = levelIndex(levels[0], "phantom.levels[0]");
  const last = levelIndex(levels[1], "phantom.levels[1]");
  if (first > last) throw new InvalidInputError("phantom.levels", levels, "the cranial level first");
  return [first, last];
}
