import { type Beam, InvalidInputError } from "@isodose/core";
import { beamAxesOf, inBeam } from "../beam-axes.ts";

/** How a beam is cut into beamlets. */
export interface BeamletOptions {
  /** Side of the squares at SAD, mm. */
  readonly beamletMm: number;
  /** Beamlets are made out to this distance from the target's shadow at SAD, mm. Default: `beamletMm`. */
  readonly marginMm?: number;
}

/**
 * Cut a beam into squares that cover a target seen from its source: a lattice along the axes of the beam-limiting device with a corner
 * on the beam's axis, of which those within the margin of a target point are kept, row by row.
 *
 * @param targetPointsMm - x0, y0, z0, x1, …, LPS, mm: points of the target, closer to each other than the beamlets are wide
 * @returns beams with rectangular apertures named `<beam>[column,row]`; they share the beam's source and axes
 * @throws InvalidInputError if a length is not usable or no point lies in front of the source
 */
export function beamletsOfBeam(beam: Beam, targetPointsMm: Float64Array, options: BeamletOptions): Beam[] {
  const { beamletMm, marginMm = beamletMm } = options;
  if (!(Number.isFinite(beamletMm) && beamletMm > 0))
    throw new InvalidInputError("beamletMm", beamletMm, "a length > 0 mm");
  if (!(Number.isFinite(marginMm) && marginMm >= 0))
    throw new InvalidInputError("marginMm", marginMm, "a length ≥ 0 mm");
  const axes = beamAxesOf(beam);
  const [sx, sy, sz] = beam.sourceMm;
  const kept = new Map<string, readonly [number, number]>();
  for (let p = 0; p < targetPointsMm.length; p += 3) {
    const [x, y, f] = inBeam(
      axes,
      targetPointsMm[p]! - sx,
      targetPointsMm[p + 1]! - sy,
      targetPointsMm[p + 2]! - sz,
    );
    if (f <= 0) continue;
    const u = (x * beam.sadMm) / f / beamletMm;
    const v = (y * beam.sadMm) / f / beamletMm;
    const reach = marginMm / beamletMm;
    for (let row = Math.floor(v - reach); row <= Math.floor(v + reach); row++) {
      for (let column = Math.floor(u - reach); column <= Math.floor(u + reach); column++) {
        const key = `${column},${row}`;
        if (kept.has(key)) continue;
        // From the point to the nearest point of the square.
        const du = Math.max(column - u, 0, u - column - 1);
        const dv = Math.max(row - v, 0, v - row - 1);
        if (Math.hypot(du, dv) > reach) continue;
        kept.set(key, [column, row]);
      }
    }
  }
  if (kept.size === 0)
    throw new InvalidInputError("targetPointsMm", targetPointsMm.length / 3, "points in front of the source");
  return [...kept.values()]
    .sort(([c1, r1], [c2, r2]) => r1 - r2 || c1 - c2)
    .map(([column, row]) => ({
      ...beam,
      name: `${beam.name}[${column},${row}]`,
      aperture: {
        kind: "rectangle" as const,
        widthMm: beamletMm,
        heightMm: beamletMm,
        centerMm: [(column + 0.5) * beamletMm, (row + 0.5) * beamletMm] as const,
      },
    }));
}
