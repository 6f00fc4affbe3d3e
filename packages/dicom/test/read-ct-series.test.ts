import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { readCtSeries } from "@isodose/dicom";
import { describe, expect, it } from "vitest";
import { rawCtFile, rawCtSeries, rawCtSlice, rawDoseFile, rawStructureFile } from "./support/fixtures.ts";
import {
  concatenate,
  encapsulated,
  type RawDataSet,
  rawDicom,
  rleFrame,
  words,
} from "./support/raw-dicom.ts";

const problem = (code: string, message?: RegExp) =>
  expect.objectContaining({
    tag: "DicomFormatError",
    code,
    message: expect.stringMatching(message ?? /expected/),
  });

function thrownBy(read: () => unknown): unknown {
  try {
    read();
  } catch (error) {
    return error;
  }
  return undefined;
}

describe("a CT series", () => {
  it("is sorted by position, spaced by positions, rescaled slice by slice", () => {
    const { ct, position, identity, references, warnings } = readCtSeries(rawCtSeries());
    expect(ct.grid).toEqual({
      size: [4, 3, 5],
      spacingMm: [0.75, 1.5, 2.5],
      originMm: [-10, 20, 5],
      direction: [1, 0, 0, 0, 1, 0, 0, 0, 1],
    });
    expect(ct.unit).toBe("HU");
    expect(ct.frameOfReferenceUid).toBe("1.2.3.3");
    for (let k = 0; k < 5; k++) {
      for (let n = 0; n < 12; n++) expect(ct.values.data[12 * k + n]).toBe((k + 1) * (n + 100 * k) - 1024);
    }
    expect(ct.values.get(4, 2, 3)).toBe(5 * 411 - 1024);
    expect(position).toBe("HFP");
    expect(identity).toEqual({
      name: "Spine^Sam",
      id: "ID7",
      studyInstanceUid: "1.2.3.1",
      studyId: "",
      studyDate: "",
    });
    expect(references).toEqual({
      ctSeriesInstanceUid: "1.2.3.2",
      ctSopInstanceUids: ["1.2.3.4.1", "1.2.3.4.2", "1.2.3.4.3", "1.2.3.4.4", "1.2.3.4.5"],
    });
    expect(warnings).toEqual([]);
  });

  it("runs along the normal when its slices are sagittal and stored backwards", () => {
    const files = rawCtSeries((k) => ({
      "00200032": ["DS", [-2 * k, 7, 9]],
      "00200037": ["DS", "0\\1\\0\\0\\0\\-1"],
    }));
    const { ct, references } = readCtSeries(files);
    // Row (0,1,0) × column (0,0,−1) = (−1,0,0): k grows towards −x.
    expect(ct.grid.direction).toEqual([0, 0, -1, 1, 0, 0, 0, -1, 0]);
    expect(ct.grid.originMm).toEqual([0, 7, 9]);
    expect(ct.grid.spacingMm[2]).toBe(2);
    expect(references.ctSopInstanceUids[0]).toBe("1.2.3.4.1");
  });

  it("masks to BitsStored and spreads the sign", () => {
    const stored = [-1000, -1, 0, 1, 2047, -2048, 5, 6, 7, 8, 9, 10];
    // Overlay rubbish in the four bits above the stored twelve.
    const pixels = words(
      stored.map((value) => (value & 0x0fff) | 0xa000),
      2,
    );
    const { ct } = readCtSeries(
      rawCtSeries(() => ({
        "00280103": ["US", 1],
        "00281052": ["DS", "0"],
        "00281053": ["DS", "1"],
        "7FE00010": ["OW", pixels],
      })),
    );
    expect(Array.from(ct.values.data.slice(0, 12) as Float32Array)).toEqual(stored);
  });

  const reference = readCtSeries(rawCtSeries());
  const series = (write: (k: number) => Uint8Array) =>
    readCtSeries([3, 1, 0, 4, 2].map((k) => ({ name: `slice-${k}`, bytes: write(k) }))).ct;

  it.each([
    ["implicit little endian", { transferSyntaxUid: "1.2.840.10008.1.2" }],
    ["explicit little endian, sequences without lengths", { undefinedLengths: true }],
    ["no preamble, with meta information", { header: "none" }],
    [
      "no preamble, no meta information, implicit",
      { header: "bare", transferSyntaxUid: "1.2.840.10008.1.2" },
    ],
    ["no preamble, no meta information, explicit", { header: "bare" }],
  ] as const)("reads the same from %s", (_, options) => {
    expect(series((k) => rawDicom(rawCtSlice(k), options))).toEqual(reference.ct);
  });

  it("reads the same from explicit big endian, its pixels swapped", () => {
    const big = (k: number): RawDataSet => {
      const values = Array.from({ length: 12 }, (_, n) => n + 100 * k);
      return rawCtSlice(k, { "7FE00010": ["OW", words(values, 2, false)] });
    };
    expect(series((k) => rawDicom(big(k), { transferSyntaxUid: "1.2.840.10008.1.2.2" }))).toEqual(
      reference.ct,
    );
  });

  it("reads the same from RLE lossless", () => {
    const rle = (k: number): Uint8Array => {
      const head = rawDicom(rawCtSlice(k, { "7FE00010": undefined }), {
        transferSyntaxUid: "1.2.840.10008.1.2.5",
      });
      return concatenate(
        head,
        encapsulated([
          rleFrame(
            Array.from({ length: 12 }, (_, n) => n + 100 * k),
            2,
          ),
        ]),
      );
    };
    expect(series(rle)).toEqual(reference.ct);
  });

  it("passes over other good DICOM in the folder, and localizers", () => {
    const scout = rawCtFile(9, {
      "00080008": ["CS", "ORIGINAL\\PRIMARY\\LOCALIZER"],
      "00200037": ["DS", "1\\0\\0\\0\\0\\-1"],
    });
    const read = readCtSeries([rawStructureFile(), ...rawCtSeries(), rawDoseFile(), scout]);
    expect(read.ct).toEqual(reference.ct);
    expect(read.warnings.map(({ code }) => code)).toEqual(["LOCALIZER"]);
  });

  it("classifies by Modality where the SOP Class UID is empty", () => {
    expect(readCtSeries(rawCtSeries(() => ({ "00080016": ["UI", ""] }))).ct).toEqual(reference.ct);
  });

  it("sets padding below vacuum to air, and says so", () => {
    const pixels = words([-3000, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, -3000], 2);
    const overrides: RawDataSet = {
      "00280101": ["US", 16],
      "00280102": ["US", 15],
      "00280103": ["US", 1],
      "00280120": ["SS", -3000],
      "00281052": ["DS", "0"],
      "00281053": ["DS", "1"],
      "7FE00010": ["OW", pixels],
    };
    const { ct, warnings } = readCtSeries(rawCtSeries(() => overrides));
    expect(ct.values.data[0]).toBe(-1000);
    expect(ct.values.data[1]).toBe(0);
    expect(warnings[0]?.code).toBe("PIXEL_PADDING");
  });

  it("takes a missing patient position as HFS with a warning", () => {
    const { position, warnings } = readCtSeries(rawCtSeries(() => ({ "00185100": undefined })));
    expect(position).toBe("HFS");
    expect(warnings[0]?.code).toBe("PATIENT_POSITION");
  });

  it("may have positions rounded to 0.1 mm", () => {
    const z = (k: number): string => (5 + 1.25 * k).toFixed(1);
    const { ct } = readCtSeries(rawCtSeries((k) => ({ "00200032": ["DS", `0\\0\\${z(k)}`] }), 10));
    expect(Math.abs(ct.grid.spacingMm[2] - 1.25)).toBeLessThan(0.1 / 9);
  });
});

