import type { Vec3 } from "@isodose/core";
import { differenceOf, ellipsoid, intersectionOf, type Solid, unionOf } from "@isodose/geometry";
import { rod } from "./bar.ts";
import { coxCtvSectors, involvedSectors } from "./cox-sectors.ts";
import { curvedTube, grownSection } from "./curved-tube.ts";
import { type BilskyGrade, isOsseous, type LesionSpec, lesionCentre } from "./lesion-spec.ts";
import { type CordPush, type NeuralSections, spinalCord, thecalSac } from "./neural.ts";
import type { PlacedVertebra, SpineLine } from "./spine-line.ts";
import type { TissueId } from "./tissue.ts";
import { type BonePiece, type CanalWithMargin, type CoxSector, vertebralBody } from "./vertebra.ts";
import { canalCentreMm } from "./vertebra-dimensions.ts";

/** Targets of one lesion, in LPS. */
export interface LesionSolids {
  readonly gtv: Solid;
  /** What the images show, painted last but for metal. */
  readonly parts: readonly { readonly solid: Solid; readonly tissue: TissueId }[];
  readonly ctv: Solid;
  /** CTV with a margin on every face of its parts; the cord's planning volume is not yet taken out. */
  readonly grownCtv: Solid;
  /** False where the target is the cord itself: nothing is taken out of the PTV. */
  readonly sparesCord: boolean;
  readonly ctvSectors: readonly CoxSector[];
}

/** Microscopic spread of a malignant paraspinal mass, mm. Unverified default. */
const PARASPINAL_CTV_MM = 5;
const FAR_MM = 300;

/** Which way an epidural extension grows: from the front (1) or from the back (−1). */
function epiduralDirection(lesion: LesionSpec): 1 | -1 {
  return lesion.location === "lamina" || lesion.location === "spinous-process" ? -1 : 1;
}

const sideOf = (lesion: LesionSpec) => (lesion.side === "midline" ? 0 : lesion.side === "right" ? -1 : 1);

/** z of the middle of the canal at a vertebra, mm. */
function canalZ(v: PlacedVertebra): number {
  return v.toPatient([0, canalCentreMm(v.d), 0])[2];
}

/** True where the canal holds the cord, not the cauda equina alone. */
export function holdsCord(v: PlacedVertebra, n: NeuralSections): boolean {
  return canalZ(v) > n.conusTipMm + 6;
}

/** How a lesion moves and flattens the cord, undeformed in `n`; undefined where it does not. */
export function cordPush(v: PlacedVertebra, n: NeuralSections, lesion: LesionSpec): CordPush | undefined {
  if (!holdsCord(v, n)) return undefined;
  const z = canalZ(v);
  const { cord, sac } = n;
  const still = { zMm: z, xMm: 0, yMm: 0, flatten: 1, widen: 1 };
  if (isOsseous(lesion.location) && (lesion.bilskyGrade === "2" || lesion.bilskyGrade === "3")) {
    const dir = epiduralDirection(lesion);
    const flatten = lesion.bilskyGrade === "2" ? 0.8 : 0.62;
    const gap = dir * (sac.y(z) - cord.y(z)) + sac.b(z) - cord.b(z);
    const farEdge = lesion.bilskyGrade === "2" ? Math.min(0.45 * gap, 1.2) : 0.8 * gap;
    return {
      ...still,
      reachMm: 1.2 * v.d.bodyHeightMm,
      yMm: dir * (farEdge + (1 - flatten) * cord.b(z)),
      flatten,
    };
  }
  if (lesion.location === "intradural-extramedullary") {
    const sign = sideOf(lesion);
    const alongX = sign !== 0;
    const size = lesion.diametersMm[alongX ? 0 : 1];
    const wall = alongX ? sac.a(z) : sac.y(z) + sac.b(z) - cord.y(z);
    const edge = alongX ? cord.a(z) : cord.b(z);
    const need = Math.max(0, edge - (wall - size) + 0.3);
    const room = alongX ? sac.a(z) - cord.a(z) : cord.y(z) - cord.b(z) - sac.y(z) + sac.b(z);
    const shift = Math.min(need, 0.8 * room);
    return {
      ...still,
      reachMm: Math.max(lesion.diametersMm[2], v.d.bodyHeightMm),
      ...(alongX ? { xMm: -sign * shift } : { yMm: -shift }),
    };
  }
  if (lesion.location === "intramedullary") {
    const widen = Math.min(1.3, Math.max(1.1, 0.45 + lesion.diametersMm[1] / (2 * cord.b(z))));
    return { ...still, reachMm: 0.9 * lesion.diametersMm[2], widen };
  }
  return undefined;
}

