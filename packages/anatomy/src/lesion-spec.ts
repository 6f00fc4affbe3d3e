import { InvalidInputError, nearestName, type Vec3 } from "@isodose/core";
import { levelIndex } from "./levels.ts";
import type { CoxSector } from "./vertebra.ts";
import { canalCentreMm, VERTEBRA_DIMENSIONS, type VertebraDimensions } from "./vertebra-dimensions.ts";

/** Where a lesion sits. */
export type LesionLocation =
  | "vertebral-body"
  | "pedicle"
  | "lamina"
  | "spinous-process"
  | "paraspinal"
  | "intradural-extramedullary"
  | "nerve-root"
  | "intramedullary";

/** Where the lesions may sit. */
export const LESION_LOCATIONS: readonly LesionLocation[] = Object.freeze([
  "vertebral-body",
  "pedicle",
  "lamina",
  "spinous-process",
  "paraspinal",
  "intradural-extramedullary",
  "nerve-root",
  "intramedullary",
]);

/**
 * Epidural extension.
 *
 * 0 bone only; 1a epidural, sac not deformed; 1b sac deformed, cord not touched; 1c sac deformed, cord touched; 2 cord
 * compressed, CSF visible; 3 cord compressed, no CSF visible.
 *
 * @source Bilsky et al., J Neurosurg Spine 13 (2010) 324–328 (wording of the grades read at radiopaedia.org)
 */
export type BilskyGrade = "0" | "1a" | "1b" | "1c" | "2" | "3";

/** The grades of epidural extension there are. */
export const BILSKY_GRADES: readonly BilskyGrade[] = Object.freeze(["0", "1a", "1b", "1c", "2", "3"]);

/** Outline of a lesion. "lobulated": three overlapping ellipsoids within the diameters. */
export type LesionShape = "ellipsoid" | "lobulated" | "dumbbell";

const SHAPES: readonly LesionShape[] = ["ellipsoid", "lobulated", "dumbbell"];

/** One lesion. What it is (malignancy, grade, histology, source) is data for later steps and changes no shape. */
export interface LesionSpec {
  /** C1 … S1. */
  readonly level: string;
  readonly location: LesionLocation;
  /** Where the location has sides. Default "left"; a vertebral body and a spinous process may be "midline". */
  readonly side?: "left" | "right" | "midline";
  /** Default "ellipsoid"; a dumbbell is for nerve roots. */
  readonly shape?: LesionShape;
  /** Across (left–right), front–back, along the spine, mm, > 0. */
  readonly diametersMm: Vec3;
  /** For lesions of the bone. Default "0". */
  readonly bilskyGrade?: BilskyGrade;
  /** Sectors that count as involved for the CTV. Default: that of the location. */
  readonly coxSectors?: readonly CoxSector[];
  /** How it shows on CT where it replaces bone. Default "lytic". */
  readonly appearance?: "lytic" | "sclerotic";
  readonly malignancy: "malignant" | "benign";
  /** WHO or histological grade. */
  readonly grade?: 1 | 2 | 3 | 4;
  readonly histology: string;
  /** Where it comes from: "metastasis of …" or "primary". */
  readonly source: string;
}

/** True for locations in the bone of the vertebra. */
export function isOsseous(location: LesionLocation): boolean {
  return ["vertebral-body", "pedicle", "lamina", "spinous-process"].includes(location);
}

/** Largest diameters that a location of a vertebra can hold, mm. */
export function largestDiametersMm(d: VertebraDimensions, location: LesionLocation): Vec3 {
  const pitch = d.bodyHeightMm + d.discHeightMm;
  const arch = d.canalDepthMm + d.laminaThicknessMm + d.spinousLengthMm;
  switch (location) {
    case "vertebral-body":
      return [d.bodyWidthMm, d.bodyDepthMm, d.bodyHeightMm];
    case "pedicle":
      return [2 * d.pedicleWidthMm + 6, d.bodyDepthMm, d.bodyHeightMm];
    case "lamina":
      return [d.transverseSpanMm / 2, arch, pitch];
    case "spinous-process":
      return [d.canalWidthMm + 2 * d.laminaThicknessMm, arch, pitch];
    case "paraspinal":
      return [70, 70, 2 * pitch];
    case "intradural-extramedullary":
      return [0.75 * d.canalWidthMm, 0.75 * d.canalDepthMm, 2 * pitch];
    case "nerve-root":
      return [60, 1.5 * d.canalDepthMm, pitch];
    case "intramedullary":
      return [d.cordWidthMm + 2, d.cordDepthMm + 2, 3 * pitch];
  }
}

