import type { Solid } from "@isodose/geometry";
import { bar, rod } from "./bar.ts";
import type { BodyOutline } from "./body-outline.ts";
import type { PhantomPart } from "./phantom-part.ts";
import type { PlacedVertebra, SpineLine } from "./spine-line.ts";
import { canalCentreMm } from "./vertebra-dimensions.ts";

/** Half thickness and half height of a rib, its cortex, how far it falls from back to front, mm. Unverified defaults. */
const RIB = { halfThickMm: 3.2, halfHighMm: 6.5, cortexMm: 1.3, fallMm: 62 };

/** The twelve pairs of ribs, as far as they lie between two z. */
export function ribParts(spine: SpineLine, body: BodyOutline, lowMm: number, highMm: number): PhantomPart[] {
  const parts: PhantomPart[] = [];
  for (const v of spine.vertebrae) {
    if (v.d.region !== "thoracic") continue;
    const [, , z] = v.centreMm;
    if (z - RIB.fallMm - 20 > highMm || z + 20 < lowMm) continue;
    for (const sign of [1, -1] as const) {
      const neck = ribNeck(v, sign);
      const arc = ribArc(v, body, sign);
      for (const [tissue, growMm] of [
        ["corticalBone", 0],
        ["cancellousBone", -RIB.cortexMm],
      ] as const) {
        parts.push({ name: `${v.d.level} rib neck`, tissue, solid: neck(growMm) });
        if (arc) parts.push({ name: `${v.d.level} rib`, tissue, solid: arc(growMm) });
      }
    }
  }
  // Nothing of the inside is lost under a later shell.
  return [
    ...parts.filter((p) => p.tissue === "corticalBone"),
    ...parts.filter((p) => p.tissue !== "corticalBone"),
  ];
}

/** Head and neck: from the upper back corner of the body to the transverse process, and on to the angle. */
function ribNeck(v: PlacedVertebra, sign: 1 | -1): (growMm: number) => Solid {
  const { d } = v;
  const yc = canalCentreMm(d);
  const head = v.toPatient([sign * (d.bodyWidthMm / 2 + 1), d.bodyDepthMm / 2 - 6, d.bodyHeightMm / 2 - 3]);
  const tubercle = v.toPatient([sign * (d.transverseSpanMm / 2 - 1), yc + 9, d.bodyHeightMm / 2 - 5]);
  return (growMm) => rod(head, tubercle, 4.2, growMm);
}

/**
 * The shaft: a band along the chest wall that falls from back to front.
 *
 * With φ the angle from the back around the wall's ellipse, the middle of the band is at z₀ − fall · φ/π.
 */
function ribArc(v: PlacedVertebra, body: BodyOutline, sign: 1 | -1): ((growMm: number) => Solid) | undefined {
  const { d } = v;
  const number = Number(d.level.slice(1));
  const z0 = v.centreMm[2] + d.bodyHeightMm / 2 - 5;
  const cavity = body.cavity(14, 46);
  const ring = z0 - RIB.fallMm / 3;
  const grow = number === 1 ? 0.45 : number === 2 ? 0.62 : number === 3 ? 0.8 : 1;
  const a = (cavity.a(ring) + 5) * grow;
  const b = (cavity.b(ring) + 5) * Math.max(0.6, grow);
  const cy = cavity.y(ring) + (cavity.b(ring) + 5 - b);
  const tubercle = v.toPatient([sign * (d.transverseSpanMm / 2 - 1), canalCentreMm(d) + 9, 0]);
  if (!(a > Math.abs(tubercle[0]) + 6)) return undefined;
  const start = Math.asin(Math.min(1, Math.max(0, Math.abs(tubercle[0]) / a))) * 0.92;
  const end = number >= 11 ? start + (number === 12 ? 0.6 : 1) : 2.6;
  const fall = RIB.fallMm / Math.PI;
  const least = Math.min(a, b);
  // The fall tilts the band by fall/least at most.
  const scale = 1 / Math.sqrt(1 + (fall / least) ** 2);
  return (growMm) => {
    const [t, h] = [RIB.halfThickMm + growMm, RIB.halfHighMm + growMm];
    return {
      boundsMm: {
        min: [sign > 0 ? 0 : -a - t, cy - b - t, z0 - end * fall - h - 2],
        max: [sign > 0 ? a + t : 0, cy + b + t, z0 + h + 2],
      },
      implicit: (x, y, z) => {
        const [px, py] = [(sign * x) / a, (y - cy) / b];
        const rho = Math.sqrt(px * px + py * py);
        // Angle from the back; never far from the wall where it matters.
        const phi = Math.atan2(px, py);
        const across = Math.abs(rho - 1) * least;
        const up = Math.abs(z - z0 + phi * fall);
        const [u, w] = [Math.max(0, across - t + 2), Math.max(0, up - h + 2)];
        const section = Math.sqrt(u * u + w * w) - 2;
        // Beyond the ends the band is cut; an angle is worth at least its arc on the small semi-axis.
        const cut = Math.max(start - phi, phi - end) * least * Math.min(1, rho);
        return Math.max(section * Math.min(scale, 1), Math.min(cut * 0.6, 4), across - t - 30);
      },
    };
  };
}

/** The wings of the pelvis beside the sacrum, two plates, and the sacrum below S1. Unverified default. */
export function pelvicBones(spine: SpineLine, growMm: number): Solid[] {
  const v = spine.at("S1");
  const h = v.d.bodyHeightMm / 2;
  const wings = ([1, -1] as const).map((sign) =>
    bar(
      {
        from: v.toPatient([sign * 56, 42, -22]),
        to: v.toPatient([sign * 122, -34, 14]),
        halfMm: [7, 52],
        roundMm: 6,
      },
      growMm,
    ),
  );
  const lower = bar(
    { from: v.toPatient([0, 3, -h - 2]), to: v.toPatient([0, 12, -h - 60]), halfMm: [26, 10], roundMm: 8 },
    growMm,
  );
  return [...wings, lower];
}
