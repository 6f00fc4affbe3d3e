import { InvalidInputError, nearestName, type Vec3 } from "@isodose/core";
import type { LesionSpec } from "./lesion-spec.ts";
import { levelIndex } from "./levels.ts";
import { VERTEBRA_DIMENSIONS, type VertebraDimensions } from "./vertebra-dimensions.ts";

/** A lesion that the phantom can be given by name. */
export interface LesionPreset {
  readonly name: string;
  /** One line for people. */
  readonly description: string;
  readonly malignancy: "malignant" | "benign";
  readonly grade?: 1 | 2 | 3 | 4;
  readonly histology: string;
  readonly source: string;
}

interface Definition extends LesionPreset {
  readonly make: (d: VertebraDimensions) => Omit<LesionSpec, "level" | keyof LesionPreset>;
}

const scaled = (d: VertebraDimensions, x: number, y: number, z: number): Vec3 => [
  x * d.bodyWidthMm,
  y * d.bodyDepthMm,
  z * d.bodyHeightMm,
];

const DEFINITIONS: readonly Definition[] = [
  {
    name: "vertebral-body",
    description: "lytic lesion in the left back of the vertebral body; CTV: body and pedicles",
    malignancy: "malignant",
    grade: 3,
    histology: "adenocarcinoma",
    source: "metastasis of breast",
    make: (d) => ({ location: "vertebral-body", diametersMm: scaled(d, 0.52, 0.41, 0.79) }),
  },
  {
    name: "epidural",
    description:
      "lytic lesion of the body, grown into the canal: Bilsky 2, cord compressed, CSF still visible",
    malignancy: "malignant",
    grade: 3,
    histology: "clear cell carcinoma",
    source: "metastasis of kidney",
    make: (d) => ({
      location: "vertebral-body",
      diametersMm: scaled(d, 0.52, 0.5, 0.79),
      bilskyGrade: "2",
    }),
  },
  {
    name: "posterior-element",
    description: "lytic lesion at the base of the spinous process; CTV: laminae and spinous process",
    malignancy: "malignant",
    grade: 2,
    histology: "adenocarcinoma",
    source: "metastasis of lung",
    make: (d) => ({
      location: "spinous-process",
      side: "midline",
      diametersMm: [
        0.7 * d.canalWidthMm,
        Math.min(15, d.laminaThicknessMm + 0.28 * d.spinousLengthMm),
        0.62 * d.bodyHeightMm,
      ],
    }),
  },
  {
    name: "paraspinal",
    description: "soft-tissue mass beside the vertebral body, touching it",
    malignancy: "malignant",
    grade: 3,
    histology: "sarcoma",
    source: "primary",
    make: (d) => ({
      location: "paraspinal",
      shape: "lobulated",
      diametersMm: [0.75 * d.bodyWidthMm, 0.9 * d.bodyDepthMm, 1.1 * d.bodyHeightMm],
    }),
  },
  {
    name: "meningioma",
    description: "intradural extramedullary, on the dura, cord pushed aside",
    malignancy: "benign",
    grade: 1,
    histology: "meningioma",
    source: "primary",
    make: (d) => ({
      location: "intradural-extramedullary",
      diametersMm: [0.4 * d.canalWidthMm, 0.42 * d.canalDepthMm, Math.min(18, 1.2 * d.bodyHeightMm)],
    }),
  },
  {
    name: "schwannoma",
    description: "dumbbell on a nerve root, through the foramen",
    malignancy: "benign",
    grade: 1,
    histology: "schwannoma",
    source: "primary",
    make: (d) => ({
      location: "nerve-root",
      shape: "dumbbell",
      diametersMm: [d.pedicleWidthMm + 20, 0.7 * d.canalDepthMm, Math.min(15, 0.9 * d.bodyHeightMm)],
    }),
  },
  {
    name: "ependymoma",
    description: "intramedullary, in the middle of a widened cord",
    malignancy: "benign",
    grade: 2,
    histology: "ependymoma",
    source: "primary",
    make: (d) => ({
      location: "intramedullary",
      side: "midline",
      diametersMm: [0.62 * d.cordWidthMm, 0.75 * d.cordDepthMm, 1.6 * d.bodyHeightMm],
    }),
  },
  {
    name: "astrocytoma",
    description: "intramedullary, to one side of a widened cord",
    malignancy: "malignant",
    grade: 3,
    histology: "astrocytoma",
    source: "primary",
    make: (d) => ({
      location: "intramedullary",
      side: "left",
      shape: "lobulated",
      diametersMm: [0.6 * d.cordWidthMm, 0.7 * d.cordDepthMm, 1.8 * d.bodyHeightMm],
    }),
  },
];

/** The lesions there are by name; the first is the default. */
export const LESION_PRESETS: readonly LesionPreset[] = Object.freeze(
  DEFINITIONS.map(({ make: _, ...preset }) => Object.freeze(preset)),
);

/**
 * A preset at a level, its sizes in proportion to the level's: a start for a lesion of one's own.
 * @throws InvalidInputError if there is no such preset or level
 * @example lesionOfPreset("meningioma", "C5")
 */
export function lesionOfPreset(name: string, level: string): LesionSpec {
  const d = VERTEBRA_DIMENSIONS[levelIndex(level, "phantom.level")]!;
  const found = DEFINITIONS.find((preset) => preset.name === name);
  if (!found) {
    const names = LESION_PRESETS.map((p) => p.name);
    const near = nearestName(String(name), names);
    throw new InvalidInputError(
      "phantom.lesion",
      name,
      `one of ${names.join(", ")}${near ? ` (did you mean ${near}?)` : ""}`,
    );
  }
  const { make, name: _, description: __, ...facts } = found;
  return { level, ...make(d), ...facts };
}
