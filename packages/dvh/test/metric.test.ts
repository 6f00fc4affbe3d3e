import type { DvhCurve } from "@isodose/core";
import { describe, expect, test } from "vitest";
import * as api from "../src/index.ts";
import { evaluateMetric, metricText, metricUnit, parseMetric } from "../src/index.ts";

/** 2 cc in a dose that falls evenly from 20 to 10 Gy. */
const curve: DvhCurve = {
  structure: "ramp",
  volumeCc: 2,
  volumeOutsideDoseGridCc: 0,
  doseGy: Float64Array.of(0, 10, 20),
  volumeCcAtLeast: Float64Array.of(2, 2, 0),
  minGy: 10,
  maxGy: 20,
  meanGy: 15,
};

describe("metrics as people write them", () => {
  test.each([
    ["D95%", 10.5, "Gy"],
    ["D2%", 19.8, "Gy"],
    ["D0.035cc", 20 - 10 * (0.035 / 2), "Gy"],
    ["D0.03cc", 20 - 10 * (0.03 / 2), "Gy"],
    ["d50%", 15, "Gy"],
    ["V12Gy", 80, "%"],
    ["V12Gy[cc]", 1.6, "cc"],
    ["V12.5gy", 75, "%"],
    ["V50%", 80, "%"],
    ["V75%[cc]", 0.4, "cc"],
    ["V50%[%]", 80, "%"],
    ["min", 10, "Gy"],
    ["Mean", 15, "Gy"],
    ["max", 20, "Gy"],
    ["median", 15, "Gy"],
  ])("%s is %f %s", (text, value, unit) => {
    expect(evaluateMetric(curve, text, { prescriptionGy: 24 })).toBeCloseTo(value, 12);
    expect(metricUnit(text)).toBe(unit);
    expect(parseMetric(metricText(parseMetric(text)))).toEqual(parseMetric(text));
  });

  test.each(["", "D95", "95%", "Dmax", "D95Gy", "V12", "V12cc", "D-1%", "D1e3cc", "V20Gy[mm]", "average"])(
    "%j is none",
    (text) => {
      expect(() => parseMetric(text)).toThrow(/metric: is .*; expected D95%, D0.035cc, V12Gy/);
    },
  );

  test("more than all of it, or of an unknown prescription", () => {
    expect(() => parseMetric("D101%")).toThrow(/at most 100 %/);
    expect(() => evaluateMetric(curve, "D2.5cc")).toThrow(
      /D2.5cc of ramp: is 2; expected a structure of at least 2.5 cc/,
    );
    expect(() => evaluateMetric(curve, "V50%")).toThrow(/prescriptionGy: missing/);
  });
});

test("public names", () => {
  expect(Object.keys(api).sort()).toMatchInlineSnapshot(`
    [
      "computeDvh",
      "differentialDvh",
      "doseGyToVolume",
      "doseMaximum",
      "evaluateMetric",
      "interpolateDoseGy",
      "interpolateVoxels",
      "isodoseVolumeCc",
      "measureIsodose",
      "metricText",
      "metricUnit",
      "parseMetric",
      "planIndices",
      "volumeCcAtLeast",
    ]
  `);
});
