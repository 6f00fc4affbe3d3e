import { assemblePatient, readCtSeries, readStructureSet } from "@isodose/dicom";
import { describe, expect, it } from "vitest";
import { rawCtSeries, rawStructureFile } from "./support/fixtures.ts";
import type { RawDataSet } from "./support/raw-dicom.ts";

describe("a structure set", () => {
  it.each([
    ["explicit", {}],
    ["implicit", { transferSyntaxUid: "1.2.840.10008.1.2" }],
    ["implicit, no lengths", { transferSyntaxUid: "1.2.840.10008.1.2", undefinedLengths: true }],
    ["big endian", { transferSyntaxUid: "1.2.840.10008.1.2.2" }],
  ])("joins ROIs by number and decodes their names (%s)", (_, options) => {
    const set = readStructureSet(rawStructureFile({}, {}, options));
    expect(
      set.structures.map(({ name, number, type, contours, colorRgb }) => [
        name,
        number,
        type,
        contours.length,
        colorRgb,
      ]),
    ).toEqual([
      ["Rückenmark", 7, "ORGAN", 2, [255, 255, 255]],
      ["PTV_L1", 3, "PTV", 1, [1, 2, 3]],
    ]);
    expect(Array.from(set.structures[1]!.contours[0]!.pointsMm)).toEqual([
      0, 0, 5, 10, 0, 5, 10, 10, 5, 0, 10, 5,
    ]);
    expect(set).toMatchObject({
      label: "SET",
      frameOfReferenceUid: "1.2.3.3",
      sopInstanceUid: "1.2.3.8",
      warnings: [],
    });
  });

  // The same name in the bytes of each set.
  it.each([
    ["ISO_IR 100", [0x52, 0xfc, 0x63, 0x6b], "Rück"],
    ["ISO_IR 192", [0x52, 0xc3, 0xbc, 0x63, 0x6b], "Rück"],
    ["ISO_IR 6", [0x43, 0x6f, 0x72, 0x64], "Cord"],
    ["", [0x52, 0xc3, 0xbc, 0x63, 0x6b], "Rück"],
    ["", [0x52, 0xfc, 0x63, 0x6b], "Rück"],
    ["ISO_IR 144", [0xc1, 0xdf, 0xd8, 0xdd], "Спин"],
    ["ISO_IR 166", [0xa1, 0xd2], "กา"],
    ["\\ISO 2022 IR 87", [0x1b, 0x24, 0x42, 0x3b, 0x33, 0x1b, 0x28, 0x42], "山"],
    ["\\ISO 2022 IR 149", [0x1b, 0x24, 0x29, 0x43, 0xb1, 0xe8], "김"],
    ["GB18030", [0xcd, 0xf5], "王"],
  ] as const)("decodes ROI names in %j", (term, bytes, name) => {
    const roi: RawDataSet = {
      "30060022": ["IS", "7"],
      "30060024": ["UI", "1.2.3.3"],
      "30060026": ["LO", Uint8Array.from(bytes)],
    };
    const contour: RawDataSet = { "30060084": ["IS", "7"] };
    const file = rawStructureFile(
      {},
      { "00080005": ["CS", term], "30060020": ["SQ", [roi]], "30060039": ["SQ", [contour]] },
    );
    expect(readStructureSet(file).structures[0]!.name).toBe(name);
  });

  it("keeps XOR contours and leaves points and open lines out with a warning", () => {
    expect(
      readStructureSet(rawStructureFile({ "30060042": ["CS", "CLOSEDPLANAR_XOR"] })).structures[0]!
        .contours[0]!.type,
    ).toBe("CLOSEDPLANAR_XOR");
    const set = readStructureSet(rawStructureFile({ "30060042": ["CS", "OPEN_PLANAR"] }));
    expect(set.structures[0]!.contours).toEqual([]);
    expect(set.warnings.map(({ code, message }) => [code, message.split(":")[0]])).toEqual([
      ["OPEN_CONTOUR", "Rückenmark"],
      ["OPEN_CONTOUR", "PTV_L1"],
    ]);
  });

  it("takes a type that it does not know as none", () => {
    const observation: RawDataSet = { "30060084": ["IS", "3"], "300600A4": ["CS", "FIDUCIAL"] };
    expect(
      readStructureSet(rawStructureFile({}, { "30060080": ["SQ", [observation]] })).structures[1]!.type,
    ).toBe("");
  });
});

