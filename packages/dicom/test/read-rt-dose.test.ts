import { readRtDose } from "@isodose/dicom";
import { describe, expect, it } from "vitest";
import { rawCtFile, rawDose, rawDoseFile } from "./support/fixtures.ts";
import {
  concatenate,
  encapsulated,
  type RawDataSet,
  rawDicom,
  rleFrame,
  words,
} from "./support/raw-dicom.ts";

const stored = Array.from({ length: 12 }, (_, n) => n);
const half = stored.map((n) => n / 2);
const flipped = [8, 9, 10, 11, 4, 5, 6, 7, 0, 1, 2, 3].map((n) => n / 2);
const valuesOf = (file: Parameters<typeof readRtDose>[0]): number[] =>
  Array.from(readRtDose(file).dose.values.data as Float32Array);

describe("an RTDOSE", () => {
  it("is DoseGridScaling times the stored value, on the grid of its frames", () => {
    const read = readRtDose(rawDoseFile({ "300C0002": ["SQ", [{ "00081155": ["UI", "1.2.3.7"] }]] }));
    expect(Array.from(read.dose.values.data as Float32Array)).toEqual(half);
    expect(read.dose).toMatchObject({
      unit: "Gy",
      frameOfReferenceUid: "1.2.3.3",
      grid: {
        size: [2, 2, 3],
        spacingMm: [2, 2, 3],
        originMm: [1, 2, 30],
        direction: [1, 0, 0, 0, 1, 0, 0, 0, 1],
      },
    });
    expect(read).toMatchObject({
      doseSummationType: "PLAN",
      referencedPlanUid: "1.2.3.7",
      sopInstanceUid: "1.2.3.9",
      warnings: [],
    });
  });

  it("reads the same from big endian, RLE, 16 bits", () => {
    // 32-bit pixels are pairs of 16-bit words, low word first, in every byte order.
    const pairs = words(
      stored.flatMap((n) => [n & 0xffff, n >>> 16]),
      2,
      false,
    );
    const big = rawDoseFile({ "7FE00010": ["OW", pairs] }, { transferSyntaxUid: "1.2.840.10008.1.2.2" });
    expect(valuesOf(big)).toEqual(half);
    expect(readRtDose(big).warnings.map(({ code }) => code)).toEqual(["BIG_ENDIAN_WORDS"]);
    expect(valuesOf(rawDoseFile({}, { transferSyntaxUid: "1.2.840.10008.1.2" }))).toEqual(half);
    const frames = [0, 1, 2].map((k) => rleFrame(stored.slice(4 * k, 4 * k + 4), 4));
    const head = rawDicom(rawDose({ "7FE00010": undefined }), { transferSyntaxUid: "1.2.840.10008.1.2.5" });
    expect(valuesOf({ name: "rle.dcm", bytes: concatenate(head, encapsulated(frames)) })).toEqual(half);
    const sixteen: RawDataSet = {
      "00280100": ["US", 16],
      "00280101": ["US", 16],
      "00280102": ["US", 15],
      "7FE00010": ["OW", words(stored, 2)],
    };
    expect(valuesOf(rawDoseFile(sixteen))).toEqual(half);
  });

  it("keeps 32-bit values above 2³¹, and negative ones where pixels are signed", () => {
    const high = stored.map((n) => 4294967295 - n);
    expect(
      valuesOf(rawDoseFile({ "7FE00010": ["OW", words(high, 4)], "3004000E": ["DS", "1e-8"] }))[0],
    ).toBeCloseTo(42.94967295, 5);
    expect(
      valuesOf(
        rawDoseFile({
          "00280103": ["US", 1],
          "7FE00010": [
            "OW",
            words(
              stored.map((n) => -n),
              4,
            ),
          ],
        }),
      )[3],
    ).toBe(-1.5);
  });

  it.each([
    ["relative", "0\\3\\6", "1\\0\\0\\0\\1\\0", 30, half],
    ["relative, descending", "0\\-3\\-6", "1\\0\\0\\0\\1\\0", 24, flipped],
    ["absolute", "30\\33\\36", "1\\0\\0\\0\\1\\0", 30, half],
    ["absolute, descending", "30\\27\\24", "1\\0\\0\\0\\1\\0", 24, flipped],
    // Prone: the normal points to −z. Relative offsets go along it, absolute ones along z.
    ["relative, normal to −z", "0\\3\\6", "-1\\0\\0\\0\\1\\0", 30, half],
    ["absolute, normal to −z", "30\\27\\24", "-1\\0\\0\\0\\1\\0", 30, half],
    ["absolute, normal to −z, ascending", "30\\33\\36", "-1\\0\\0\\0\\1\\0", 36, flipped],
  ] as const)("takes frame offsets: %s", (_, offsets, orientation, originZ, expected) => {
    const file = rawDoseFile({ "3004000C": ["DS", offsets], "00200037": ["DS", orientation] });
    const { dose } = readRtDose(file);
    expect(dose.grid.originMm).toEqual([1, 2, originZ]);
    expect(dose.grid.spacingMm[2]).toBe(3);
    expect(dose.grid.direction[8]).toBe(orientation.startsWith("-") ? -1 : 1);
    expect(Array.from(dose.values.data as Float32Array)).toEqual(expected);
  });

  it("warns of a dose that is not a whole plan's", () => {
    expect(readRtDose(rawDoseFile({ "3004000A": ["CS", "FRACTION"] })).warnings[0]?.code).toBe(
      "DOSE_SUMMATION",
    );
  });
});

