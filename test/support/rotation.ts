import type { Direction } from "@isodose/core";

/** The rotation of a unit quaternion (w, x, y, z), row-major. */
export function rotationOf([w, x, y, z]: readonly [number, number, number, number]): Direction {
  return [
    1 - 2 * (y * y + z * z),
    2 * (x * y - w * z),
    2 * (x * z + w * y),
    2 * (x * y + w * z),
    1 - 2 * (x * x + z * z),
    2 * (y * z - w * x),
    2 * (x * z - w * y),
    2 * (y * z + w * x),
    1 - 2 * (x * x + y * y),
  ];
}
