import {
  AXIAL_DIRECTION,
  createVolume,
  type Grid,
  InvalidInputError,
  type Patient,
  type Structure,
  type StructureType,
  uidFromText,
  type Vec3,
} from "@isodose/core";
import {
  contourSolid,
  differenceOf,
  ellipticCylinder,
  intersectionOf,
  type Solid,
  solidVolumeCc,
} from "@isodose/geometry";
import { lesionSolids } from "./lesion-presets.ts";
import { type Paint, paintVolume } from "./paint-volume.ts";
import { conusVolumeCc, spinalCord, thecalSac } from "./spinal-cord.ts";
import { canalTube, discBelow, vertebra, vertebralBody } from "./vertebra.ts";
import { type VertebraDimensions, vertebraDimensions } from "./vertebra-dimensions.ts";

/** What the phantom is to be. */
export interface SpinePhantomOptions {
  /** Vertebra that holds the lesion: "T12" or "L1". Default "L1". */
  readonly level?: string;
  /** Name of one of {@link LESION_PRESETS}. Default "vertebral-body". */
  readonly lesion?: string;
  /** Voxel size of the CT along x, y, z, mm; 0.5 to 10. Default [1.5, 1.5, 2]. */
  readonly spacingMm?: Vec3;
}

/** A phantom: a patient like any other, and the exact shapes behind it. */
export interface SpinePhantom {
  readonly patient: Patient;
  /** By structure name, cc: in closed form or by subdivision to 0.1 %, not from contours or voxels. */
  readonly exactVolumesCc: Readonly<Record<string, number>>;
  /** By structure name: LPS, mm. */
  readonly solids: Readonly<Record<string, Solid>>;
}

/** HU of the phantom's tissues: round numbers, unverified defaults. */
const HU = {
  air: -1000,
  fat: -100,
  softTissue: 50,
  disc: 90,
  cortical: 900,
  cancellous: 250,
  csf: 10,
  cord: 35,
  lesion: 80,
} as const;
const CORTEX_MM = 1;
const PTV_MARGIN_MM = 2;
const CORD_PRV_MARGIN_MM = 2;
/** Outer ellipse of the body, and its fat rim, mm. The spine's middle lies 20 mm behind the body's. */
const BODY = { a: 160, b: 110, y: -20, fatMm: 16 };
/** Size of the image, mm: at least this; 5 mm of air around the body, and cut faces 110 mm from the lesion's middle. */
const IMAGE_MM: Vec3 = [330, 240, 220];

interface Drawn {
  readonly name: string;
  readonly type: StructureType;
  readonly colorRgb: Vec3;
  readonly solid: Solid;
  readonly resolutionMm: number;
  readonly volumeCc: number;
}

/**
 * A spine phantom: one vertebra with a lesion between its like, in an elliptic body, as CT and contours. The origin is the
 * middle of the vertebral body; the patient lies head first supine.
 *
 * The shapes are exact solids; the CT samples them with 2 × 2 × 2 points per voxel, the contours lie on them in every
 * slice. There are no organs: everything in front of the spine is soft tissue. The same options give the same phantom,
 * UIDs included.
 *
 * @throws InvalidInputError if level or lesion is unknown, or the spacing not within 0.5 … 10 mm
 * @example spinePhantom({ lesion: "epidural" }).exactVolumesCc.PTV_L1 // cc
 */
