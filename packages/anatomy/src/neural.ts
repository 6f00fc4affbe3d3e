import type { Solid } from "@isodose/geometry";
import { rod } from "./bar.ts";
import { curvedTube, type ExactSolid, grownSection, type Profile, type TubeSection } from "./curved-tube.ts";
import type { SpineLine } from "./spine-line.ts";
import { canalCentreMm } from "./vertebra-dimensions.ts";

/** What lies in the canal. Profiles hold for all z; the solids are cut where they are asked for. */
export interface NeuralSections {
  readonly canal: TubeSection;
  readonly sac: TubeSection;
  readonly cord: TubeSection;
  /** z of the conus' tip, below the L1–L2 disc. */
  readonly conusTipMm: number;
  /** z of the sac's lower end, at S2. */
  readonly sacEndMm: number;
}

/** How a mass at one place moves and flattens the cord. */
export interface CordPush {
  readonly zMm: number;
  /** Half length of the deformed stretch. */
  readonly reachMm: number;
  /** Shift of the cord's middle. */
  readonly xMm: number;
  readonly yMm: number;
  /** Factor on the depth of the cord; its width grows by the inverse square root. */
  readonly flatten: number;
  /** Factor on both (for a mass within the cord). */
  readonly widen: number;
}

/** Length over which the cord tapers to the conus' tip, and its radius there, mm. Unverified defaults. */
const CONUS_MM = 24;
const TIP_MM = 0.75;
const zero: Profile = () => 0;

/** Smooth bump: 1 at 0, 0 beyond ±1. */
const bump = (t: number) => (Math.abs(t) < 1 ? (1 - t * t) ** 2 : 0);

/**
 * Sections of canal, sac and cord along the spine. The sac fills the canal but for the epidural fat: 2 mm at the sides and
 * back, 1.5 mm in front, more in the lumbar spine (unverified defaults).
 */
export function neuralSections(spine: SpineLine, pushes: readonly CordPush[] = []): NeuralSections {
  const canalA = spine.dimension((d) => d.canalWidthMm / 2);
  const canalB = spine.dimension((d) => d.canalDepthMm / 2);
  const cordA = spine.dimension((d) => d.cordWidthMm / 2);
  const cordB = spine.dimension((d) => d.cordDepthMm / 2);
  const side = spine.byLevel({ C1: 3, C3: 2.5, T1: 2.5, T6: 1.7, T12: 2.5, L1: 2.7, L3: 3, L5: 5, S1: 7 });
  const front = spine.byLevel({ C1: 1.8, C7: 1.5, T12: 1.5, L5: 2.5, S1: 3.5 });
  const l2 = spine.at("L2");
  const conusTipMm = l2.centreMm[2] + 0.25 * l2.d.bodyHeightMm;
  const taper = (z: number) => Math.min(1, Math.max(0, (z - conusTipMm) / CONUS_MM));
  // A rounded taper: blunt like a conus, not a needle.
  const shape = (z: number, full: number) =>
    TIP_MM + (full - TIP_MM) * Math.sqrt(1 - (1 - taper(z)) ** 2 * 0.999) ** 1.4;
  const width = (z: number) =>
    pushes.reduce(
      (w, p) => w * (1 + (p.widen / Math.sqrt(p.flatten) - 1) * bump((z - p.zMm) / p.reachMm)),
      1,
    );
  const depth = (z: number) =>
    pushes.reduce((w, p) => w * (1 + (p.widen * p.flatten - 1) * bump((z - p.zMm) / p.reachMm)), 1);
  const shift = (axis: "xMm" | "yMm") => (z: number) =>
    pushes.reduce((sum, p) => sum + p[axis] * bump((z - p.zMm) / p.reachMm), 0);
  const [shiftX, shiftY] = [shift("xMm"), shift("yMm")];
  return {
    canal: { x: zero, y: spine.canalY, a: canalA, b: canalB },
    sac: {
      x: zero,
      y: (z) => spine.canalY(z) + (front(z) - 2) / 2,
      a: (z) => canalA(z) - side(z),
      b: (z) => canalB(z) - (front(z) + 2) / 2,
    },
    cord: {
      x: shiftX,
      y: (z) => spine.canalY(z) - 0.3 + shiftY(z),
      a: (z) => shape(z, cordA(z)) * width(z),
      b: (z) => shape(z, cordB(z)) * depth(z),
    },
    conusTipMm,
    sacEndMm: spine.at("S1").centreMm[2] - 26,
  };
}

