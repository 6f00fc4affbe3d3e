import { describe, expect, it } from "vitest";
import { parseCommissionSpec, readMeasuredCsv } from "../../src/index.ts";
import { SPEC } from "./fixtures.ts";

const withMeasured = (change: object) => ({ ...SPEC, measured: [{ ...SPEC.measured[0], ...change }] });

describe("commissioning files", () => {
  it("take from the base machine what they do not say", () => {
    const spec = parseCommissionSpec(SPEC);
    expect(spec.sadMm).toBe(800);
    expect(spec.coneDiametersMm).toContain(60);
    expect(spec.output).toEqual({ unit: "Gy/MU", value: 0.01 });
  });

  it("know spectra by name, and Gy/min for a Gamma Knife", () => {
    const { fit: _, measured: __, doseGyPerMonitorUnit: ___, ...rest } = SPEC;
    const spec = parseCommissionSpec({
      ...rest,
      machine: { ...SPEC.machine, base: "gamma-knife" },
      collimatorExitMm: 260,
      spectrum: "co60",
      reference: { diameterMm: 16, depthMm: 80 },
      doseGyPerMinute: 0.02,
    });
    expect(spec.output).toEqual({ unit: "Gy/min", value: 0.02 });
    expect(spec.spectrum.binLowMeV).toHaveLength(2);
  });

  const cases: [what: string, json: unknown, field: string][] = [
    ["no object", 7, "is 7"],
    ["another format", { ...SPEC, format: "isodose-commission/2" }, "format"],
    [
      "a misspelt key",
      { ...SPEC, sourceFwhm: 2 },
      "sourceFwhm: is 2; expected no such key (did you mean sourceFwhmMm?)",
    ],
    ["a missing key", { ...SPEC, collimatorExitMm: undefined }, "collimatorExitMm"],
    ["an unknown base", { ...SPEC, machine: { ...SPEC.machine, base: "cyberknive" } }, "machine.base"],
    ["a base's misspelt key", { ...SPEC, machine: { ...SPEC.machine, titel: "x" } }, "machine.titel"],
    ["an unknown spectrum", { ...SPEC, spectrum: "mohan10" }, "spectrum"],
    [
      "a spectrum of unlike lists",
      { ...SPEC, spectrum: { ...SPEC.spectrum, binLowMeV: [1] } },
      "spectrum.binLowMeV",
    ],
    [
      "a negative number of photons",
      { ...SPEC, spectrum: { ...SPEC.spectrum, relativeNumber: [1, 1, -1, 1] } },
      "spectrum.relativeNumber[2]",
    ],
    [
      "scatter from below the collimator",
      { ...SPEC, headScatter: { ...SPEC.headScatter, distanceFromSourceMm: 500 } },
      "headScatter.distanceFromSourceMm",
    ],
    [
      "leakage inside the widest field",
      { ...SPEC, leakage: { ...SPEC.leakage, radiusMm: 25 } },
      "leakage.radiusMm",
    ],
    ["zero histories", { ...SPEC, histories: 0 }, "histories"],
    ["another engine", { ...SPEC, engine: "ray-trace" }, "engine"],
    ["an output of the wrong unit", { ...SPEC, doseGyPerMinute: 3 }, "doseGyPerMinute"],
    ["an unknown kind of curve", withMeasured({ kind: "isodose" }), "measured[0].kind"],
    ["a misspelt key of a curve", withMeasured({ ssdmm: 785 }), "measured[0].ssdmm"],
    ["a curve without a file", withMeasured({ file: "" }), "measured[0].file"],
    ["something else to fit", { ...SPEC, fit: ["sourceFwmh"] }, "did you mean sourceFwhm?"],
    ["a fit of what is not there", { ...SPEC, leakage: undefined }, "leakage"],
    ["a fit to nothing", { ...SPEC, measured: [] }, "measured"],
    ["a fit of lines", { ...SPEC, spectrum: "co60" }, "fit"],
  ];
  it.each(cases)("refuse %s, naming it in one line", (_, json, field) => {
    let message = "";
    try {
      parseCommissionSpec(json);
    } catch (error) {
      message = (error as Error).message;
    }
    expect(message).toContain(field);
    expect(message).not.toContain("\n");
  });
});

describe("measured curves", () => {
  it("are read with comments, any order of columns, semicolons, errors", () => {
    const text = "\uFEFF# scan of 12 May\ndose;depthMm;sigma\n# again\n100;15;0.2\n\n67.5; 100 ;0.3\n";
    expect(readMeasuredCsv(text, "a.csv", "pdd")).toEqual({
      x: [15, 100],
      y: [100, 67.5],
      sigma: [0.2, 0.3],
    });
    expect(readMeasuredCsv('"offAxisMm","dose"\r\n-2,50\r\n2,-0.1\r\n', "a.csv", "profile")).toEqual({
      x: [-2, 2],
      y: [50, -0.1],
    });
  });

  const cases: [what: string, text: string, said: string][] = [
    ["an empty file", "", "a.csv: header"],
    ["another column", "depth,dose\n1,2\n2,3\n", "a.csv: column"],
    ["a column too few", "depthMm\n1\n2\n", "a.csv: header"],
    ["a text for a number", "depthMm,dose\n1,2\n2,x\n", "a.csv: dose of point 2"],
    ["a missing number", "depthMm,dose\n1,2\n2,\n", "a.csv: dose of point 2"],
    ["a depth above the surface", "depthMm,dose\n-1,2\n2,3\n", "a.csv: depthMm of point 1"],
    ["one point", "depthMm,dose\n1,2\n", 'a.csv: is "1 points"'],
    ["no dose at all", "depthMm,dose\n1,0\n2,0\n", "a.csv: dose"],
    ["an error of nothing", "depthMm,dose,sigma\n1,1,0\n2,1,1\n", "a.csv: sigma of point 1"],
  ];
  it.each(cases)("refuse %s, naming file and place", (_, text, said) => {
    expect(() => readMeasuredCsv(text, "a.csv", "pdd")).toThrow(said);
  });
});
