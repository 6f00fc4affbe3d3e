import { BACKEND_IDS, ENGINE_IDS, InvalidInputError } from "@isodose/core";
import { MATERIALS, materialByName } from "@isodose/physics";
import * as z from "zod";
import { spinePhantomSchema } from "./phantom-spec.ts";
import { schemaError } from "./schema-error.ts";

// No code is generated from the schema: pages forbid `new Function`.
z.config({ jitless: true });

const positive = z.number().positive();
const angleDeg = z.number().min(0).max(360);
const pointMm = z.tuple([z.number(), z.number(), z.number()]);

const coneSchema = z
  .strictObject({
    kind: z.literal("cone"),
    diameterMm: positive.describe("field diameter at the machine's SAD, mm; one of the machine's cones"),
  })
  .describe("a circular cone");

const cyberKnifeDeliverySchema = z
  .strictObject({
    machine: z.string().describe("a name from `isodose machines`, or the path of a machine file"),
    collimator: coneSchema,
    beams: z
      .int()
      .min(1)
      .max(1000)
      .default(120)
      .describe("number of beams at the most; weights may end at 0"),
  })
  .describe("CyberKnife: cone beams from the machine's nodes, aimed at points spread over the target");

const staticDeliverySchema = z
  .strictObject({
    machine: z.string().describe("a name from `isodose machines`, or the path of a machine file"),
    technique: z.literal("static"),
    collimator: coneSchema,
    fields: z
      .array(
        z.strictObject({
          gantryDeg: angleDeg,
          couchDeg: angleDeg.default(0),
          collimatorDeg: angleDeg.default(0),
        }),
      )
      .min(1),
  })
  .describe("linac: static cone fields at the isocenter; angles IEC 61217, degrees");

const arcDeliverySchema = z
  .strictObject({
    machine: z.string().describe("a name from `isodose machines`, or the path of a machine file"),
    technique: z.literal("arc"),
    collimator: coneSchema,
    arcs: z
      .array(
        z.strictObject({
          startDeg: angleDeg,
          stopDeg: angleDeg.describe("reached clockwise (gantry angle increasing through 0) from startDeg"),
          couchDeg: angleDeg.default(0),
          collimatorDeg: angleDeg.default(0),
        }),
      )
      .min(1),
    stepDeg: z
      .number()
      .positive()
      .max(20)
      .default(4)
      .describe("gantry angle from one control point to the next, degrees"),
  })
  .describe("linac: cone arcs about the isocenter, coplanar or not; one weight an arc");

const deliverySchemas = {
  cyberknife: cyberKnifeDeliverySchema,
  static: staticDeliverySchema,
  arc: arcDeliverySchema,
};

const overrideSchema = z
  .strictObject({
    structure: z.string(),
    material: z
      .string()
      .describe(
        `a built-in material: ${Object.keys(MATERIALS).join(", ")}; default: water, compact bone or titanium by density`,
      )
      .optional(),
    massDensityGPerCm3: positive.describe("g/cm3; default: the material's usual density").optional(),
    relativeElectronDensity: positive
      .describe("relative to water; default: that of the material at its density")
      .optional(),
  })
  .refine(({ material, massDensityGPerCm3 }) => (material ?? massDensityGPerCm3) !== undefined, {
    path: ["material"],
    error: "a material, or massDensityGPerCm3 and relativeElectronDensity",
  })
  .refine(({ material, relativeElectronDensity }) => (material ?? relativeElectronDensity) !== undefined, {
    path: ["relativeElectronDensity"],
    error: "a number > 0, where no material is named",
  })
  .describe("replaces what the HU curve gives inside a structure (implants, contrast medium)");

const dicomPatientSchema = z.strictObject({
  ct: z.string().describe("folder of the CT series, relative to the plan file"),
  structures: z.string().describe("the RTSTRUCT file, relative to the plan file"),
  huCurve: z.string().describe("path of an HU curve file (JSON); default: Schneider 2000").optional(),
  overrides: z.array(overrideSchema).optional(),
});

const phantomPatientSchema = z.strictObject({
  phantom: spinePhantomSchema,
  overrides: z.array(overrideSchema).optional(),
});