export function spinePhantom(options: SpinePhantomOptions = {}): SpinePhantom {
  const { level = "L1", lesion = "vertebral-body", spacingMm = [1.5, 1.5, 2] } = options;
  const d = vertebraDimensions(level);
  const grid = imageGrid(spacingMm);
  const uid = (part: string) =>
    uidFromText(`isodose spine phantom ${level} ${lesion} ${spacingMm.join(" ")} ${part}`);
  const frameOfReferenceUid = uid("frame of reference");
  const halfLength = (grid.size[2] * spacingMm[2]) / 2;
  const targets = lesionSolids(lesion, d, PTV_MARGIN_MM);

  const drawn = drawnSolids(level, d, targets, halfLength);
  const zPlanesMm = Array.from({ length: grid.size[2] }, (_, k) => grid.originMm[2] + k * spacingMm[2]);
  const structures = drawn.map(
    ({ name, type, colorRgb, solid, resolutionMm }, n): Structure => ({
      name,
      number: n + 1,
      type,
      colorRgb,
      contours: contourSolid(solid, zPlanesMm, resolutionMm),
      frameOfReferenceUid,
    }),
  );
  const hu = paintVolume(grid, HU.air, scene(d, targets.gtv, halfLength)).map(Math.round);
  return {
    patient: {
      identity: {
        name: "ISODOSE^PHANTOM",
        id: `ISODOSE-${level}`,
        studyInstanceUid: uid("study"),
        studyId: "1",
        studyDate: "",
      },
      position: "HFS",
      ct: createVolume(grid, "HU", frameOfReferenceUid, hu),
      structures,
      references: {
        ctSeriesInstanceUid: uid("CT series"),
        ctSopInstanceUids: zPlanesMm.map((_, k) => uid(`CT slice ${k}`)),
        structureSetSopInstanceUid: uid("structure set"),
      },
    },
    exactVolumesCc: Object.fromEntries(drawn.map(({ name, volumeCc }) => [name, volumeCc])),
    solids: Object.fromEntries(drawn.map(({ name, solid }) => [name, solid])),
  };
}

function imageGrid(spacingMm: Vec3): Grid {
  if (!spacingMm.every((s) => s >= 0.5 && s <= 10)) {
    throw new InvalidInputError("phantom.spacingMm", spacingMm, "three lengths from 0.5 to 10 mm");
  }
  const size = spacingMm.map((s, a) => Math.ceil(IMAGE_MM[a]! / s - 1e-9)) as unknown as Vec3;
  const first = (a: 0 | 1 | 2) => (-(size[a] - 1) / 2) * spacingMm[a];
  return { size, spacingMm, originMm: [first(0), BODY.y + first(1), first(2)], direction: AXIAL_DIRECTION };
}

function bodyEllipse(halfLengthMm: number, rimMm = 0): Solid {
  return ellipticCylinder([0, BODY.y, 0], "z", [BODY.a - rimMm, BODY.b - rimMm, halfLengthMm]);
}

/** What the CT shows, from the outside in: later over earlier. */
function scene(d: VertebraDimensions, gtv: Solid, halfLengthMm: number): Paint[] {
  // Beyond the image, so that its cut faces are no surfaces.
  const end = halfLengthMm + 50;
  const pitch = d.bodyHeightMm + d.discHeightMm;
  const count = Math.ceil(end / pitch);
  const spine = Array.from({ length: 2 * count + 1 }, (_, n) => (n - count) * pitch).flatMap((z): Paint[] => [
    { solid: discBelow(d, z), value: HU.disc },
    { solid: vertebra(d, z), value: HU.cortical },
    { solid: vertebra(d, z, -CORTEX_MM), value: HU.cancellous },
  ]);
  return [
    { solid: bodyEllipse(end), value: HU.fat },
    { solid: bodyEllipse(end, BODY.fatMm), value: HU.softTissue },
    ...spine,
    { solid: canalTube(d, -end, end), value: HU.fat },
    { solid: thecalSac(d, -end, end).solid, value: HU.csf },
    { solid: spinalCord(d, end).solid, value: HU.cord },
    { solid: gtv, value: HU.lesion },
  ];
}

