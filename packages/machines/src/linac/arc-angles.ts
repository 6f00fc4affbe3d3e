import { InvalidInputError } from "@isodose/core";

/** Sense of gantry rotation: clockwise is towards larger IEC angles. */
export type ArcDirection = "cw" | "ccw";

export interface ArcAngles {
  /** Gantry angles of the control points, degrees, 0 ≤ angle < 360, in order of delivery. */
  readonly gantryDeg: Float64Array;
  /** Length of the arc, degrees, > 0. */
  readonly lengthDeg: number;
  /** The arc leads through gantry 180°, where a C-arm gantry stops. */
  readonly passesGantry180: boolean;
}

/**
 * Gantry angles of an arc: the middles of n = ⌈length / step⌉ equal intervals.
 *
 *   length = (stop − start) mod 360 clockwise, (start − stop) mod 360 counter-clockwise; 360 where start and stop coincide
 *
 * 181 → 179 clockwise is 358 degrees through 0.
 *
 * @throws InvalidInputError if an angle is not within −360 … 360 or the step not > 0
 */
export function arcAngles(
  startDeg: number,
  stopDeg: number,
  direction: ArcDirection,
  stepDeg: number,
): ArcAngles {
  for (const [field, angle] of Object.entries({ startDeg, stopDeg })) {
    if (!(angle >= -360 && angle <= 360))
      throw new InvalidInputError(`arc.${field}`, angle, "degrees from -360 to 360");
  }
  if (!(Number.isFinite(stepDeg) && stepDeg > 0))
    throw new InvalidInputError("arc.stepDeg", stepDeg, "degrees > 0");
  const sense = direction === "cw" ? 1 : -1;
  const lengthDeg = modulo(sense * (stopDeg - startDeg), 360) || 360;
  const count = Math.max(1, Math.ceil(lengthDeg / stepDeg - 1e-9));
  const gantryDeg = new Float64Array(count);
  for (let i = 0; i < count; i++)
    gantryDeg[i] = modulo(startDeg + (sense * (i + 0.5) * lengthDeg) / count, 360);
  const toStop = modulo(sense * (180 - startDeg), 360);
  return { gantryDeg, lengthDeg, passesGantry180: toStop > 0 && toStop < lengthDeg };
}

function modulo(value: number, period: number): number {
  return ((value % period) + period) % period;
}
