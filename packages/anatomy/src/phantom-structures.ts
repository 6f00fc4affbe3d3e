import type { StructureType, Vec3 } from "@isodose/core";
import { box, differenceOf, intersectionOf, type Solid, unionOf } from "@isodose/geometry";
import { curvedTube } from "./curved-tube.ts";
import { PHANTOM_LEVELS } from "./levels.ts";
import { lineVolumeCc } from "./line-volume.ts";
import { nerveRoots, spinalCord, thecalSac } from "./neural.ts";
import type { PhantomRequest } from "./phantom-options.ts";
import type { PhantomScene } from "./phantom-scene.ts";
import { vertebralBody, vertebraPieces } from "./vertebra.ts";

const CORD_PRV_MARGIN_MM = 2;
const FAR_MM = 600;

/** A structure before it is drawn. */
export interface Drawn {
  readonly name: string;
  readonly type: StructureType;
  readonly colorRgb: Vec3;
  readonly solid: Solid;
  /** Distance between the vertices of its contours. */
  readonly resolutionMm: number;
  /** Computed when asked for. */
  readonly volumeCc: () => number;
}

/** "GTV_L1", and "GTV_L1_2" for the second lesion of a level. */
function targetNames(request: PhantomRequest): string[] {
  const seen = new Map<string, number>();
  return request.lesions.map(({ level }) => {
    const count = (seen.get(level) ?? 0) + 1;
    seen.set(level, count);
    return count === 1 ? level : `${level}_${count}`;
  });
}

/**
 * The structures of the phantom, cut at the image's first and last face.
 * @param acrossMm - [min x, max x, min y, max y] of the image where it cuts the body, else undefined
 */
