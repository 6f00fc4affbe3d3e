import type { Vec3 } from "@isodose/core";
import { type Solid, unionOf } from "@isodose/geometry";
import { rod } from "./bar.ts";
import type { PlacedVertebra, SpineLine } from "./spine-line.ts";
import { pedicleZMm } from "./vertebra.ts";
import { canalCentreMm } from "./vertebra-dimensions.ts";

/** Pedicle screws in both pedicles of each level, their heads joined by a rod on each side; titanium. */
export interface SpineHardware {
  readonly levels: readonly string[];
  /** Default: 80 % of the pedicle's width, at most 6.5. */
  readonly screwDiameterMm?: number;
  /** Default 5.5. */
  readonly rodDiameterMm?: number;
}

/** Screws, heads and rods as one solid. @param levels - from cranial to caudal */
export function hardwareSolid(spine: SpineLine, hardware: SpineHardware, levels: readonly string[]): Solid {
  const pieces: Solid[] = [];
  const rodRadius = (hardware.rodDiameterMm ?? 5.5) / 2;
  for (const sign of [1, -1] as const) {
    let previous: Vec3 | undefined;
    for (const level of levels) {
      const v = spine.at(level);
      const { tip, head, radius } = screw(v, sign, hardware.screwDiameterMm);
      pieces.push(rod(tip, head, radius));
      pieces.push(rod(head, head, Math.max(1.6 * radius, rodRadius + 1.5)));
      if (previous) pieces.push(rod(previous, head, rodRadius));
      previous = head;
    }
  }
  return unionOf(...pieces);
}

/** A screw along the pedicle, from 80 % of the body's depth to behind the arch. */
function screw(v: PlacedVertebra, sign: 1 | -1, diameterMm?: number) {
  const { d } = v;
  const diameter = diameterMm ?? Math.min(6.5, 0.8 * d.pedicleWidthMm);
  const radius = diameter / 2;
  const back = canalCentreMm(d);
  const x = d.canalWidthMm / 2 + d.pedicleWidthMm / 2;
  const slope = Math.min(
    Math.tan((d.pedicleAngleDeg * Math.PI) / 180),
    // The tips of both sides stay apart.
    (x - radius - 2) / (back + 0.3 * d.bodyDepthMm),
  );
  const z = pedicleZMm(d);
  const at = (y: number): Vec3 => v.toPatient([sign * (x - (back - y) * slope), y, z]);
  return {
    radius,
    tip: at(-0.3 * d.bodyDepthMm + radius),
    head: at(back + d.canalDepthMm / 2 + d.laminaThicknessMm + 6),
  };
}