function drawnSolids(
  level: string,
  d: VertebraDimensions,
  { gtv, gtvVolumeCc, ctv, grownCtv }: ReturnType<typeof lesionSolids>,
  halfLengthMm: number,
): Drawn[] {
  const pitch = d.bodyHeightMm + d.discHeightMm;
  const cord = spinalCord(d, halfLengthMm);
  const prv = spinalCord(d, halfLengthMm, CORD_PRV_MARGIN_MM);
  const ptv = differenceOf(grownCtv, prv.solid);
  const sac = thecalSac(d, -halfLengthMm, halfLengthMm);
  const caudal = thecalSac(d, -halfLengthMm, d.conusStartMm);
  const body = vertebralBody(d, 0);
  const bodyCc = bySubdivision(body);
  // The lesion is within the sac in one preset only; where it is not, nothing is cut off.
  const dentCc = bySubdivision(intersectionOf(sac.solid, gtv));
  const caudalDentCc = bySubdivision(intersectionOf(caudal.solid, gtv));
  const vb = (name: string, z: number): Drawn => ({
    name: `VB_${name}`,
    type: "ORGAN",
    colorRgb: [220, 200, 140],
    solid: z === 0 ? body : vertebralBody(d, z),
    resolutionMm: 0.75,
    volumeCc: bodyCc,
  });
  return [
    {
      name: "BODY",
      type: "EXTERNAL",
      colorRgb: [0, 160, 80],
      solid: bodyEllipse(halfLengthMm),
      resolutionMm: 3,
      volumeCc: (Math.PI * BODY.a * BODY.b * 2 * halfLengthMm) / 1000,
    },
    {
      name: `GTV_${level}`,
      type: "GTV",
      colorRgb: [200, 0, 0],
      solid: gtv,
      resolutionMm: 0.5,
      volumeCc: gtvVolumeCc ?? bySubdivision(gtv),
    },
    {
      name: `CTV_${level}`,
      type: "CTV",
      colorRgb: [240, 130, 0],
      solid: ctv,
      resolutionMm: 0.75,
      volumeCc: bySubdivision(ctv),
    },
    {
      name: `PTV_${level}`,
      type: "PTV",
      colorRgb: [255, 0, 120],
      solid: ptv,
      resolutionMm: 0.75,
      volumeCc: bySubdivision(ptv),
    },
    {
      name: "SpinalCanal",
      type: "ORGAN",
      colorRgb: [120, 200, 255],
      solid: canalTube(d, -halfLengthMm, halfLengthMm),
      resolutionMm: 0.75,
      volumeCc: (Math.PI * d.canalWidthMm * d.canalDepthMm * halfLengthMm) / 2000,
    },
    {
      name: "ThecalSac",
      type: "ORGAN",
      colorRgb: [80, 140, 255],
      solid: differenceOf(sac.solid, gtv),
      resolutionMm: 0.5,
      volumeCc: sac.volumeCc - dentCc,
    },
    {
      name: "SpinalCord",
      type: "ORGAN",
      colorRgb: [255, 255, 0],
      solid: cord.solid,
      resolutionMm: 0.4,
      volumeCc: cord.volumeCc,
    },
    {
      name: `SpinalCord_PRV${CORD_PRV_MARGIN_MM}`,
      type: "AVOIDANCE",
      colorRgb: [180, 180, 0],
      solid: prv.solid,
      resolutionMm: 0.4,
      volumeCc: prv.volumeCc,
    },
    {
      name: "CaudaEquina",
      type: "ORGAN",
      colorRgb: [180, 120, 255],
      solid: differenceOf(caudal.solid, cord.solid, gtv),
      resolutionMm: 0.5,
      volumeCc: caudal.volumeCc - conusVolumeCc() - caudalDentCc,
    },
    vb(level, 0),
    vb(d.above, pitch),
    vb(d.below, -pitch),
  ];
}

/** cc, to 0.1 %. */
function bySubdivision(solid: Solid): number {
  const { min, max } = solid.boundsMm;
  const boxCc = ((max[0] - min[0]) * (max[1] - min[1]) * (max[2] - min[2])) / 1000;
  return boxCc > 0 ? solidVolumeCc(solid, 1e-3 * boxCc) : 0;
}