describe("what is wrong with a CT series", () => {
  const cases: [string, string, RegExp, () => ReturnType<typeof rawCtSeries>][] = [
    [
      "a file that is no DICOM",
      "NOT_DICOM",
      /notes\.txt: .*expected a DICOM file/,
      () => [
        ...rawCtSeries(),
        { name: "CT/notes.txt", bytes: new TextEncoder().encode("these are notes about the patient") },
      ],
    ],
    [
      "an empty file",
      "NOT_DICOM",
      /empty\.dcm: is empty/,
      () => [{ name: "empty.dcm", bytes: new Uint8Array(0) }],
    ],
    ["no CT at all", "NO_CT", /holds no CT image among 1 DICOM file;/, () => [rawStructureFile()]],
    [
      "a missing slice",
      "MISSING_SLICE",
      /CT: gap of 5 mm between slice-1\.dcm and slice-3\.dcm \(a slice is missing\); expected a slice every 2\.5 mm/,
      () => rawCtSeries().filter((f) => !f.name.includes("-2")),
    ],
    [
      "uneven slices",
      "UNEVEN_SPACING",
      /from 2\.1 to 2\.9 mm .*slice-2/,
      () => rawCtSeries((k) => ({ "00200032": ["DS", `0\\0\\${k === 2 ? 5.4 : 2.5 * k}`] })),
    ],
    [
      "a slice twice",
      "DUPLICATE_SLICE",
      /same SOP Instance UID/,
      () => [...rawCtSeries(), { ...rawCtFile(2), name: "CT/copy.dcm" }],
    ],
    [
      "two slices at one place",
      "DUPLICATE_SLICE",
      /copy\.dcm: lies at the same position as slice-2\.dcm|slice-2/,
      () => [...rawCtSeries(), { ...rawCtFile(2, { "00080018": ["UI", "1.9.9"] }), name: "CT/copy.dcm" }],
    ],
    [
      "two series",
      "MIXED_SERIES",
      /^CT: holds 2 series \(1\.2\.3\.2: 4 images, 1\.2\.99: 1 images\)|1\.2\.99/,
      () => rawCtSeries((k) => (k === 3 ? { "0020000E": ["UI", "1.2.99"] } : {})),
    ],
    [
      "two frames of reference",
      "FRAME_MISMATCH",
      /2 frames of reference/,
      () => rawCtSeries((k) => (k === 3 ? { "00200052": ["UI", "1.2.98"] } : {})),
    ],
    [
      "no pixel spacing",
      "NO_PIXEL_SPACING",
      /has no PixelSpacing/,
      () => rawCtSeries((k) => (k === 1 ? { "00280030": undefined } : {})),
    ],
    [
      "pixel spacing of zero",
      "NO_PIXEL_SPACING",
      /PixelSpacing is 0\\1/,
      () => rawCtSeries(() => ({ "00280030": ["DS", "0\\1"] })),
    ],
    [
      "no position",
      "NO_POSITION",
      /ImagePositionPatient/,
      () => rawCtSeries(() => ({ "00200032": undefined })),
    ],
    [
      "axes that are not orthogonal",
      "BAD_ORIENTATION",
      /ImageOrientationPatient is 1\\0\\0\\0\.5/,
      () => rawCtSeries(() => ({ "00200037": ["DS", "1\\0\\0\\0.5\\1\\0"] })),
    ],
    [
      "no rescale slope",
      "NO_RESCALE",
      /has no RescaleSlope/,
      () => rawCtSeries((k) => (k === 4 ? { "00281053": undefined } : {})),
    ],
    [
      "no rescale intercept",
      "NO_RESCALE",
      /has no RescaleIntercept/,
      () => rawCtSeries(() => ({ "00281052": undefined })),
    ],
    [
      "a tilted gantry",
      "GANTRY_TILT",
      /sheared by 1\.7633 mm over the stack \(gantry tilt 10\.0°\)/,
      () =>
        rawCtSeries((k) => ({
          "00200032": [
            "DS",
            [0, Math.tan(Math.PI / 18) * 2.5 * k, 2.5 * k].map((mm) => mm.toFixed(6)).join("\\"),
          ],
        })),
    ],
    [
      "slices of another size",
      "MIXED_GEOMETRY",
      /slice-\d\.dcm: differs in size/,
      () =>
        rawCtSeries((k) =>
          k === 1 ? { "00280010": ["US", 2], "7FE00010": ["OW", words(new Array(8).fill(0), 2)] } : {},
        ),
    ],
    [
      "too few pixels",
      "TRUNCATED",
      /slice-2\.dcm: has 20 bytes of pixels; expected 24 bytes/,
      () => rawCtSeries((k) => (k === 2 ? { "7FE00010": ["OW", new Uint8Array(20)] } : {})),
    ],
    [
      "no pixels",
      "TRUNCATED",
      /has no PixelData/,
      () => rawCtSeries((k) => (k === 2 ? { "7FE00010": undefined } : {})),
    ],
    [
      "a file cut short",
      "TRUNCATED",
      /slice-2\.dcm: ends/,
      () => rawCtSeries().map((f) => (f.name.includes("-2") ? { ...f, bytes: f.bytes.slice(0, -5) } : f)),
    ],
    [
      "JPEG 2000",
      "UNSUPPORTED_TRANSFER_SYNTAX",
      /1\.2\.840\.10008\.1\.2\.4\.90 \(JPEG 2000 Lossless\)/,
      () => [rawCtFile(0, {}, { transferSyntaxUid: "1.2.840.10008.1.2.4.90" })],
    ],
    [
      "deflate",
      "UNSUPPORTED_TRANSFER_SYNTAX",
      /Deflated/,
      () => [rawCtFile(0, {}, { transferSyntaxUid: "1.2.840.10008.1.2.1.99" })],
    ],
    ["a single slice", "TOO_FEW_SLICES", /has 1 slice/, () => rawCtSeries(() => ({}), 1)],
    [
      "a sitting patient",
      "PATIENT_POSITION",
      /"SITTING"; expected one of HFS/,
      () => rawCtSeries(() => ({ "00185100": ["CS", "SITTING"] })),
    ],
    ["colour", "PIXEL_FORMAT", /3 samples/, () => rawCtSeries(() => ({ "00280002": ["US", 3] }))],
  ];
  it.each(cases)("%s: %s", (_, code, message, files) => {
    expect(thrownBy(() => readCtSeries(files()))).toEqual(problem(code, message));
  });

  it("finds a gantry tilt of any kind of lean, with the lean measured", () => {
    const files = rawCtSeries((k) => ({ "00200032": ["DS", `${0.2 * k}\\0\\${2.5 * k}`] }));
    expect(thrownBy(() => readCtSeries(files))).toEqual(problem("GANTRY_TILT", /sheared by 0\.8 mm/));
  });

  it("is said in one line", () => {
    for (const [, , , files] of cases)
      expect((thrownBy(() => readCtSeries(files())) as Error).message).not.toContain("\n");
  });

  it("says of every cut of a file that it is cut, and nothing else", () => {
    for (const options of [{}, { transferSyntaxUid: "1.2.840.10008.1.2" }, { undefinedLengths: true }]) {
      const { bytes } = rawCtFile(0, {}, options);
      const next = rawCtFile(1);
      for (let length = 0; length < bytes.length; length++) {
        const error = thrownBy(() =>
          readCtSeries([{ name: "cut.dcm", bytes: bytes.slice(0, length) }, next]),
        );
        const code = (error as { code?: string } | undefined)?.code;
        // Cut between two elements, what is missed first may be something else than the pixels.
        expect([length, code]).toEqual([
          length,
          expect.stringMatching(
            /^(NOT_DICOM|TRUNCATED|NO_CT|MIXED_SERIES|FRAME_MISMATCH|TOO_FEW_SLICES|NO_PIXEL_SPACING|NO_POSITION|BAD_ORIENTATION)$/,
          ),
        ]);
      }
    }
  });

  it("refuses multi-frame CT by name", () => {
    const error = thrownBy(() =>
      readCtSeries([rawCtFile(0, { "00080016": ["UI", "1.2.840.10008.5.1.4.1.1.2.1"] })]),
    );
    expect(error).toMatchObject({ tag: "UnsupportedError", feature: "multi-frame (enhanced) CT" });
  });
});

const dataFolder = process.env.ISODOSE_DATA;

describe.skipIf(dataFolder === undefined)(
  "the CT under ISODOSE_DATA (skipped unless the variable names a folder)",
  () => {
    it("has the grid of its manifest and is read in under 2 s", () => {
      const folder = join(dataFolder!, "CT");
      const files = readdirSync(folder).map((name) => ({
        name: join(folder, name),
        bytes: new Uint8Array(readFileSync(join(folder, name))),
      }));
      const manifest = JSON.parse(readFileSync(join(dataFolder!, "manifest.json"), "utf8")).grid;
      const start = performance.now();
      const { ct, warnings } = readCtSeries(files);
      expect(performance.now() - start).toBeLessThan(2000);
      expect(ct.grid.size).toEqual([...manifest.shape_zyx].reverse());
      expect(ct.grid.spacingMm).toEqual(manifest.spacing_xyz);
      for (const axis of [0, 1, 2]) expect(ct.grid.originMm[axis]).toBeCloseTo(manifest.origin_lps[axis], 6);
      expect(warnings).toEqual([]);
    });
  },
);