/** The cord between two planes, with a margin across and beyond the conus' tip; undefined where there is none. */
export function spinalCord(
  n: NeuralSections,
  lowMm: number,
  highMm: number,
  marginMm = 0,
): ExactSolid | undefined {
  const start = Math.max(lowMm, n.conusTipMm - marginMm);
  return start < highMm ? curvedTube(grownSection(n.cord, marginMm), start, highMm) : undefined;
}

/** The thecal sac between two planes. */
export function thecalSac(n: NeuralSections, lowMm: number, highMm: number): ExactSolid | undefined {
  const start = Math.max(lowMm, n.sacEndMm);
  return start < highMm ? curvedTube(n.sac, start, highMm) : undefined;
}

/** Roots of the cauda equina: strands in the back of the sac, from the conus to the sac's end. */
export function caudaStrands(n: NeuralSections, lowMm: number): Solid[] {
  const low = Math.max(lowMm, n.sacEndMm + 2);
  const high = n.conusTipMm + CONUS_MM * 0.7;
  if (!(low < high - 1)) return [];
  return Array.from({ length: 10 }, (_, k) => {
    const side = (k % 2 === 0 ? 1 : -1) * (0.15 + 0.15 * Math.floor(k / 2));
    const back = 0.62 - 0.6 * Math.abs(side) * Math.abs(side) - (k % 4 < 2 ? 0 : 0.18);
    // Near the conus the strands lie around it.
    const spread = (z: number) => 1 + 0.2 * Math.min(1, Math.max(0, (z - n.conusTipMm) / 10));
    return curvedTube(
      {
        x: (z) => n.sac.a(z) * side * spread(z),
        y: (z) => n.sac.y(z) + n.sac.b(z) * Math.min(0.78, back * spread(z)),
        a: () => 0.9,
        b: () => 0.9,
      },
      low,
      high,
    ).solid;
  });
}

/** A pair of nerve roots and their ganglia, out through the foramina below a vertebra's pedicles. */
export interface NerveRoots {
  readonly left: readonly Solid[];
  readonly right: readonly Solid[];
  /** Fat around them in the foramen, painted before the bone. */
  readonly foraminalFat: readonly Solid[];
}

/** Roots that leave below the pedicles of a level. */
export function nerveRoots(spine: SpineLine, level: string): NerveRoots {
  const v = spine.at(level);
  const { d } = v;
  const yc = canalCentreMm(d);
  const z = -d.bodyHeightMm / 2 + (d.region === "lumbar" ? 1 : 0);
  const inner = d.canalWidthMm / 2 - 3.5;
  const outer = d.canalWidthMm / 2 + d.pedicleWidthMm + 4;
  const drop = d.region === "lumbar" ? 9 : d.region === "thoracic" ? 4 : 3;
  const forward = d.region === "cervical" || d.region === "atlas" ? -5 : 0;
  const radius = d.region === "lumbar" || d.region === "sacral" ? 1.8 : 1.4;
  const one = (sign: 1 | -1) => {
    const start = v.toPatient([sign * inner, yc, z + drop * 0.6]);
    const ganglion = v.toPatient([sign * (d.canalWidthMm / 2 + d.pedicleWidthMm / 2), yc + forward / 2, z]);
    const end = v.toPatient([sign * (outer + 8), yc + forward, z - drop]);
    return {
      solids: [
        rod(start, ganglion, radius),
        rod(ganglion, end, radius),
        rod(ganglion, ganglion, radius * 1.7),
      ],
      fat: rod(
        v.toPatient([sign * (d.canalWidthMm / 2 - 1), yc, z + 1]),
        v.toPatient([sign * outer, yc + forward, z + 1]),
        Math.max(3.5, radius * 2.4),
      ),
    };
  };
  const [left, right] = [one(1), one(-1)];
  return { left: left.solids, right: right.solids, foraminalFat: [left.fat, right.fat] };
}
