import { InvalidInputError, type Vec3 } from "@isodose/core";
import { differenceOf, ellipsoid, type Solid, unionOf } from "@isodose/geometry";
import { spinalCord } from "./spinal-cord.ts";
import { canalCentreMm, pedicles, posteriorArch, vertebralBody } from "./vertebra.ts";
import type { VertebraDimensions } from "./vertebra-dimensions.ts";

/** A lesion that the phantom can be given. */
export interface LesionPreset {
  readonly name: string;
  /** One line for people. */
  readonly description: string;
}

/** The lesions there are; the first is the default. */
export const LESION_PRESETS: readonly LesionPreset[] = Object.freeze([
  {
    name: "vertebral-body",
    description: "lytic lesion in the left back of the vertebral body; CTV: body and pedicles",
  },
  {
    name: "epidural",
    description:
      "the same, grown into the canal so that it dents the thecal sac, 1 mm of CSF before the cord",
  },
  {
    name: "posterior-element",
    description: "lytic lesion at the base of the spinous process; CTV: laminae and spinous process",
  },
]);

/** Targets of one lesion in one vertebra whose middle is at the origin. */
export interface LesionSolids {
  readonly gtv: Solid;
  /** In closed form where the GTV is one ellipsoid. */
  readonly gtvVolumeCc: number | undefined;
  readonly ctv: Solid;
  /** CTV with a margin on every face of its parts; the cord's planning volume is not yet taken out. */
  readonly grownCtv: Solid;
}

interface Ellipsoid {
  readonly centre: Vec3;
  readonly semiAxes: Vec3;
}

const BODY_LESION: Ellipsoid = { centre: [4, 5.5, 0], semiAxes: [11, 7, 9.5] };

function grown({ centre, semiAxes: [a, b, c] }: Ellipsoid, growMm: number): Solid {
  return ellipsoid(centre, [a + growMm, b + growMm, c + growMm]);
}

function ellipsoidCc({ semiAxes: [a, b, c] }: Ellipsoid): number {
  return ((4 / 3) * Math.PI * a * b * c) / 1000;
}

/**
 * Targets of a preset.
 * @param marginMm - CTV to PTV
 * @throws InvalidInputError if there is no such preset
 */
export function lesionSolids(preset: string, d: VertebraDimensions, marginMm: number): LesionSolids {
  const bodyAndPedicles = (growMm: number) => unionOf(vertebralBody(d, 0, growMm), pedicles(d, 0, growMm));
  switch (preset) {
    case "vertebral-body":
      return {
        gtv: grown(BODY_LESION, 0),
        gtvVolumeCc: ellipsoidCc(BODY_LESION),
        ctv: bodyAndPedicles(0),
        grownCtv: bodyAndPedicles(marginMm),
      };
    case "epidural": {
      const inCanal: Ellipsoid = { centre: [3, canalCentreMm(d) - 7.5, 0], semiAxes: [8, 5, 9.5] };
      const gtv = differenceOf(
        unionOf(grown(BODY_LESION, 0), grown(inCanal, 0)),
        spinalCord(d, 200, 1).solid,
      );
      return {
        gtv,
        gtvVolumeCc: undefined,
        ctv: unionOf(bodyAndPedicles(0), gtv),
        grownCtv: unionOf(bodyAndPedicles(marginMm), grown(BODY_LESION, marginMm), grown(inCanal, marginMm)),
      };
    }
    case "posterior-element": {
      const base: Ellipsoid = {
        centre: [2, canalCentreMm(d) + d.canalDepthMm / 2 + 7, -2],
        semiAxes: [8, 7, 7.5],
      };
      return {
        gtv: grown(base, 0),
        gtvVolumeCc: ellipsoidCc(base),
        ctv: unionOf(posteriorArch(d, 0), grown(base, 0)),
        grownCtv: unionOf(posteriorArch(d, 0, marginMm), grown(base, marginMm)),
      };
    }
    default:
      throw new InvalidInputError(
        "phantom.lesion",
        preset,
        `one of ${LESION_PRESETS.map((p) => p.name).join(", ")}`,
      );
  }
}