/** An outline within the diameters, in local coordinates, with a margin. */
function outline(lesion: LesionSpec, centre: Vec3, growMm: number): Solid {
  const [a, b, c] = lesion.diametersMm.map((mm) => mm / 2) as unknown as Vec3;
  const lobe = ([x, y, z]: Vec3, f: Vec3): Solid =>
    ellipsoid(
      [centre[0] + x * a, centre[1] + y * b, centre[2] + z * c],
      [f[0] * a + growMm, f[1] * b + growMm, f[2] * c + growMm],
    );
  switch (lesion.shape ?? "ellipsoid") {
    case "ellipsoid":
      return lobe([0, 0, 0], [1, 1, 1]);
    case "lobulated":
      return unionOf(
        lobe([-0.25, -0.15, 0.2], [0.75, 0.75, 0.8]),
        lobe([0.35, 0.2, 0.1], [0.65, 0.75, 0.7]),
        lobe([0, 0.05, -0.3], [0.8, 0.7, 0.7]),
      );
    case "dumbbell":
      return unionOf(
        lobe([-0.6, 0, 0], [0.4, 0.9, 0.85]),
        lobe([0.55, 0, 0], [0.45, 1, 1]),
        rod(
          [centre[0] - 0.6 * a, centre[1], centre[2]],
          [centre[0] + 0.55 * a, centre[1], centre[2]],
          0.5 * Math.min(b, c),
          growMm,
        ),
      );
  }
}

/** Epidural part for a Bilsky grade above 0, with a margin; the cord is not yet taken out of it. */
function epidural(
  v: PlacedVertebra,
  n: NeuralSections,
  lesion: LesionSpec,
  grade: Exclude<BilskyGrade, "0">,
  canal: CanalWithMargin,
  growMm: number,
): Solid {
  const z = canalZ(v);
  const dir = epiduralDirection(lesion);
  const { canal: wall, sac, cord } = n;
  const halfLength = Math.min(0.6 * v.d.bodyHeightMm, Math.max(5, lesion.diametersMm[2] / 2));
  if (grade === "3") {
    const all = ellipsoid(
      [0, wall.y(z), z],
      [1.7 * wall.a(z) + growMm, 1.7 * wall.b(z) + growMm, halfLength + growMm],
    );
    const filled = intersectionOf(all, canal(0.5 + growMm));
    if (holdsCord(v, n)) return filled;
    // Without a cord, squeezed roots are left in the middle.
    const kept = curvedTube(
      { ...sac, a: (at) => 0.4 * sac.a(at), b: (at) => 0.4 * sac.b(at) },
      z - 60,
      z + 60,
    ).solid;
    return growMm > 0 ? filled : differenceOf(filled, kept);
  }
  const sacEdge = sac.y(z) - dir * sac.b(z);
  const cordEdge = holdsCord(v, n) ? cord.y(z) - dir * cord.b(z) : sacEdge + dir * 0.9 * sac.b(z);
  // Overlaps the cord by 0.3 mm before that is cut away, so that it touches over an area.
  const pole = {
    "1a": sacEdge - dir * 0.05,
    "1b": (sacEdge + cordEdge) / 2,
    "1c": cordEdge + dir * 0.3,
    "2": cordEdge + dir * 0.3,
  }[grade];
  const wallEdge = wall.y(z) - dir * wall.b(z);
  const depth = (Math.abs(pole - wallEdge) + 6) / 2;
  const width = (grade === "1a" ? 0.75 : 0.62) * wall.a(z);
  const mass = ellipsoid(
    [sideOf(lesion) * 0.06 * wall.a(z), pole - dir * depth, z],
    [width + growMm, depth + growMm, halfLength + growMm],
  );
  return intersectionOf(mass, canal(4 + growMm));
}

/**
 * Targets of a lesion.
 * @param n - sections with the cord already moved by all lesions
 * @param pieces - the bone of its vertebra, whole
 * @param marginMm - CTV to PTV
 */
