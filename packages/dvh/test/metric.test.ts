import type { DvhCurve } from "@isodose/core";
import { describe, expect, test } from "vitest";
import {
  complementDvh,
  differentialDvh,
  evaluateMetric,
  evaluateMetricWithError,
  metricText,
  metricUnit,
  parseMetric,
} from "../src/index.ts";

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
    ["near-max", 19.8, "Gy"],
    ["Near-Min", 10.2, "Gy"],
    ["DC5%", 10.5, "Gy"],
    ["DC0.1cc", 10.5, "Gy"],
    ["CV12Gy", 20, "%"],
    ["CV12Gy[cc]", 0.4, "cc"],
    ["CV50%", 20, "%"],
    ["V 12 Gy [cc]", 1.6, "cc"],
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

describe("near-minimum and near-maximum of ICRU 91", () => {
  test("2 % from 2 cc on, 35 mm³ below", () => {
    const small = { ...curve, volumeCc: 1, volumeCcAtLeast: Float64Array.of(1, 1, 0) };
    expect(evaluateMetric(small, "near-max")).toBeCloseTo(20 - 10 * 0.035, 12);
    expect(evaluateMetric(small, "near-min")).toBeCloseTo(10 + 10 * 0.035, 12);
    expect(evaluateMetric(curve, "near-max")).toBe(evaluateMetric(curve, "D2%"));
  });

  test("a structure of less than 35 mm³ has none", () => {
    const tiny = { ...curve, volumeCc: 0.02, volumeCcAtLeast: Float64Array.of(0.02, 0.02, 0) };
    expect(() => evaluateMetric(tiny, "near-max")).toThrow(/near-max of ramp: is 0.02; expected a structure/);
    expect(() => evaluateMetric(tiny, "near-min")).toThrow(/at least 0.035 cc/);
  });
});

describe("unknown metrics name the nearest", () => {
  test.each([
    ["D95", "D95%"],
    ["Dmax", "max"],
    ["V12", "V12Gy"],
    ["V12cc", "V12Gy"],
    ["averag", undefined],
    ["meen", "mean"],
    ["near max.", "near-max"],
    ["D_0.035cc", "D0.035cc"],
    ["v12 gy[ml]", "V12Gy"],
  ])("%j: %s", (text, nearest) => {
    const expected = nearest ? `did you mean ${nearest}?` : "near-min or near-max";
    expect(() => parseMetric(text)).toThrow(expected);
    if (nearest) expect(() => parseMetric(nearest)).not.toThrow();
  });
});

describe("errors of metrics", () => {
  const banded: DvhCurve = {
    ...curve,
    errors: {
      samplingErrorCc: Float64Array.of(0, 0.1, 0.1),
      minErrorGy: 0.2,
      maxErrorGy: 0.3,
      meanErrorGy: 0.01,
      gridErrorCc: Float64Array.of(0, 0, 0.2),
      minGridErrorGy: 0.4,
      maxGridErrorGy: 0.5,
      meanGridErrorGy: 0.6,
    },
  };

  test("of a volume: the band at the dose; of a dose: the band turned over", () => {
    const v = evaluateMetricWithError(banded, "V15Gy[cc]");
    expect(v).toEqual({ value: 1, unit: "cc", samplingError: 0.1, gridError: 0.1 });
    expect(evaluateMetricWithError(banded, "CV15Gy").gridError).toBeCloseTo(-5, 12);
    // V falls by 0.2 cc/Gy, so a band of 0.1 cc is 0.5 Gy wide.
    const d = evaluateMetricWithError(banded, "D50%");
    expect(d.value).toBeCloseTo(15, 12);
    expect(d.samplingError).toBeCloseTo(0.5, 9);
    expect(d.gridError).toBeGreaterThan(0.4);
  });

  test("at the ends the errors of the extremes count; without errors there is null", () => {
    expect(evaluateMetricWithError(banded, "D0.01cc").samplingError).toBeCloseTo(0.5, 9);
    expect(evaluateMetricWithError(banded, "D100%").samplingError).toBeGreaterThanOrEqual(0.2);
    expect(evaluateMetricWithError(banded, "max")).toMatchObject({ samplingError: 0.3, gridError: 0.5 });
    expect(evaluateMetricWithError(curve, "D50%")).toMatchObject({ samplingError: null, gridError: null });
  });
});

test("the complement of a curve is what is missing, and the differential integrates to both", () => {
  const cold = complementDvh(curve);
  expect([...cold.volumeCcBelow]).toEqual([0, 0, 2]);
  const bins = differentialDvh(curve, { binGy: 0.7 });
  const below = bins.volumeCcPerGy.reduce((sum, v, n) => sum + (n < 18 ? v * 0.7 : 0), 0);
  expect(below).toBeCloseTo(0.2 * (12.6 - 10), 12);
});
