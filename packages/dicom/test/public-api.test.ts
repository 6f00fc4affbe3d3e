import * as dicom from "@isodose/dicom";
import { expect, it } from "vitest";

it("exports exactly this", () => {
  expect(Object.keys(dicom).sort()).toMatchInlineSnapshot(`
    [
      "assemblePatient",
      "formatDecimalString",
      "inspectFiles",
      "readCtSeries",
      "readRtDose",
      "readRtPlan",
      "readStructureSet",
      "sopInstanceUidsOf",
      "writeCtSeries",
      "writeNrrd",
      "writeRtDose",
      "writeRtPlan",
      "writeStructureSet",
    ]
  `);
});
