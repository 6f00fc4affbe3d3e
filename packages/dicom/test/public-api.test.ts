import * as dicom from "@isodose/dicom";
import { expect, it } from "vitest";

it("exports exactly this", () => {
  expect(Object.keys(dicom).sort()).toMatchInlineSnapshot(`
    [
      "assemblePatient",
      "formatDecimalString",
      "inspectFiles",
      "mrSeriesUids",
      "readCtSeries",
      "readDoseVolume",
      "readMrSeries",
      "readNifti",
      "readNrrd",
      "readRtDose",
      "readRtPlan",
      "readSpatialRegistration",
      "readStructureSet",
      "sopInstanceUidsOf",
      "writeCtSeries",
      "writeMrSeries",
      "writeNrrd",
      "writeRadiograph",
      "writeRtDose",
      "writeRtPlan",
      "writeSpatialRegistration",
      "writeStructureSet",
    ]
  `);
});