describe("what is wrong with a structure set", () => {
  it.each([
    [
      "coordinates not a multiple of 3",
      { "30060050": ["DS", "0\\0\\5\\10\\0\\5\\10\\10\\5\\0"] },
      /ROI "Rückenmark", contour 1: ContourData has 10 numbers; expected a multiple of 3/,
    ],
    [
      "text in the coordinates",
      { "30060050": ["DS", "0\\0\\5\\10\\x\\5\\10\\10\\5\\0\\10\\5"] },
      /number 5 of ContourData is not a number/,
    ],
    [
      "an empty coordinate",
      { "30060050": ["DS", "0\\0\\5\\10\\\\5\\10\\10\\5\\0\\10\\5"] },
      /number 5 of ContourData is not a number/,
    ],
    ["two points", { "30060050": ["DS", "0\\0\\5\\10\\0\\5"] }, /has 2 points; expected at least 3/],
    ["no points", { "30060050": ["DS", ""] }, /has 0 points/],
    [
      "another number of points than declared",
      { "30060046": ["IS", "5"] },
      /has 4 points, NumberOfContourPoints is 5/,
    ],
    // A corner lifted by 4 mm off a square leaves each corner 1 mm from the mean plane, a little less along its tilted normal.
    [
      "a corner out of the plane",
      { "30060050": ["DS", "0\\0\\5\\10\\0\\5\\10\\10\\9\\0\\10\\5"] },
      /a point lies 0\.9\d* mm out of its plane/,
    ],
  ] as [string, RawDataSet, RegExp][])("BAD_CONTOUR: %s", (_, contour, message) => {
    expect(() => readStructureSet(rawStructureFile(contour))).toThrow(
      expect.objectContaining({ code: "BAD_CONTOUR", message: expect.stringMatching(message) }),
    );
  });

  it("accepts a plane tilted any way", () => {
    expect(
      readStructureSet(rawStructureFile({ "30060050": ["DS", "0\\0\\5\\10\\0\\9\\10\\10\\12\\0\\10\\8"] }))
        .structures[0]!.contours,
    ).toHaveLength(2);
  });

  it.each([
    [
      "ROI_MISSING",
      { "30060020": ["SQ", [{ "30060022": ["IS", "7"], "30060026": ["LO", "Cord"] }]] },
      /ROI number 3, which is not listed/,
    ],
    ["TRUNCATED", { "30060039": undefined }, /no ROIContourSequence/],
    ["TRUNCATED", { "30060020": undefined }, /no StructureSetROISequence/],
    ["NOT_STRUCTURE_SET", { "00080016": ["UI", "1.2.840.10008.5.1.4.1.1.2"] }, /expected an RTSTRUCT/],
  ] as [string, RawDataSet, RegExp][])("%s", (code, overrides, message) => {
    expect(() => readStructureSet(rawStructureFile({}, overrides))).toThrow(
      expect.objectContaining({ code, message: expect.stringMatching(message) }),
    );
  });

  it("is never read from a file cut inside its contours", () => {
    for (const options of [{}, { transferSyntaxUid: "1.2.840.10008.1.2" }, { undefinedLengths: true }]) {
      const whole = rawStructureFile({}, {}, options).bytes;
      // Up to the last of the contours nothing may pass; what follows are the types, whose lack is a warning.
      const observations = Buffer.from(whole).indexOf(Buffer.from([0x06, 0x30, 0x80, 0x00]));
      for (let length = 0; length < whole.length; length++) {
        const read = () => readStructureSet({ name: "cut.dcm", bytes: whole.slice(0, length) });
        if (length === observations) expect(read().warnings[0]?.code).toBe("NO_OBSERVATIONS");
        else
          expect(read, `cut at ${length} of ${whole.length}`).toThrow(
            expect.objectContaining({ tag: "DicomFormatError" }),
          );
      }
    }
  });
});

describe("a patient", () => {
  it("has the structures of the set on the CT", () => {
    const patient = assemblePatient(readCtSeries(rawCtSeries()), readStructureSet(rawStructureFile()));
    expect(patient.structures).toHaveLength(2);
    expect(patient.references.structureSetSopInstanceUid).toBe("1.2.3.8");
    expect(patient.references.ctSopInstanceUids).toHaveLength(5);
  });

  it("is refused where the structures lie in another frame of reference", () => {
    const ct = readCtSeries(rawCtSeries(() => ({ "00200052": ["UI", "1.2.77"] })));
    expect(() => assemblePatient(ct, readStructureSet(rawStructureFile()))).toThrow(
      expect.objectContaining({
        code: "FRAME_MISMATCH",
        message: expect.stringMatching(
          /RTSTRUCT\.dcm: structure "Rückenmark" lies in frame of reference 1\.2\.3\.3; expected .* 1\.2\.77/,
        ),
      }),
    );
  });
});
