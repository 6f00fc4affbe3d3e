import { assertHuCurve, type HuCurve } from "@isodose/physics";
import * as z from "zod";
import { schemaError } from "./schema-error.ts";

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
  if (!result.success) throw schemaError(json, huCurveSchema, result.error, "huCurve");
  const { name, source, points } = result.data;
  const curve: HuCurve = { name, source, points };
  assertHuCurve(curve);
  return curve;
}
