import { BILSKY_GRADES, LESION_LOCATIONS } from "@isodose/anatomy";
import { PATIENT_POSITIONS } from "@isodose/core";
import * as z from "zod";
import { schemaError } from "./schema-error.ts";

const positive = z.number().positive();
const threeMm = z.tuple([positive, positive, positive]);

const lesionSchema = z
  .strictObject({
    level: z.string().describe("C1 to S1"),
    location: z.enum(LESION_LOCATIONS),
    side: z.enum(["left", "right", "midline"]).optional(),
    shape: z.enum(["ellipsoid", "lobulated", "dumbbell"]).optional(),
    diametersMm: threeMm.describe("across, front to back, along the spine, mm"),
    bilskyGrade: z.enum(BILSKY_GRADES).describe("epidural extension").optional(),
    coxSectors: z
      .array(z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4), z.literal(5), z.literal(6)]))
      .describe("sectors that count as involved for the CTV; default: those of the location")
      .optional(),
    appearance: z.enum(["lytic", "sclerotic"]).optional(),
    malignancy: z.enum(["malignant", "benign"]),
    grade: z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4)]).optional(),
    histology: z.string(),
    source: z.string(),
  })
  .describe("one lesion");

/** A spine phantom as a plan file or a phantom file describes it. */
export const spinePhantomSchema = z.strictObject({
  kind: z.literal("spine"),
  level: z.string().describe("vertebra of a preset lesion, C1 to S1; default L1").optional(),
  lesion: z.string().describe("a preset: `isodose phantom --lesion list`").optional(),
  lesions: z.array(lesionSchema).describe("lesions in full, in place of level and lesion").optional(),
  levels: z.tuple([z.string(), z.string()]).describe("field of view: first and last vertebra").optional(),
  hardware: z
    .strictObject({
      levels: z.array(z.string()).min(1),
      screwDiameterMm: positive.optional(),
      rodDiameterMm: positive.optional(),
    })
    .describe("pedicle screws and rods, titanium")
    .optional(),
  laminectomy: z.strictObject({ levels: z.array(z.string()).min(1) }).optional(),
  curvature: z
    .strictObject({
      cervicalLordosisDeg: z.number().optional(),
      thoracicKyphosisDeg: z.number().optional(),
      lumbarLordosisDeg: z.number().optional(),
    })
    .optional(),
  spacingMm: threeMm.describe("voxel size of the CT, mm").optional(),
  noiseHu: z.number().min(0).optional(),
  seed: z.int().min(0).optional(),
  position: z.enum(PATIENT_POSITIONS).optional(),
});

/** A spine phantom in words, as plan files (`patient.phantom`) and phantom files hold it. */
export type SpinePhantomSpec = z.output<typeof spinePhantomSchema>;

/**
 * Check a phantom's description.
 * @throws InvalidInputError naming the first key that is wrong
 */
export function parsePhantomSpec(json: unknown): SpinePhantomSpec {
  const result = spinePhantomSchema.safeParse(json);
  if (result.success) return result.data;
  throw schemaError(json, spinePhantomSchema, result.error, "phantom");
}
