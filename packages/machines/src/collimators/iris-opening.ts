import { InvalidInputError } from "@isodose/core";
import type { CollimatorOpening } from "./opening.ts";

const SIDES = 12;

/**
 * Opening of an iris collimator: two banks of six leaves, each a regular hexagon, one turned by 30° against the other; what both leave
 * open is a regular polygon of twelve sides.
 *
 *   area = 12 r² tan 15°,  r = diameter / 2: 2.3 % more than the circle
 *
 * Both banks are taken to lie at one height. Unverified default: that the stated diameter is the distance between opposite sides.
 *
 * @param diameterMm - between opposite sides, at SAD
 * @throws InvalidInputError if it is not a length > 0
 * @source two banks of six segments: from memory, unverified; a variable collimator beside twelve fixed ones: Thiele et al., J. Appl.
 * Clin. Med. Phys. (2023) e14137
 */
export function irisOpening(diameterMm: number): CollimatorOpening {
  if (!(diameterMm > 0 && Number.isFinite(diameterMm)))
    throw new InvalidInputError("diameterMm", diameterMm, "a length > 0 mm");
  const radius = diameterMm / 2 / Math.cos(Math.PI / SIDES);
  const corners = Array.from({ length: SIDES }, (_, i) => {
    const angle = (2 * Math.PI * (i + 0.5)) / SIDES;
    return [radius * Math.cos(angle), radius * Math.sin(angle)] as const;
  });
  return { polygonsMm: [corners] };
}