const commonShape = {
  format: z.literal("isodose-plan/1"),
  target: z.string().describe("name of the target structure"),
  avoid: z
    .array(z.string())
    .describe("structures to spare; default: those whose name says cord or cauda")
    .optional(),
  limits: z
    .array(
      z.strictObject({
        structure: z.string(),
        metric: z.string().describe("e.g. D0.035cc"),
        maxGy: positive,
      }),
    )
    .default([])
    .describe("ceilings over the whole course; they win over the coverage"),
  prescription: z.strictObject({
    doseGy: positive.describe("Gy, whole course"),
    fractions: z.int().min(1).max(60),
    coveragePercent: z
      .number()
      .positive()
      .max(100)
      .default(95)
      .describe("percent of the target's volume to receive doseGy"),
  }),
  isocenterMm: pointMm.describe("LPS, mm; default: the target's centroid").optional(),
  dose: z
    .strictObject({
      engine: z.enum(ENGINE_IDS).default("ray-trace"),
      backend: z.enum(BACKEND_IDS).default("auto"),
      spacingMm: z.number().min(0.5).max(10).default(2).describe("voxel size of the dose grid, mm"),
      seed: z
        .int()
        .min(0)
        .max(4294967295)
        .default(1)
        .describe("of the sample points that the weights are optimised on"),
      uncertaintyPercent: z
        .number()
        .min(0.1)
        .max(20)
        .default(2)
        .describe("monte-carlo stops at this standard error, %, over the voxels above half of the maximum"),
      histories: z.int().min(1000).max(1e11).default(1e8).describe("most photons that monte-carlo spends"),
      cutFaces: z
        .enum(["leave-out", "see-air"])
        .default("leave-out")
        .describe(
          "beams that enter through a cut face of the CT: leave them out, or let them see air beyond it",
        ),
    })
    .prefault({}),
};

/** The JSON Schema and the checks of a plan file come from this one description. */
const planFileSchema = z.strictObject({
  ...commonShape,
  patient: z.union([dicomPatientSchema, phantomPatientSchema]),
  delivery: z.union([cyberKnifeDeliverySchema, staticDeliverySchema, arcDeliverySchema]),
});

/** A plan file, `isodose-plan/1`, with every default filled in. */
export type PlanFile = z.output<typeof planFileSchema>;
/** A plan file as a user writes it: what has a default may be left out. */
export type PlanFileInput = z.input<typeof planFileSchema>;
export type CyberKnifeDeliverySpec = z.output<typeof cyberKnifeDeliverySchema>;
export type LinacStaticDeliverySpec = z.output<typeof staticDeliverySchema>;
export type LinacArcDeliverySpec = z.output<typeof arcDeliverySchema>;
export type DensityOverride = z.output<typeof overrideSchema>;

/** The JSON Schema (draft 2020-12) of a plan file. */
export function planFileJsonSchema(): object {
  return z.toJSONSchema(planFileSchema, { io: "input" });
}

/**
 * Check a plan and fill in its defaults.
 * @param json - the parsed file
 * @throws InvalidInputError naming the first key that is wrong; for an unknown key also the nearest known one
 */
export function parsePlan(json: unknown): PlanFile {
  if (!isRecord(json)) throw new InvalidInputError("plan", json, "a JSON object");
  // The unions are resolved first, so that an error speaks of the delivery that the user meant.
  const schema = z.strictObject({
    ...commonShape,
    patient: isRecord(json.patient) && "phantom" in json.patient ? phantomPatientSchema : dicomPatientSchema,
    delivery: deliverySchemas[deliveryKind(json.delivery)],
  });
  const result = schema.safeParse(json);
  if (result.success) {
    const plan = result.data as PlanFile;
    plan.patient.overrides?.forEach(({ material }, n) => {
      if (material !== undefined) materialByName(material, `patient.overrides[${n}].material`);
    });
    return plan;
  }
  throw schemaError(json, schema, result.error, "plan");
}

function deliveryKind(delivery: unknown): keyof typeof deliverySchemas {
  if (!isRecord(delivery) || !("technique" in delivery)) return "cyberknife";
  const { technique } = delivery;
  if (technique === "static" || technique === "arc") return technique;
  throw new InvalidInputError("delivery.technique", technique, '"static" or "arc"');
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