/** @throws InvalidInputError if the lesion cannot be: unknown words, sizes ≤ 0 or larger than the level holds */
export function assertLesion(lesion: LesionSpec, field: string): void {
  const index = levelIndex(lesion.level, `${field}.level`);
  const d = VERTEBRA_DIMENSIONS[index]!;
  const oneOf = (key: string, value: unknown, known: readonly string[]) => {
    if (known.includes(value as string)) return;
    const near = nearestName(String(value), known);
    throw new InvalidInputError(
      `${field}.${key}`,
      value,
      `one of ${known.join(", ")}${near ? ` (did you mean ${near}?)` : ""}`,
    );
  };
  oneOf("location", lesion.location, LESION_LOCATIONS);
  if (lesion.shape !== undefined) oneOf("shape", lesion.shape, SHAPES);
  if (lesion.side !== undefined) oneOf("side", lesion.side, ["left", "right", "midline"]);
  if (lesion.bilskyGrade !== undefined) oneOf("bilskyGrade", lesion.bilskyGrade, BILSKY_GRADES);
  if (lesion.appearance !== undefined) oneOf("appearance", lesion.appearance, ["lytic", "sclerotic"]);
  oneOf("malignancy", lesion.malignancy, ["malignant", "benign"]);
  if (lesion.grade !== undefined && ![1, 2, 3, 4].includes(lesion.grade))
    throw new InvalidInputError(`${field}.grade`, lesion.grade, "1, 2, 3 or 4");
  for (const sector of lesion.coxSectors ?? []) {
    if (![1, 2, 3, 4, 5, 6].includes(sector))
      throw new InvalidInputError(`${field}.coxSectors`, lesion.coxSectors, "sectors from 1 to 6");
  }
  if (lesion.bilskyGrade !== undefined && lesion.bilskyGrade !== "0" && !isOsseous(lesion.location)) {
    throw new InvalidInputError(
      `${field}.bilskyGrade`,
      lesion.bilskyGrade,
      `none or "0" for a lesion that is ${lesion.location}: the scale is for lesions of the bone`,
    );
  }
  const diameters = lesion.diametersMm;
  if (
    !(
      Array.isArray(diameters) &&
      diameters.length === 3 &&
      diameters.every((mm) => Number.isFinite(mm) && mm > 0)
    )
  )
    throw new InvalidInputError(`${field}.diametersMm`, diameters, "three lengths > 0 mm");
  const most = largestDiametersMm(d, lesion.location);
  if (diameters.some((mm, a) => mm > most[a]! + 1e-9)) {
    throw new InvalidInputError(
      `${field}.diametersMm`,
      diameters,
      `at most ${most.map((mm) => Math.floor(10 * mm) / 10).join(" × ")} mm, what the ${lesion.location} of ${lesion.level} holds`,
    );
  }
}

/** Middle of a lesion in local coordinates of its vertebra, mm. */
export function lesionCentre(d: VertebraDimensions, lesion: LesionSpec): Vec3 {
  const sign = lesion.side === "midline" ? 0 : lesion.side === "right" ? -1 : 1;
  const [dx, dy] = lesion.diametersMm;
  const yc = canalCentreMm(d);
  const back = yc + d.canalDepthMm / 2;
  switch (lesion.location) {
    case "vertebral-body":
      return [
        sign * Math.min(0.1 * d.bodyWidthMm, (d.bodyWidthMm - dx) / 2),
        Math.min(0.16 * d.bodyDepthMm, (d.bodyDepthMm - dy) / 2),
        0,
      ];
    case "pedicle":
      return [
        (sign || 1) * (d.canalWidthMm / 2 + d.pedicleWidthMm / 2),
        yc - 0.15 * d.bodyDepthMm,
        d.bodyHeightMm / 6,
      ];
    case "lamina":
      return [(sign || 1) * 0.32 * d.canalWidthMm, back + 0.2 * d.laminaThicknessMm, -d.bodyHeightMm / 6];
    case "spinous-process":
      return [sign * 2, back + 0.5 * d.laminaThicknessMm + dy / 4, -d.bodyHeightMm / 12];
    case "paraspinal":
      return [(sign || 1) * (d.bodyWidthMm / 2 + dx / 2 - 3), 0.1 * d.bodyDepthMm, 0];
    case "intradural-extramedullary":
      return [0, 0, 0];
    case "nerve-root":
      return [(sign || 1) * (d.canalWidthMm / 2 + d.pedicleWidthMm / 2), yc, -d.bodyHeightMm / 2];
    case "intramedullary":
      return [0, yc, 0];
  }
}
