import type { Vec3 } from "@isodose/core";
import {
  box,
  differenceOf,
  ellipsoid,
  ellipticCylinder,
  intersectionOf,
  type Solid,
} from "@isodose/geometry";
import { type BarShape, bar } from "./bar.ts";
import type { PlacedVertebra } from "./spine-line.ts";
import { canalCentreMm, canalFrontMm, type VertebraDimensions } from "./vertebra-dimensions.ts";

/**
 * Sector of a vertebra after Cox: 1 body, 2 left pedicle, 3 left transverse process and lamina, 4 spinous process, 5 right
 * transverse process and lamina, 6 right pedicle.
 *
 * @source Cox et al., Int J Radiat Oncol Biol Phys 83 (2012) e597, doi:10.1016/j.ijrobp.2012.03.009 (numbering of the
 * sectors from memory, unverified)
 */
export type CoxSector = 1 | 2 | 3 | 4 | 5 | 6;

/** A piece of a vertebra that can be made with a margin. */
export interface BonePiece {
  readonly name: string;
  readonly sector: CoxSector;
  /** In LPS. @param growMm - margin on its faces; negative for what lies under a shell */
  readonly make: (growMm: number) => Solid;
}

/** The canal as a tube along the whole spine, its semi-axes longer by `growMm`. */
export type CanalWithMargin = (growMm: number) => Solid;

/** How much narrower the vertebral body is halfway between its endplates. */
const WAIST = 0.06;
/** Bone between the body's back and the canal is cut away to this clearance, mm. */
const CANAL_CLEARANCE_MM = 0.5;
/** Large against any part, small enough to keep digits: half-spaces are boxes of this size, mm. */
const FAR_MM = 300;

/**
 * The vertebral body in local coordinates: an elliptic cylinder with a waist, flattened towards the canal.
 *
 *   (x/a)² + (y/b)² ≤ s(z)²,  s = 1 − 0.06 (1 − (z/h)²)
 */
function waistedBody(d: VertebraDimensions, growMm: number): Solid {
  const a = d.bodyWidthMm / 2 + growMm;
  const b = d.bodyDepthMm / 2 + growMm;
  const h = d.bodyHeightMm / 2 + growMm;
  const least = Math.min(a, b);
  // The waist tilts the side by ds/dz · least: scaled so that no distance is overstated.
  const scale = least / Math.hypot(1, (2 * WAIST * least) / h);
  const waisted: Solid = {
    boundsMm: { min: [-a, -b, -h], max: [a, b, h] },
    implicit: (x, y, z) => {
      const t = Math.min(1, Math.abs(z) / h);
      const s = 1 - WAIST * (1 - t * t);
      return Math.max((Math.sqrt((x / a) ** 2 + (y / b) ** 2) - s) * scale, Math.abs(z) - h);
    },
  };
  const wall = box([-FAR_MM, -FAR_MM, -FAR_MM], [FAR_MM, canalFrontMm(d) + 2 + growMm, FAR_MM]);
  return intersectionOf(waisted, wall);
}

/** The vertebral body, hollowed by the canal, in LPS. */
export function vertebralBody(v: PlacedVertebra, canal: CanalWithMargin, growMm = 0): Solid {
  return differenceOf(v.place(waistedBody(v.d, growMm)), canal(CANAL_CLEARANCE_MM - growMm));
}

const SIDES = [
  { name: "left", sign: 1, pedicle: 2, lamina: 3 },
  { name: "right", sign: -1, pedicle: 6, lamina: 5 },
] as const;

/**
 * The bone of one vertebra, piece by piece; pieces overlap where they join.
 * @param laminectomy - leave out laminae and spinous process
 */
export function vertebraPieces(v: PlacedVertebra, canal: CanalWithMargin, laminectomy = false): BonePiece[] {
  const { d } = v;
  const pieces: BonePiece[] = [];
  const add = (name: string, sector: CoxSector, shapes: readonly BarShape[]) => {
    for (const shape of shapes) {
      pieces.push({
        name: `${d.level} ${name}`,
        sector,
        make: (growMm) => differenceOf(v.place(bar(shape, growMm)), canal(-growMm)),
      });
    }
  };
  if (d.region === "atlas") addAtlas(v, canal, pieces, laminectomy);
  else {
    pieces.push({
      name: `${d.level} body`,
      sector: 1,
      make: (growMm) => vertebralBody(v, canal, growMm),
    });
  }
  if (d.level === "C2")
    add("dens", 1, [
      { from: [0, -1, d.bodyHeightMm / 2 - 3], to: [0, -1.5, d.bodyHeightMm / 2 + 13], halfMm: [5, 5] },
    ]);
  for (const side of SIDES) {
    const mirror = ({ from, to, ...rest }: BarShape): BarShape => ({
      ...rest,
      from: [side.sign * from[0], from[1], from[2]],
      to: [side.sign * to[0], to[1], to[2]],
    });
    if (d.region !== "atlas") {
      add(`${side.name} pedicle`, side.pedicle, [mirror(pedicleShape(d))]);
      if (!laminectomy) pieces.push(lamina(v, canal, side.sign, side.name, side.lamina));
    }
    add(`${side.name} articular process`, side.lamina, articularShapes(d).map(mirror));
    add(`${side.name} transverse process`, side.lamina, [mirror(transverseShape(d))]);
  }
  if (!laminectomy) add("spinous process", 4, spinousShapes(d));
  return pieces;
}

