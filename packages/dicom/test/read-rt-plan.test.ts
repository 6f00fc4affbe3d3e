import { readRtPlan } from "@isodose/dicom";
import { describe, expect, it } from "vitest";
import { rawDoseFile, rawPlanFile } from "./support/fixtures.ts";

describe("an RTPLAN", () => {
  it("is read for its prescription and beams", () => {
    expect(readRtPlan(rawPlanFile())).toMatchObject({
      label: "ARC",
      fractions: 2,
      prescriptionGy: 24,
      beams: [
        {
          name: "Arc 1",
          number: 4,
          type: "DYNAMIC",
          meterset: 150,
          gantryDeg: 181,
          couchDeg: 350,
          isocenterMm: [1, 2, 3.5],
        },
      ],
    });
  });

  it.each([
    ["NO_METERSET", rawPlanFile([0, 1], null), /beam 4 "Arc 1" has no BeamMeterset/],
    ["NO_METERSET", rawPlanFile([0, 1], "-5"), /BeamMeterset -5/],
    ["METERSET_ORDER", rawPlanFile([0, 0.7, 0.6, 1]), /weight falls from 0\.7 to 0\.6 at control point 2/],
    ["METERSET_ORDER", rawPlanFile([0.2, 1]), /control point 0 has weight 0\.2/],
    ["METERSET_ORDER", rawPlanFile([0, 0.5]), /last weight is 0\.5, FinalCumulativeMetersetWeight 1/],
    ["NOT_PLAN", rawDoseFile(), /expected an RTPLAN/],
  ] as const)("%s", (code, file, message) => {
    expect(() => readRtPlan(file)).toThrow(
      expect.objectContaining({ code, message: expect.stringMatching(message) }),
    );
  });
});