export function lesionSolids(
  spine: SpineLine,
  n: NeuralSections,
  canal: CanalWithMargin,
  lesion: LesionSpec,
  pieces: readonly BonePiece[],
  marginMm: number,
): LesionSolids {
  const v = spine.at(lesion.level);
  const z = canalZ(v);
  const [low, high] = [z - FAR_MM, z + FAR_MM];
  const cord = (growMm: number) => spinalCord(n, low, high, growMm)?.solid;
  const without = (solid: Solid, ...removed: (Solid | undefined)[]) =>
    differenceOf(solid, ...removed.filter((r) => r !== undefined));
  const centre = lesionCentre(v.d, lesion);

  if (isOsseous(lesion.location)) {
    const grade = lesion.bilskyGrade ?? "0";
    const bone = (g: number) => v.place(outline(lesion, centre, g));
    const inBone = without(bone(0), canal(0));
    const tissue: TissueId = lesion.appearance === "sclerotic" ? "scleroticBone" : "tumourLytic";
    const soft = (g: number) => (grade === "0" ? undefined : epidural(v, n, lesion, grade, canal, g));
    const raw = soft(0);
    const sac = thecalSac(n, low, high)?.solid;
    const cordGap =
      grade === "1b" && holdsCord(v, n) ? Math.abs(sacGap(n, z, epiduralDirection(lesion))) / 2 - 0.05 : 0;
    const extension = raw && without(raw, grade === "1a" ? sac : undefined, cord(cordGap));
    const gtv = extension ? unionOf(inBone, extension) : inBone;
    const ctvSectors = coxCtvSectors(involvedSectors(lesion), grade === "3");
    const own = pieces.filter((piece) => ctvSectors.includes(piece.sector));
    return {
      gtv,
      parts: [
        { solid: inBone, tissue },
        ...(extension ? [{ solid: extension, tissue: "tumourLytic" as const }] : []),
      ],
      ctv: unionOf(gtv, ...own.map((piece) => piece.make(0))),
      grownCtv: unionOf(
        bone(marginMm),
        ...[soft(marginMm)].filter((s) => s !== undefined),
        ...own.map((piece) => piece.make(marginMm)),
      ),
      sparesCord: true,
      ctvSectors,
    };
  }

  const whole = (
    make: (growMm: number) => Solid,
    tissue: TissueId,
    sparesCord: boolean,
    ctvMm = 0,
  ): LesionSolids => {
    const gtv = make(0);
    const ctv = ctvMm > 0 ? unionOf(gtv, differenceOf(make(ctvMm), canal(0))) : gtv;
    return {
      gtv,
      parts: [{ solid: gtv, tissue }],
      ctv,
      grownCtv: make(ctvMm + marginMm),
      sparesCord,
      ctvSectors: [],
    };
  };
  const cut = (solid: Solid, growMm: number, ...removed: (Solid | undefined)[]) =>
    growMm > 0 ? solid : without(solid, ...removed);
  switch (lesion.location) {
    case "paraspinal": {
      const bodies = spine.vertebrae
        .filter((other) => Math.abs(other.centreMm[2] - v.centreMm[2]) < 70 && other.d.region !== "atlas")
        .map((other) => vertebralBody(other, canal));
      return whole(
        (g) => cut(v.place(outline(lesion, centre, g)), g, canal(0), ...bodies),
        "tumourEnhancing",
        true,
        lesion.malignancy === "malignant" ? PARASPINAL_CTV_MM : 0,
      );
    }
    case "nerve-root":
      return whole((g) => cut(v.place(outline(lesion, centre, g)), g, cord(0.3)), "tumourEnhancing", true);
    case "intramedullary": {
      const at: Vec3 = [n.cord.x(z) + sideOf(lesion) * 0.12 * n.cord.a(z), n.cord.y(z), z];
      return whole(
        (g) => {
          const mass = outline(lesion, at, g);
          const room = g > 0 ? undefined : cord(-0.4);
          return room ? intersectionOf(mass, room) : mass;
        },
        "tumourIntramedullary",
        false,
      );
    }
    default: {
      const sign = sideOf(lesion);
      const [dx, dy] = lesion.diametersMm;
      const at: Vec3 =
        sign === 0
          ? [0, n.sac.y(z) + n.sac.b(z) - dy / 2, z]
          : [sign * (n.sac.a(z) - dx / 2), n.sac.y(z) + 0.12 * n.sac.b(z), z];
      const inSac = curvedTube(grownSection(n.sac, -0.05), low, high).solid;
      return whole(
        (g) =>
          g > 0 ? outline(lesion, at, g) : without(intersectionOf(outline(lesion, at, 0), inSac), cord(0.05)),
        "tumourEnhancing",
        true,
      );
    }
  }
}

/** Distance between the sac's and the cord's edges that face an epidural mass, mm. */
function sacGap(n: NeuralSections, z: number, dir: 1 | -1): number {
  return n.sac.y(z) - dir * n.sac.b(z) - (n.cord.y(z) - dir * n.cord.b(z));
}
