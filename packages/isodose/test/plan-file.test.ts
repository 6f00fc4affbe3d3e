import { readdirSync, readFileSync } from "node:fs";
import { InvalidInputError, type PlanFileInput, parsePlan, planFileJsonSchema } from "isodose";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { oneField, smallPlan } from "./support/small-case.ts";

const examples = new URL("../../../examples/plans/", import.meta.url);
const exampleNames = readdirSync(examples).filter((name) => name.endsWith(".json"));
const readExample = (name: string): unknown => JSON.parse(readFileSync(new URL(name, examples), "utf8"));

const minimal = {
  format: "isodose-plan/1",
  patient: { phantom: { kind: "spine" } },
  target: "PTV_L1",
  prescription: { doseGy: 24, fractions: 2 },
  delivery: { machine: "cyberknife", collimator: { kind: "cone", diameterMm: 20 } },
} satisfies PlanFileInput;

const arcs = {
  machine: "linac-6fff",
  technique: "arc",
  collimator: { kind: "cone", diameterMm: 15 },
  arcs: [{ startDeg: 181, stopDeg: 179 }],
} satisfies PlanFileInput["delivery"];

describe("defaults", () => {
  it("are filled in, all of them", () => {
    expect(parsePlan(minimal)).toEqual({
      ...minimal,
      limits: [],
      prescription: { doseGy: 24, fractions: 2, coveragePercent: 95 },
      delivery: { ...minimal.delivery, beams: 120 },
      dose: {
        engine: "ray-trace",
        backend: "auto",
        spacingMm: 2,
        seed: 1,
        uncertaintyPercent: 2,
        histories: 1e8,
        cutFaces: "leave-out",
      },
    });
  });

  it("of fields and arcs", () => {
    const fields = parsePlan({ ...minimal, delivery: oneField }).delivery;
    expect(fields).toEqual({ ...oneField, fields: [{ gantryDeg: 0, couchDeg: 0, collimatorDeg: 0 }] });
    const turned = parsePlan({ ...minimal, delivery: arcs }).delivery;
    expect(turned).toEqual({
      ...arcs,
      stepDeg: 4,
      arcs: [{ startDeg: 181, stopDeg: 179, couchDeg: 0, collimatorDeg: 0 }],
    });
  });

  it("do not replace what is there, and a parsed plan parses to itself", () => {
    const plan = parsePlan({
      ...minimal,
      limits: [{ structure: "SpinalCord", metric: "max", maxGy: 14 }],
      isocenterMm: [1, 2, 3],
      dose: { spacingMm: 3, seed: 0, cutFaces: "see-air" },
    });
    expect(plan.dose).toMatchObject({ spacingMm: 3, seed: 0, cutFaces: "see-air", engine: "ray-trace" });
    expect(plan.isocenterMm).toEqual([1, 2, 3]);
    expect(parsePlan(plan)).toEqual(plan);
  });

  it("do not write into the input", () => {
    const before = JSON.stringify(minimal);
    parsePlan(minimal);
    expect(JSON.stringify(minimal)).toBe(before);
  });
});