describe("what is wrong with an RTDOSE", () => {
  it.each([
    ["NOT_GY", { "30040002": ["CS", "RELATIVE"] }, /DoseUnits is "RELATIVE"; expected GY/],
    ["NOT_GY", { "30040002": undefined }, /DoseUnits is ""/],
    ["DOSE_TYPE", { "30040004": ["CS", "ERROR"] }, /DoseType is "ERROR"; expected PHYSICAL/],
    ["NO_DOSE_SCALING", { "3004000E": undefined }, /has no DoseGridScaling/],
    ["NO_DOSE_SCALING", { "3004000E": ["DS", "0"] }, /DoseGridScaling is 0/],
    ["NO_PIXEL_SPACING", { "00280030": undefined }, /PixelSpacing/],
    [
      "FRAME_COUNT",
      { "3004000C": ["DS", "0\\3\\6\\9"] },
      /NumberOfFrames is 3, GridFrameOffsetVector has 4 values/,
    ],
    ["FRAME_COUNT", { "3004000C": undefined }, /has 0 values/],
    ["FRAME_COUNT", { "00280008": undefined }, /has no NumberOfFrames/],
    [
      "FRAME_COUNT",
      { "7FE00010": ["OW", words(stored.slice(0, 8), 4)] },
      /has 32 bytes of pixels; expected 48 bytes \(2 × 2, 3 frames, 32 bits\)/,
    ],
    ["TRUNCATED", { "7FE00010": ["OW", words(stored.slice(0, 9), 4)] }, /has 36 bytes of pixels/],
    [
      "UNEVEN_SPACING",
      { "3004000C": ["DS", "0\\3\\7"] },
      /frame 2 lies 0\.5 mm off a regular spacing of 3\.5 mm/,
    ],
    ["UNEVEN_SPACING", { "3004000C": ["DS", "0\\0\\0"] }, /regular spacing of 0 mm/],
    [
      "FRAME_OFFSETS",
      { "3004000C": ["DS", "5\\8\\11"] },
      /starts with 5; expected 0, or the z of ImagePositionPatient \(30\)/,
    ],
    ["FRAME_OFFSETS", { "3004000C": ["DS", "0\\x\\6"] }, /not a number/],
  ] as [string, RawDataSet, RegExp][])("%s", (code, overrides, message) => {
    expect(() => readRtDose(rawDoseFile(overrides))).toThrow(
      expect.objectContaining({ code, message: expect.stringMatching(message) }),
    );
  });

  it("NOT_DOSE", () => {
    expect(() => readRtDose(rawCtFile(0))).toThrow(
      expect.objectContaining({ code: "NOT_DOSE", message: "CT/slice-0.dcm: is CT; expected an RTDOSE" }),
    );
  });
});
