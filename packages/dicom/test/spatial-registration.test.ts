import {
  inspectFiles,
  readSpatialRegistration,
  type SpatialRegistrationContent,
  writeCtSeries,
  writeSpatialRegistration,
} from "@isodose/dicom";
import {
  composeTransforms,
  invertTransform,
  rigidTransform,
  transformDifference,
  transformPoint,
} from "@isodose/geometry";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { evenly } from "../../../test/support/evenly.ts";
import { makePatient } from "./support/fixtures.ts";
import { type RawDataSet, rawDicom } from "./support/raw-dicom.ts";

const patient = makePatient(
  { size: [4, 3, 2], spacingMm: [1, 1, 2], originMm: [0, 0, 0], direction: [1, 0, 0, 0, 1, 0, 0, 0, 1] },
  () => 0,
);
const content: SpatialRegistrationContent = {
  transform: rigidTransform({ rotationDeg: [1, -7, 30], translationMm: [-12.345678901, 0.1, 400] }),
  fixed: {
    frameOfReferenceUid: patient.ct.frameOfReferenceUid,
    seriesInstanceUid: patient.references.ctSeriesInstanceUid,
    sopInstanceUids: patient.references.ctSopInstanceUids,
    modality: "CT",
  },
  moving: {
    frameOfReferenceUid: "1.2.826.0.1.7",
    seriesInstanceUid: "1.2.826.0.1.8",
    sopInstanceUids: ["1.2.826.0.1.9"],
    modality: "MR",
  },
  patient,
};

/** A registration by hand; frames of reference "1.1" (its own) and the given ones. */
function raw(items: readonly { frame: string; matrices: readonly (readonly number[])[]; type?: string }[]): {
  name: string;
  bytes: Uint8Array;
} {
  const dataSet: RawDataSet = {
    "00080016": ["UI", "1.2.840.10008.5.1.4.1.1.66.1"],
    "00080018": ["UI", "1.2.3.4"],
    "00080060": ["CS", "REG"],
    "00200052": ["UI", "1.1"],
    "00700308": [
      "SQ",
      items.map(({ frame, matrices, type = "RIGID" }) => ({
        "00200052": ["UI", frame],
        "00700309": [
          "SQ",
          [
            {
              "0070030A": [
                "SQ",
                matrices.map((m) => ({
                  "0070030C": ["CS", type],
                  "300600C6": ["DS", m.map((v) => String(Math.round(v * 1e9) / 1e9)).join("\\")],
                })),
              ],
            },
          ],
        ],
      })),
    ],
  };
  return { name: "reg.dcm", bytes: rawDicom(dataSet) };
}

describe("DICOM Spatial Registration", () => {
  it("comes back as written", () => {
    const angle = evenly(-180, 180);
    const shift = evenly(-2000, 2000);
    fc.assert(
      fc.property(
        fc.tuple(angle, angle, angle),
        fc.tuple(shift, shift, shift),
        (rotationDeg, translationMm) => {
          const transform = rigidTransform({ rotationDeg, translationMm });
          const back = readSpatialRegistration(writeSpatialRegistration({ ...content, transform }));
          const { distanceMm, angleDeg } = transformDifference(back.transform, transform, [100, -200, 300]);
          return distanceMm < 1e-6 && angleDeg < 1e-6;
        },
      ),
      { seed: 4, numRuns: 30 },
    );
    const back = readSpatialRegistration(writeSpatialRegistration(content));
    expect(back).toMatchObject({
      label: "MR TO CT",
      fixedFrameOfReferenceUid: patient.ct.frameOfReferenceUid,
      movingFrameOfReferenceUid: "1.2.826.0.1.7",
    });
    expect(writeSpatialRegistration(content)).toEqual(writeSpatialRegistration(content));
  });

  it("applies the matrices of a sequence in their order, and goes back through that of the fixed frame", () => {
    const a = rigidTransform({ rotationDeg: [0, 0, 90] });
    const b = rigidTransform({ translationMm: [10, 0, 0] });
    const c = rigidTransform({ rotationDeg: [20, 0, 0], translationMm: [0, 3, 0] });
    // (1, 2, 3) turned by 90° about z is (−2, 1, 3); then shifted (8, 1, 3).
    const { transform } = readSpatialRegistration(raw([{ frame: "2.2", matrices: [a, b] }]));
    for (const [n, value] of transformPoint(transform, [1, 2, 3]).entries())
      expect(value).toBeCloseTo([8, 1, 3][n]!, 8);
    const both = readSpatialRegistration(
      raw([
        { frame: "1.1", matrices: [c] },
        { frame: "2.2", matrices: [a, b] },
      ]),
    );
    const expected = composeTransforms(invertTransform(c), composeTransforms(b, a));
    expect(transformDifference(both.transform, expected, [50, 60, 70]).distanceMm).toBeLessThan(1e-6);
  });

  it("refuses what it cannot use", () => {
    const turn = rigidTransform({ rotationDeg: [0, 0, 5] });
    const sheared = [1, 0.1, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];
    const mirror = [-1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];
    const code = (bad: string) => expect.objectContaining({ code: bad });
    for (const matrix of [sheared, mirror, turn.slice(0, 15)])
      expect(() => readSpatialRegistration(raw([{ frame: "2.2", matrices: [matrix] }]))).toThrow(
        code("BAD_MATRIX"),
      );
    expect(() => readSpatialRegistration(raw([{ frame: "2.2", matrices: [] }]))).toThrow(code("BAD_MATRIX"));
    expect(() => readSpatialRegistration(raw([{ frame: "1.1", matrices: [turn] }]))).toThrow(
      code("BAD_MATRIX"),
    );
    expect(() => readSpatialRegistration(raw([]))).toThrow(code("NOT_REGISTRATION"));
    expect(() => readSpatialRegistration(writeCtSeries(patient)[0]!)).toThrow(code("NOT_REGISTRATION"));
    const unsupported = expect.objectContaining({ tag: "UnsupportedError" });
    expect(() => readSpatialRegistration(raw([{ frame: "2.2", matrices: [turn], type: "AFFINE" }]))).toThrow(
      unsupported,
    );
    const three = ["2.2", "3.3"].map((frame) => ({ frame, matrices: [turn] }));
    expect(() => readSpatialRegistration(raw(three))).toThrow(unsupported);
    const write = (changed: Partial<SpatialRegistrationContent>) => () =>
      writeSpatialRegistration({ ...content, ...changed });
    expect(write({ transform: sheared as never })).toThrow(/transform/);
    expect(write({ moving: content.fixed })).toThrow(/another frame of reference/);
    expect(write({ moving: { ...content.moving, sopInstanceUids: [] } })).toThrow(/moving.sopInstanceUids/);
  });

  it("is listed by inspectFiles, with the frame of reference checked", () => {
    const found = inspectFiles([...writeCtSeries(patient), writeSpatialRegistration(content)]);
    expect(found.problems).toEqual([]);
    expect(found.registrations).toMatchObject([
      { file: "REG.dcm", label: "MR TO CT", movingFrameOfReferenceUid: "1.2.826.0.1.7" },
    ]);
    expect(found.registrations[0]!.transform[11]).toBeCloseTo(400, 9);
    const elsewhere = { ...content, fixed: { ...content.fixed, frameOfReferenceUid: "9.9" } };
    expect(
      inspectFiles([...writeCtSeries(patient), writeSpatialRegistration(elsewhere)]).problems.map(
        (p) => p.code,
      ),
    ).toEqual(["FRAME_MISMATCH"]);
  });
});
