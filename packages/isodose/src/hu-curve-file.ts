import { InvalidInputError } from "@isodose/core";
import { assertHuCurve, type HuCurve } from "@isodose/physics";
import * as z from "zod";

const huCurveSchema = z.strictObject({
  format: z.literal("isodose-hu-curve/1"),
  name: z.string(),
  source: z.string(),
  points: z.array(
    z.strictObject({ hu: z.number(), massDensityGPerCm3: z.number(), relativeElectronDensity: z.number() }),
  ),
});

/**
 * Check a HU curve file: `{ format: "isodose-hu-curve/1", name, source, points: [{ hu, massDensityGPerCm3,
 * relativeElectronDensity }, …] }`, linear between points.
 * @throws InvalidInputError naming the key that is wrong
 */
export function parseHuCurve(json: unknown): HuCurve {
  const result = huCurveSchema.safeParse(json);
  if (!result.success) {
    const issue = result.error.issues[0]!;
    throw new InvalidInputError(issue.path.join(".") || "huCurve", undefined, issue.message);
  }
  const { name, source, points } = result.data;
  const curve: HuCurve = { name, source, points };
  assertHuCurve(curve);
  return curve;
}