/** Height of the pedicles above the middle of the body, local z, mm. */
export function pedicleZMm(d: VertebraDimensions): number {
  return Math.max(0, d.bodyHeightMm / 2 - d.pedicleHeightMm / 2 - 0.5);
}

function pedicleShape(d: VertebraDimensions): BarShape {
  const back = canalCentreMm(d) + 2;
  const front = d.bodyDepthMm / 2 - 0.25 * d.bodyDepthMm;
  const x = d.canalWidthMm / 2 + d.pedicleWidthMm / 2;
  const z = pedicleZMm(d);
  const inwards = Math.min(0.6 * x, (back - front) * Math.tan((d.pedicleAngleDeg * Math.PI) / 180));
  return {
    from: [x - inwards, front, z],
    to: [x, back, z],
    halfMm: [d.pedicleWidthMm / 2, d.pedicleHeightMm / 2],
  };
}

/** Superior and inferior articular process (cervical: one pillar). */
function articularShapes(d: VertebraDimensions): BarShape[] {
  const yc = canalCentreMm(d);
  const x = d.canalWidthMm / 2 + 0.4 * d.pedicleWidthMm;
  const h = d.bodyHeightMm / 2;
  switch (d.region) {
    case "atlas":
      return [{ from: [x + 2, -1, -4], to: [x + 3, -1, 5], halfMm: [7, 9], roundMm: 5 }];
    case "cervical":
      return [{ from: [x + 3, yc + 3.5, -h - 1], to: [x + 3, yc + 0.5, h + 1], halfMm: [6, 5], roundMm: 4 }];
    case "thoracic":
      return [
        { from: [x, yc + 4, 0], to: [x - 1, yc + 5, h + d.discHeightMm + 2], halfMm: [4.5, 2.5] },
        { from: [x - 2, yc + 8, 2], to: [x - 2, yc + 8, -h - 3], halfMm: [5, 2.5] },
      ];
    default:
      return [
        {
          from: [x + 1, yc + 3, 0],
          to: [x + 3, yc + 8, h + d.discHeightMm - 2],
          halfMm: [4, 7],
          roundMm: 3.5,
        },
        {
          from: [x - 4, yc + 10, 0],
          to: [x - 4.5, yc + 10, -h - d.discHeightMm + 1],
          halfMm: [4, 6],
          roundMm: 3.5,
        },
      ];
  }
}

function transverseShape(d: VertebraDimensions): BarShape {
  const yc = canalCentreMm(d);
  const x = d.canalWidthMm / 2 + d.pedicleWidthMm / 2;
  const tip = d.transverseSpanMm / 2;
  const z = pedicleZMm(d);
  switch (d.region) {
    case "atlas":
      return { from: [x, 0, 0], to: [tip - 4, 2, 0], halfMm: [4, 5] };
    case "cervical":
      return { from: [x - 1, yc - 2, 0], to: [tip - 4, d.bodyDepthMm / 2 - 4, -2], halfMm: [3.5, 3.5] };
    case "thoracic":
      return { from: [x, yc + 4, z], to: [tip - 5, yc + 16, z + 2], halfMm: [5, 5] };
    case "lumbar":
      return { from: [x, yc - 1, z - 2], to: [tip - 3, yc + 1, z], halfMm: [3, 5.5] };
    default:
      return { from: [x, 2, 2], to: [tip - 4, 16, -8], halfMm: [12, 20], roundMm: 9 };
  }
}

function spinousShapes(d: VertebraDimensions): BarShape[] {
  const root = canalCentreMm(d) + d.canalDepthMm / 2 + d.laminaThicknessMm / 2;
  const z = -d.bodyHeightMm / 6;
  const tip: Vec3 = [0, root + d.spinousLengthMm - 4, z - d.spinousDropMm];
  switch (d.region) {
    case "atlas":
      return [{ from: [0, root - 1, 0], to: tip, halfMm: [4, 4] }];
    case "cervical": {
      const main: BarShape = { from: [0, root - 1, z], to: tip, halfMm: [3, 4.5] };
      // Bifid tips from C2 to C6.
      if (d.level === "C7") return [main];
      const fork = (sign: number): BarShape => ({
        from: tip,
        to: [4.5 * sign, tip[1] + 3, tip[2] - 1],
        halfMm: [2.5, 2.5],
      });
      return [main, fork(1), fork(-1)];
    }
    case "thoracic":
      return [{ from: [0, root - 1, z], to: tip, halfMm: [3.2, 5.5] }];
    case "lumbar":
      return [{ from: [0, root - 1, z], to: tip, halfMm: [3.5, 10], roundMm: 3.2 }];
    default:
      return [{ from: [0, root - 1, z], to: tip, halfMm: [3, 9] }];
  }
}