describe("errors name field, value and what was expected", () => {
  const prescription = minimal.prescription;
  it.each<[string, unknown, string, unknown, string | RegExp]>([
    ["a list", [], "plan", [], "a JSON object"],
    ["null", null, "plan", null, "a JSON object"],
    ["no format", { ...minimal, format: undefined }, "format", undefined, '"isodose-plan/1"'],
    [
      "a dose of 0",
      { ...minimal, prescription: { ...prescription, doseGy: 0 } },
      "prescription.doseGy",
      0,
      "a number > 0",
    ],
    [
      "half a fraction",
      { ...minimal, prescription: { ...prescription, fractions: 0.5 } },
      "prescription.fractions",
      0.5,
      /whole number|≥ 1/,
    ],
    [
      "many fractions",
      { ...minimal, prescription: { ...prescription, fractions: 61 } },
      "prescription.fractions",
      61,
      "a number ≤ 60",
    ],
    [
      "a dose as text",
      { ...minimal, prescription: { ...prescription, doseGy: "24" } },
      "prescription.doseGy",
      "24",
      "a number",
    ],
    ["a target as a list", { ...minimal, target: ["PTV"] }, "target", ["PTV"], "a string"],
    ["avoid as text", { ...minimal, avoid: "SpinalCord" }, "avoid", "SpinalCord", "a list"],
    ["a dose that is null", { ...minimal, dose: null }, "dose", null, "an object"],
    [
      "an isocentre of two numbers",
      { ...minimal, isocenterMm: [0, 0] },
      "isocenterMm",
      [0, 0],
      "at least 3 entries",
    ],
    [
      "an isocentre of four numbers",
      { ...minimal, isocenterMm: [0, 0, 0, 0] },
      "isocenterMm",
      [0, 0, 0, 0],
      "at most 3 entries",
    ],
    ["a coarse grid", { ...minimal, dose: { spacingMm: 20 } }, "dose.spacingMm", 20, "a number ≤ 10"],
    [
      "an engine",
      { ...minimal, dose: { engine: "magic" } },
      "dose.engine",
      "magic",
      /one of "ray-trace".*"monte-carlo"/,
    ],
    [
      "a backend",
      { ...minimal, dose: { backend: "gpu" } },
      "dose.backend",
      "gpu",
      /one of "auto".*"gpu-webgpu"/,
    ],
    [
      "a technique",
      { ...minimal, delivery: { ...arcs, technique: "vmat" } },
      "delivery.technique",
      "vmat",
      '"static" or "arc"',
    ],
    [
      "an angle",
      { ...minimal, delivery: { ...oneField, fields: [{ gantryDeg: 361 }] } },
      "delivery.fields[0].gantryDeg",
      361,
      "a number ≤ 360",
    ],
    [
      "no fields",
      { ...minimal, delivery: { ...oneField, fields: [] } },
      "delivery.fields",
      [],
      "at least 1 entry",
    ],
    ["no delivery", { ...minimal, delivery: undefined }, "delivery", undefined, "an object"],
    [
      "a limit of -1",
      { ...minimal, limits: [{ structure: "a", metric: "max", maxGy: -1 }] },
      "limits[0].maxGy",
      -1,
      "a number > 0",
    ],
  ])("%s", (_name, json, field, value, expected) => {
    let found: unknown;
    try {
      parsePlan(json);
    } catch (error) {
      found = error;
    }
    expect(found).toBeInstanceOf(InvalidInputError);
    const error = found as InvalidInputError;
    expect(error.field).toBe(field);
    expect(error.value).toEqual(value);
    if (typeof expected === "string") expect(error.expected).toBe(expected);
    else expect(error.expected).toMatch(expected);
    expect(error.message).not.toContain("\n");
  });

  it.each<[object, string, string | undefined]>([
    [{ ...minimal, tagret: "PTV" }, "tagret", "target"],
    [
      { ...minimal, prescription: { ...prescription, coverage: 95 } },
      "prescription.coverage",
      "coveragePercent",
    ],
    [{ ...minimal, patient: { phantom: { kind: "spine", levle: "L1" } } }, "patient.phantom.levle", "level"],
    [{ ...minimal, patient: { ct: "CT", structures: "S", hucurve: "x" } }, "patient.hucurve", "huCurve"],
    [{ ...minimal, dose: { seeds: 1 } }, "dose.seeds", "seed"],
    [
      { ...minimal, delivery: { ...oneField, fields: [{ gantry: 0, gantryDeg: 0 }] } },
      "delivery.fields[0].gantry",
      "gantryDeg",
    ],
    [{ ...minimal, delivery: { ...arcs, step: 2 } }, "delivery.step", "stepDeg"],
    [{ ...minimal, xyzzy: 1 }, "xyzzy", undefined],
  ])("unknown key %#", (json, key, nearest) => {
    expect(() => parsePlan(json)).toThrow(`unknown key ${key}: `);
    if (nearest) expect(() => parsePlan(json)).toThrow(`(nearest: ${nearest})`);
    else expect(() => parsePlan(json)).not.toThrow("nearest");
  });
});

describe("JSON Schema", () => {
  const schema = z.fromJSONSchema(planFileJsonSchema() as Parameters<typeof z.fromJSONSchema>[0]);

  it("is plain JSON", () => {
    expect(JSON.parse(JSON.stringify(planFileJsonSchema()))).toEqual(planFileJsonSchema());
  });

  it.each(exampleNames)("examples/plans/%s parses, and the schema takes it", (name) => {
    const example = readExample(name);
    expect(() => parsePlan(example)).not.toThrow();
    expect(schema.safeParse(example).error).toBeUndefined();
  });

  it("takes what parsePlan takes and refuses what it refuses", () => {
    const good = [minimal, smallPlan, { ...minimal, delivery: oneField }, { ...minimal, delivery: arcs }];
    const bad = [
      { ...minimal, tagret: "PTV" },
      { ...minimal, prescription: { doseGy: 0, fractions: 2 } },
      { ...minimal, prescription: { doseGy: 24, fractions: 1.5 } },
      { ...minimal, delivery: { ...oneField, fields: [] } },
      { ...minimal, delivery: { ...arcs, technique: "vmat" } },
      { ...minimal, isocenterMm: [0, 0] },
      { ...minimal, patient: { ct: "CT" } },
    ];
    for (const plan of good) {
      expect(schema.safeParse(plan).success).toBe(true);
      expect(() => parsePlan(plan)).not.toThrow();
    }
    for (const plan of bad) {
      expect(schema.safeParse(plan).success, JSON.stringify(plan)).toBe(false);
      expect(() => parsePlan(plan)).toThrow(InvalidInputError);
    }
  });
});
