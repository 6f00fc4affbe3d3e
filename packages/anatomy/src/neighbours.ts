import type { Vec3 } from "@isodose/core";
import { box, differenceOf, ellipsoid, intersectionOf, type Solid, unionOf } from "@isodose/geometry";
import { rod } from "./bar.ts";
import type { BodyOutline } from "./body-outline.ts";
import { curvedTube, grownSection, type TubeSection } from "./curved-tube.ts";
import type { PhantomPart } from "./phantom-part.ts";
import { ribParts } from "./ribs.ts";
import type { SpineLine } from "./spine-line.ts";
import type { TissueId } from "./tissue.ts";

/** Structures that a plan may want to spare, by name, whole (not cut at the image's ends). */
export type OrganSolids = Readonly<Record<string, Solid>>;

/** What lies around the spine. Sizes and places are unverified defaults, in the positions that an anatomy atlas shows. */
export interface Neighbours {
  /** Painted before the bones of the spine. */
  readonly parts: readonly PhantomPart[];
  readonly organs: OrganSolids;
}

/** Places along a tube: level → [x, y from the middle of the body, semi-axis across, semi-axis front–back], mm. */
type Course = Readonly<Record<string, readonly [number, number, number, number]>>;

/** Makes the neighbours that lie between two z. */
export function neighbours(spine: SpineLine, body: BodyOutline, lowMm: number, highMm: number): Neighbours {
  const parts: PhantomPart[] = [];
  const organs: Record<string, Solid> = {};
  const visible = ({ boundsMm: { min, max } }: Solid) => min[2] < highMm && max[2] > lowMm;
  const add = (name: string, tissue: TissueId, solid: Solid | undefined, structure?: string) => {
    if (!solid || !visible(solid)) return;
    parts.push({ name, solid, tissue });
    if (structure) organs[structure] = organs[structure] ? unionOf(organs[structure], solid) : solid;
  };
  const zOf = (level: string) => spine.at(level).centreMm[2];
  const near = (level: string, [x, y, z]: Vec3): Vec3 => {
    const [, cy, cz] = spine.at(level).centreMm;
    return [x, cy + y, cz + z];
  };
  const section = (course: Course): TubeSection => {
    const pick = (n: 0 | 1 | 2 | 3) =>
      spine.byLevel(Object.fromEntries(Object.entries(course).map(([level, row]) => [level, row[n]])));
    const y = pick(1);
    return { x: pick(0), y: (z) => spine.bodyY(z) + y(z), a: pick(2), b: pick(3) };
  };
  const tube = (s: TubeSection, low: number, high: number): Solid | undefined => {
    const [from, to] = [Math.max(low, lowMm - 5), Math.min(high, highMm + 5)];
    return to > from ? curvedTube(s, from, to).solid : undefined;
  };
  const along = (course: Course, low: number, high: number, growMm = 0) =>
    tube(grownSection(section(course), growMm), low, high);
  const far = 1000;

  // Chest: lungs in the cavity, the mediastinum between them, the diaphragm's domes below.
  const chestTop = zOf("T1") + 4;
  const chestLow = zOf("T12");
  const chest = body.cavity(14, 46);
  const shrunk: TubeSection = {
    ...chest,
    a: (z) => chest.a(z) * Math.min(1, Math.max(0.08, Math.sqrt(Math.max(0, (chestTop - z) / 75)))),
    b: (z) =>
      chest.b(z) * Math.min(1, Math.max(0.25, 0.45 + 0.55 * Math.sqrt(Math.max(0, (chestTop - z) / 75)))),
    y: (z) => chest.y(z) + chest.b(z) * 0.3 * (1 - Math.min(1, Math.sqrt(Math.max(0, (chestTop - z) / 75)))),
  };
  const cavity = tube(shrunk, chestLow, chestTop);
  const heartCentre = near("T7", [22, -82, -4]);
  const heart = ellipsoid(heartCentre, [46, 42, 52]);
  if (cavity && visible(cavity)) {
    const spineAndMediastinum = along(
      {
        T1: [0, -12, 30, 44],
        T3: [0, -28, 33, 62],
        T5: [2, -38, 34, 76],
        T8: [2, -40, 30, 78],
        T12: [0, -36, 28, 74],
      },
      -far,
      far,
    )!;
    const paravertebral = along(
      { T1: [0, 16, 22, 34], T6: [0, 17, 21, 36], T12: [0, 18, 25, 40] },
      -far,
      far,
    )!;
    const [rightDome, leftDome] = [near("T10", [-78, -38, -80]), near("T10", [80, -38, -88])];
    const dome = (c: Vec3) => ellipsoid(c, [82, 92, 96]);
    const lung = (sign: 1 | -1) =>
      differenceOf(
        intersectionOf(
          cavity,
          sign > 0 ? box([0, -far, -far], [far, far, far]) : box([-far, -far, -far], [0, far, far]),
        ),
        spineAndMediastinum,
        paravertebral,
        heart,
        dome(sign > 0 ? leftDome : rightDome),
      );
    add("mediastinal fat", "fat", cavity);
    add("left lung", "lung", lung(1), "Lung_L");
    add("right lung", "lung", lung(-1), "Lung_R");
    add("heart", "heart", intersectionOf(heart, cavity), "Heart");
  }

  // Belly: fat with liver, spleen, kidneys and loops of bowel.
  const bellyTop = zOf("T11") - 6;
  const belly = tube(body.cavity(13, 30), -far, bellyTop);
  if (belly && visible(belly)) {
    add("abdominal fat", "fat", belly);
    const liver = intersectionOf(ellipsoid(near("T12", [-66, -58, -6]), [88, 66, 78]), belly);
    add("liver", "liver", liver, "Liver");
    add("spleen", "liver", ellipsoid(near("T12", [112, -8, 0]), [26, 38, 48]));
    add("stomach", "bowel", ellipsoid(near("T12", [58, -84, -14]), [44, 32, 40]), "Bowel");
    const loops: readonly (readonly [string, number, number, number, number, number, number])[] = [
      ["L1", -38, -62, 2, 20, 15, 16],
      ["L2", 28, -66, 0, 34, 20, 17],
      ["L2", -42, -70, -10, 32, 18, 18],
      ["L2", 96, -44, -8, 17, 18, 52],
      ["L3", -100, -46, -12, 20, 21, 58],
      ["L3", 44, -62, -6, 30, 20, 17],
      ["L3", -34, -64, -8, 36, 20, 17],
      ["L3", 4, -84, 8, 60, 15, 15],
      ["L4", 34, -58, -10, 34, 20, 18],
      ["L4", -42, -60, -14, 34, 21, 18],
      ["L5", 0, -68, -10, 36, 20, 17],
      ["L5", 56, -50, -14, 24, 22, 24],
      ["L5", -60, -52, -16, 26, 22, 24],
      ["S1", 8, -62, -14, 40, 22, 18],
      ["S1", -52, -50, -30, 28, 22, 18],
    ];
    for (const [level, x, y, z, a, b, c] of loops) {
      add("bowel", "bowel", ellipsoid(near(level, [x, y, z]), [a, b, c]), "Bowel");
    }
    for (const [side, x, level, z] of [
      ["L", 58, "L1", -10],
      ["R", -58, "L2", 6],
    ] as const) {
      const c = near(level, [x, 0, z]);
      add(`kidney ${side}`, "kidney", ellipsoid(c, [27, 25, 54]), `Kidney_${side}`);
      add("renal sinus", "fat", ellipsoid([c[0] - Math.sign(x) * 15, c[1] - 4, c[2]], [13, 10, 24]));
    }
    const psoas = (sign: 1 | -1): Course => ({
      T12: [sign * 26, 8, 3, 5],
      L1: [sign * 29, 7, 8, 10],
      L3: [sign * 38, 3, 16, 19],
      L5: [sign * 46, -8, 20, 22],
      S1: [sign * 58, -24, 19, 22],
    });
    add("left psoas", "muscle", along(psoas(1), -far, zOf("T12")));
    add("right psoas", "muscle", along(psoas(-1), -far, zOf("T12")));
  }

  // Fat between the muscles of the back, so that they show.
  for (const sign of [1, -1] as const) {
    const back: Course = {
      C3: [sign * 22, 44, 15, 10],
      C7: [sign * 24, 42, 16, 12],
      T4: [sign * 24, 46, 17, 11],
      T9: [sign * 26, 47, 19, 13],
      L1: [sign * 32, 54, 25, 18],
      L4: [sign * 36, 55, 29, 19],
      S1: [sign * 34, 56, 26, 15],
    };
    add("intermuscular fat", "fat", along(back, -far, zOf("C2"), 1.6));
    add("erector spinae", "muscle", along(back, -far, zOf("C2")));
  }

  ribParts(spine, body, lowMm, highMm).forEach(({ name, solid, tissue }) => {
    add(name, tissue, solid);
  });

  // Vessels.
  const aorta: Course = {
    T4: [20, -24, 13, 13],
    T7: [20, -19, 12, 12],
    T10: [14, -25, 11.5, 11.5],
    T12: [6, -30, 11, 11],
    L2: [7, -31, 9.5, 9.5],
    L4: [4, -31, 9, 9],
  };
  add("aorta", "blood", along(aorta, zOf("L4") - 8, zOf("T4")), "Aorta");
  add("aortic arch", "blood", rod(near("T4", [20, -24, 0]), near("T4", [-12, -66, 6]), 13), "Aorta");
  add("ascending aorta", "blood", rod(near("T4", [-12, -66, 4]), near("T7", [0, -76, 20]), 15));
  for (const sign of [1, -1] as const) {
    add(
      "iliac vessel",
      "blood",
      rod(near("L4", [3 + sign * 5, -31, -8]), near("S1", [sign * 44, -34, -10]), 6.5),
    );
    add(
      "carotid",
      "blood",
      along({ C2: [sign * 28, -8, 3.5, 3.5], C7: [sign * 24, -18, 4, 4] }, zOf("T1"), zOf("C1")),
    );
    add(
      "jugular",
      "blood",
      along({ C2: [sign * 36, -4, 6, 5], C7: [sign * 34, -20, 6, 5] }, zOf("T1"), zOf("C1")),
    );
  }
  add(
    "vena cava",
    "blood",
    along(
      { T9: [-26, -52, 12, 11], T12: [-22, -36, 12, 9], L4: [-18, -29, 11, 9] },
      zOf("L4") - 8,
      zOf("T9"),
    ),
  );

  // Airway and gullet.
  const trachea: Course = {
    C2: [0, -26, 10, 8],
    C4: [0, -26, 9, 9],
    C6: [0, -30, 8.5, 8.5],
    T1: [0, -32, 8.5, 8.5],
    T4: [-2, -36, 9, 8],
  };
  add("tracheal wall", "cartilage", along(trachea, zOf("T5"), zOf("C1") + 6, 2), "Trachea");
  for (const [x, name] of [
    [-48, "right"],
    [52, "left"],
  ] as const) {
    const [from, to] = [near("T5", [-2, -37, 4]), near("T6", [x, -44, -14])];
    add(`${name} bronchus wall`, "cartilage", rod(from, to, 8));
    add(`${name} bronchus`, "airway", rod(from, to, 6.5));
  }
  add("trachea", "airway", along(trachea, zOf("T5"), zOf("C1") + 6));
  add(
    "thyroid",
    "heart",
    along({ C6: [17, -30, 9, 11], T1: [17, -33, 8, 10] }, zOf("C7") - 8, zOf("C5") - 8),
  );
  add(
    "thyroid",
    "heart",
    along({ C6: [-17, -30, 9, 11], T1: [-17, -33, 8, 10] }, zOf("C7") - 8, zOf("C5") - 8),
  );
  const oesophagus: Course = {
    C6: [2, -17, 9, 4],
    T2: [4, -20, 9, 5],
    T5: [2, -22, 9, 6],
    T8: [2, -27, 9, 6.5],
    T10: [10, -40, 9, 7],
    T11: [18, -48, 9, 7],
  };
  add("oesophagus", "oesophagus", along(oesophagus, zOf("T11"), zOf("C6")), "Esophagus");
  return { parts, organs };
}
