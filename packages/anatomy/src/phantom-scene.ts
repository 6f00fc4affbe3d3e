import { differenceOf, type Solid } from "@isodose/geometry";
import { bar } from "./bar.ts";
import { type BodyOutline, bodyOutline } from "./body-outline.ts";
import { curvedTube, grownSection } from "./curved-tube.ts";
import { hardwareSolid, type SpineHardware } from "./hardware.ts";
import { cordPush, type LesionSolids, lesionSolids } from "./lesion-solids.ts";
import { neighbours, type OrganSolids } from "./neighbours.ts";
import {
  caudaStrands,
  type NeuralSections,
  nerveRoots,
  neuralSections,
  spinalCord,
  thecalSac,
} from "./neural.ts";
import type { PhantomRequest } from "./phantom-options.ts";
import type { PhantomPart } from "./phantom-part.ts";
import { pelvicBones } from "./ribs.ts";
import { type SpineCurvature, type SpineLine, spineLine } from "./spine-line.ts";
import { type CanalWithMargin, discBelow, nucleusBelow, vertebraPieces } from "./vertebra.ts";
import { canalCentreMm } from "./vertebra-dimensions.ts";

const CORTEX_MM = 1;
const PTV_MARGIN_MM = 2;
const FAR_MM = 1000;

/** Everything that the phantom is made of. */
export interface PhantomScene {
  readonly spine: SpineLine;
  readonly body: BodyOutline;
  readonly neural: NeuralSections;
  readonly canal: CanalWithMargin;
  /** In the order of painting. */
  readonly parts: readonly PhantomPart[];
  readonly organs: OrganSolids;
  readonly targets: readonly LesionSolids[];
  readonly hardware: Solid | undefined;
}

/** Builds all solids that lie between two z, given relative to the origin, from the outside in. */
export function phantomScene(
  request: PhantomRequest,
  curvature: SpineCurvature | undefined,
  hardware: SpineHardware | undefined,
  range: (spine: SpineLine) => readonly [number, number],
): PhantomScene {
  const spine = spineLine(request.originLevel, curvature);
  const [lowMm, highMm] = range(spine);
  const [low, high] = [lowMm - 40, highMm + 40];
  const body = bodyOutline(spine);
  const undeformed = neuralSections(spine);
  const pushes = request.lesions.flatMap(
    (lesion) => cordPush(spine.at(lesion.level), undeformed, lesion) ?? [],
  );
  const neural = pushes.length > 0 ? neuralSections(spine, pushes) : undeformed;
  const grownCanals = new Map<number, Solid>();
  const canal: CanalWithMargin = (growMm) => {
    const known = grownCanals.get(growMm);
    const solid = known ?? curvedTube(grownSection(neural.canal, growMm), low - 60, high + 60).solid;
    grownCanals.set(growMm, solid);
    return solid;
  };

  const parts: PhantomPart[] = [];
  const visible = ({ boundsMm: { min, max } }: Solid) => min[2] < highMm && max[2] > lowMm;
  const add = (name: string, tissue: PhantomPart["tissue"], solid: Solid | undefined) => {
    if (solid && visible(solid)) parts.push({ name, solid, tissue });
  };
  add("skin", "skin", body.skin(low, high).solid);
  add("subcutaneous fat", "fat", body.fat(low, high).solid);
  add("muscle", "muscle", body.muscle(low, high).solid);
  const around = neighbours(spine, body, lowMm, highMm);
  parts.push(...around.parts);

  const seen = spine.vertebrae.filter(
    (v) => Math.abs(v.centreMm[2] - (lowMm + highMm) / 2) < (highMm - lowMm) / 2 + 60,
  );
  const roots = seen.map((v) => ({ level: v.d.level, ...nerveRoots(spine, v.d.level) }));
  for (const { level, foraminalFat } of roots) {
    for (const solid of foraminalFat) add(`${level} foraminal fat`, "epiduralFat", solid);
  }
  for (const level of request.laminectomyLevels) {
    const v = spine.at(level);
    const y = canalCentreMm(v.d) + v.d.canalDepthMm / 2;
    const bed = bar({
      from: v.toPatient([0, y + 12, -v.d.bodyHeightMm / 2]),
      to: v.toPatient([0, y + 12, v.d.bodyHeightMm / 2]),
      halfMm: [11, 13],
      roundMm: 6,
    });
    add(`${level} laminectomy bed`, "softTissue", bed);
  }
  spine.vertebrae.forEach((v, n) => {
    const below = spine.vertebrae[n + 1];
    if (!seen.includes(v) || !below || v.d.region === "atlas") return;
    add(`${v.d.level} disc`, "disc", discBelow(v, below, canal));
    add(`${v.d.level} nucleus`, "nucleus", nucleusBelow(v));
  });
  const bones = seen.flatMap((v) => vertebraPieces(v, canal, request.laminectomyLevels.includes(v.d.level)));
  const wings = seen.some((v) => v.d.level === "S1");
  for (const [tissue, growMm] of [
    ["corticalBone", 0],
    ["cancellousBone", -CORTEX_MM],
  ] as const) {
    if (wings) for (const wing of pelvicBones(spine, growMm)) add("pelvis", tissue, wing);
    for (const piece of bones) add(piece.name, tissue, piece.make(growMm));
  }
  for (const v of seen) {
    if (v.d.region !== "cervical" || v.d.level === "C7") continue;
    for (const sign of [1, -1]) {
      const x = sign * (v.d.canalWidthMm / 2 + 3.5);
      const y = canalCentreMm(v.d) - 6.5;
      const passage = (radiusMm: number) =>
        bar({ from: v.toPatient([x, y, -9]), to: v.toPatient([x, y, 9]), halfMm: [radiusMm, radiusMm] });
      add(`${v.d.level} transverse foramen`, "fat", passage(2.9));
      add(`${v.d.level} vertebral artery`, "blood", passage(2));
    }
  }
  add("epidural fat", "epiduralFat", canal(0));
  add("cerebrospinal fluid", "csf", thecalSac(neural, low, high)?.solid);
  for (const solid of caudaStrands(neural, low)) add("cauda equina", "nerveRoot", solid);
  add("spinal cord", "cord", spinalCord(neural, low, high)?.solid);
  for (const { level, left, right } of roots) {
    for (const solid of left) add(`${level} left root`, "nerveRoot", solid);
    for (const solid of right) add(`${level} right root`, "nerveRoot", solid);
  }

  const targets = request.lesions.map((lesion) => {
    const v = spine.at(lesion.level);
    const own = vertebraPieces(v, canal, request.laminectomyLevels.includes(lesion.level));
    return lesionSolids(spine, neural, canal, lesion, own, PTV_MARGIN_MM);
  });
  targets.forEach((target, n) => {
    for (const { solid, tissue } of target.parts) add(`${request.lesions[n]!.level} lesion`, tissue, solid);
  });
  // Metal keeps out of the cord, whatever sizes were asked for.
  const metal =
    hardware && request.hardwareLevels.length > 0
      ? differenceOf(hardwareSolid(spine, hardware, request.hardwareLevels), canal(0))
      : undefined;
  add("screws and rods", "titanium", metal);
  const cut = (solid: Solid) => visible(solid) && solid.boundsMm.max[2] - solid.boundsMm.min[2] < FAR_MM;
  return {
    spine,
    body,
    neural,
    canal,
    parts,
    organs: Object.fromEntries(Object.entries(around.organs).filter(([, solid]) => cut(solid))),
    targets,
    hardware: metal,
  };
}