export function drawnStructures(
  request: PhantomRequest,
  scene: PhantomScene,
  lowMm: number,
  highMm: number,
  acrossMm: readonly [number, number, number, number] | undefined,
): Drawn[] {
  const { spine, neural, canal, targets } = scene;
  const image = acrossMm
    ? box([acrossMm[0], acrossMm[2], lowMm], [acrossMm[1], acrossMm[3], highMm])
    : box([-FAR_MM, -FAR_MM, lowMm], [FAR_MM, FAR_MM, highMm]);
  const drawn: Drawn[] = [];
  const draw = (
    name: string,
    type: StructureType,
    colorRgb: Vec3,
    resolutionMm: number,
    solid: Solid,
    volumeCc = () => lineVolumeCc(solid),
  ) => {
    drawn.push({ name, type, colorRgb, solid, resolutionMm, volumeCc });
  };
  const within = (solid: Solid) => {
    const { min, max } = solid.boundsMm;
    const inside = min[2] >= lowMm && max[2] <= highMm && !acrossMm;
    return inside ? solid : intersectionOf(image, solid);
  };

  const body = scene.body.skin(lowMm, highMm);
  draw("BODY", "EXTERNAL", [0, 160, 80], 3, within(body.solid), acrossMm ? undefined : () => body.volumeCc);
  const cord = spinalCord(neural, lowMm, highMm);
  const prv = spinalCord(neural, lowMm, highMm, CORD_PRV_MARGIN_MM);
  const names = targetNames(request);
  targets.forEach((target, n) => {
    draw(`GTV_${names[n]}`, "GTV", [200, 0, 0], 0.5, within(target.gtv));
    draw(`CTV_${names[n]}`, "CTV", [240, 130, 0], 0.75, within(target.ctv));
    const spared = prv && target.sparesCord;
    draw(
      `PTV_${names[n]}`,
      "PTV",
      [255, 0, 120],
      0.75,
      within(spared ? differenceOf(target.grownCtv, prv.solid) : target.grownCtv),
    );
  });
  const wholeCanal = curvedTube(neural.canal, lowMm, highMm);
  draw("SpinalCanal", "ORGAN", [120, 200, 255], 0.75, wholeCanal.solid, () => wholeCanal.volumeCc);

  // What lies outside the dura dents the sac; what lies within it belongs to it.
  const denting = targets
    .filter((_, n) => !request.lesions[n]!.location.startsWith("intra"))
    .map((t) => t.gtv);
  const sac = thecalSac(neural, lowMm, highMm);
  const dent = (tube: Solid) =>
    denting.length > 0 ? lineVolumeCc(intersectionOf(tube, unionOf(...denting))) : 0;
  if (sac) {
    draw(
      "ThecalSac",
      "ORGAN",
      [80, 140, 255],
      0.5,
      differenceOf(sac.solid, ...denting),
      () => sac.volumeCc - dent(sac.solid),
    );
  }
  if (cord) draw("SpinalCord", "ORGAN", [255, 255, 0], 0.4, cord.solid, () => cord.volumeCc);
  if (prv)
    draw(
      `SpinalCord_PRV${CORD_PRV_MARGIN_MM}`,
      "AVOIDANCE",
      [180, 180, 0],
      0.4,
      prv.solid,
      () => prv.volumeCc,
    );
  const caudalTop = Math.min(highMm, neural.conusTipMm);
  const caudal = caudalTop > lowMm ? thecalSac(neural, lowMm, caudalTop) : undefined;
  if (caudal) {
    const inDura = targets
      .filter((_, n) => request.lesions[n]!.location.startsWith("intra"))
      .map((t) => t.gtv);
    const removed = [...denting, ...inDura];
    const lost = () =>
      removed.length > 0 ? lineVolumeCc(intersectionOf(caudal.solid, unionOf(...removed))) : 0;
    draw(
      "CaudaEquina",
      "ORGAN",
      [180, 120, 255],
      0.5,
      differenceOf(caudal.solid, ...removed),
      () => caudal.volumeCc - lost(),
    );
  }

  const levels = [...new Set(request.lesions.map(({ level }) => level))];
  const nearLesions = new Set<string>(levels);
  for (const level of levels.length > 0 ? levels : [request.originLevel]) {
    const index = PHANTOM_LEVELS.indexOf(level);
    for (const n of [index, index - 1, index + 1]) {
      const name = PHANTOM_LEVELS[n];
      if (name) nearLesions.add(name);
    }
  }
  for (const level of nearLesions) {
    const v = spine.at(level);
    const solid =
      v.d.region === "atlas"
        ? unionOf(
            ...vertebraPieces(v, canal)
              .filter((p) => p.sector === 1)
              .map((p) => p.make(0)),
          )
        : vertebralBody(v, canal);
    const { min, max } = solid.boundsMm;
    if (min[2] < highMm && max[2] > lowMm) draw(`VB_${level}`, "ORGAN", [220, 200, 140], 0.75, within(solid));
  }
  for (const level of levels) {
    const { left, right } = nerveRoots(spine, level);
    draw(`NerveRoots_${level}`, "ORGAN", [255, 220, 120], 0.4, within(unionOf(...left, ...right)));
  }
  const colours: Readonly<Record<string, Vec3>> = {
    Lung_L: [100, 200, 255],
    Lung_R: [100, 200, 255],
    Heart: [255, 90, 90],
    Aorta: [220, 40, 40],
    Esophagus: [200, 140, 90],
    Trachea: [160, 220, 220],
    Kidney_L: [160, 90, 40],
    Kidney_R: [160, 90, 40],
    Liver: [150, 80, 60],
    Bowel: [230, 180, 120],
  };
  for (const [name, solid] of Object.entries(scene.organs)) {
    const large = ["Lung_L", "Lung_R", "Liver", "Bowel", "Heart"].includes(name);
    draw(name, "ORGAN", colours[name] ?? [180, 180, 180], large ? 2 : 0.75, within(solid));
  }
  if (scene.hardware) draw("Hardware", "ORGAN", [200, 200, 210], 0.4, within(scene.hardware));
  return drawn;
}