/** Half of the arch: a shell behind the canal, from the pedicle to the midline. */
function lamina(
  v: PlacedVertebra,
  canal: CanalWithMargin,
  sign: 1 | -1,
  name: string,
  sector: CoxSector,
): BonePiece {
  const { d } = v;
  const yc = canalCentreMm(d);
  const outer = d.canalWidthMm / 2 + d.laminaThicknessMm + 2;
  const high = d.bodyHeightMm * (d.region === "cervical" ? 0.4 : 0.25);
  const low = -d.bodyHeightMm * 0.55;
  return {
    name: `${d.level} ${name} lamina`,
    sector,
    make: (growMm) => {
      const inner = 0.5 + growMm;
      const half = box(
        [sign > 0 ? -inner : -outer - growMm, yc - 1 - growMm, low - growMm],
        [
          sign > 0 ? outer + growMm : inner,
          yc + d.canalDepthMm / 2 + d.laminaThicknessMm + 4 + growMm,
          high + growMm,
        ],
      );
      return differenceOf(intersectionOf(v.place(half), canal(d.laminaThicknessMm + growMm)), canal(-growMm));
    },
  };
}

/** The atlas: a ring around the dens and the canal, cut into anterior arch (as sector 1), sides and posterior arch. */
function addAtlas(
  v: PlacedVertebra,
  canal: CanalWithMargin,
  pieces: BonePiece[],
  laminectomy: boolean,
): void {
  const { d } = v;
  const back = canalCentreMm(d) + d.canalDepthMm / 2;
  const front = -d.bodyDepthMm / 2 - 2;
  const y = (front + back) / 2;
  const depth = (back - front) / 2;
  const width = d.canalWidthMm / 2 + 2;
  const ring = (growMm: number, lowY: number, highY: number): Solid =>
    differenceOf(
      intersectionOf(
        v.place(
          differenceOf(
            ellipticCylinder([0, y, 0], "z", [width + 5 + growMm, depth + 5 + growMm, 5.5 + growMm]),
            ellipticCylinder([0, y, 0], "z", [width - growMm, depth - growMm, FAR_MM]),
          ),
        ),
        v.place(box([-FAR_MM, lowY - growMm, -FAR_MM], [FAR_MM, highY + growMm, FAR_MM])),
      ),
      canal(-growMm),
    );
  pieces.push({ name: `${d.level} anterior arch`, sector: 1, make: (g) => ring(g, -FAR_MM / 2, front + 6) });
  if (!laminectomy) {
    for (const { sign, name, lamina: sector } of SIDES) {
      const side = (g: number) =>
        v.place(box([sign > 0 ? -g : -FAR_MM, -FAR_MM, -FAR_MM], [sign > 0 ? FAR_MM : g, FAR_MM, FAR_MM]));
      pieces.push({
        name: `${d.level} ${name} posterior arch`,
        sector,
        make: (g) => intersectionOf(ring(g, 4, FAR_MM / 2), side(g)),
      });
    }
  }
}

/** The disc below a vertebra, long enough to reach into both endplates; bone is painted over it. */
export function discBelow(v: PlacedVertebra, below: PlacedVertebra, canal: CanalWithMargin): Solid {
  const { d } = v;
  const a = (d.bodyWidthMm + below.d.bodyWidthMm) / 4;
  const b = (d.bodyDepthMm + below.d.bodyDepthMm) / 4;
  const reach = 2 + b * Math.abs(Math.sin(((below.tiltDeg - v.tiltDeg) * Math.PI) / 360));
  const half = d.discHeightMm / 2;
  const disc = ellipticCylinder([0, 0, -d.bodyHeightMm / 2 - half], "z", [a, b, half + reach]);
  return differenceOf(v.place(disc), canal(CANAL_CLEARANCE_MM));
}

/** The nucleus of the disc below a vertebra. */
export function nucleusBelow(v: PlacedVertebra): Solid {
  const { d } = v;
  return v.place(
    ellipsoid(
      [0, 1, -(d.bodyHeightMm + d.discHeightMm) / 2],
      [d.bodyWidthMm * 0.3, d.bodyDepthMm * 0.28, d.discHeightMm * 0.45],
    ),
  );
}
