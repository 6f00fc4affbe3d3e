import { readFileSync } from "node:fs";
import { isLibraryError, PATIENT_POSITIONS, type PatientPosition, type Vec3 } from "@isodose/core";
import {
  anglesFromSourceDirection,
  beamFrame,
  beamToPatient,
  iecFixedToPatient,
  patientToBeam,
  patientToIecFixed,
} from "@isodose/geometry";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { evenly } from "../../../test/support/evenly.ts";

interface GoldenCase {
  readonly gantry: number;
  readonly couch: number;
  readonly coll: number;
  readonly source_dicom_minus_iso: Vec3;
  readonly bld_x10_dicom: Vec3;
  readonly bld_y10_dicom: Vec3;
}

const golden: { readonly cases: readonly GoldenCase[] } = JSON.parse(
  readFileSync(new URL("../../../test/golden/iec-61217/iec_dicom_golden.json", import.meta.url), "utf8"),
);

const angle = evenly(0, 360);
const seed = 61217;

function expectVector(actual: Vec3, expected: Vec3, within: number): void {
  for (const c of [0, 1, 2] as const) expect(Math.abs(actual[c] - expected[c])).toBeLessThanOrEqual(within);
}
const dot = (a: Vec3, b: Vec3) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
const cross = (a: Vec3, b: Vec3): Vec3 => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
];

describe("beam frame", () => {
  test("agrees with all 200 golden vectors (HFS)", () => {
    expect(golden.cases.length).toBe(200);
    for (const c of golden.cases) {
      const frame = beamFrame({
        gantryDeg: c.gantry,
        couchDeg: c.couch,
        collimatorDeg: c.coll,
        position: "HFS",
      });
      // Golden values are printed to 10 digits of 1000 mm and of 10 mm.
      const at = (axis: Vec3, mm: number): Vec3 => [axis[0] * mm, axis[1] * mm, axis[2] * mm];
      expectVector(at(frame.zAxis, 1000), c.source_dicom_minus_iso, 1e-6);
      expectVector(at(frame.xAxis, 10), c.bld_x10_dicom, 1e-8);
      expectVector(at(frame.yAxis, 10), c.bld_y10_dicom, 1e-8);
    }
  });

  // Where the beam comes from, as a person standing in the room would say it.
  const ANTERIOR: Vec3 = [0, -1, 0];
  const POSTERIOR: Vec3 = [0, 1, 0];
  const LEFT: Vec3 = [1, 0, 0];
  const RIGHT: Vec3 = [-1, 0, 0];
  test.each<[PatientPosition, number, string, Vec3]>([
    ["HFS", 0, "anterior", ANTERIOR],
    ["HFS", 90, "the patient's left", LEFT],
    ["HFS", 180, "posterior", POSTERIOR],
    ["HFP", 0, "posterior", POSTERIOR],
    ["HFP", 90, "the patient's right", RIGHT],
    ["HFDR", 0, "the patient's left (right side is down)", LEFT],
    ["HFDR", 90, "posterior", POSTERIOR],
    ["HFDL", 0, "the patient's right (left side is down)", RIGHT],
    ["HFDL", 90, "anterior", ANTERIOR],
    ["FFS", 0, "anterior", ANTERIOR],
    ["FFS", 90, "the patient's right", RIGHT],
    ["FFP", 0, "posterior", POSTERIOR],
    ["FFP", 90, "the patient's left", LEFT],
    ["FFDR", 0, "the patient's left (right side is down)", LEFT],
    ["FFDR", 90, "anterior", ANTERIOR],
    ["FFDL", 0, "the patient's right (left side is down)", RIGHT],
    ["FFDL", 90, "posterior", POSTERIOR],
  ])("%s gantry %d comes from %s", (position, gantryDeg, _from, expected) => {
    expectVector(beamFrame({ gantryDeg, couchDeg: 0, collimatorDeg: 0, position }).zAxis, expected, 1e-15);
  });

  test("a couch turned counter-clockwise from above moves the patient, seen from the couch the source goes clockwise", () => {
    // Couch 90°, HFS: the head, once towards the gantry (+y), points to −x, where gantry 270° has the source.
    const { zAxis } = beamFrame({ gantryDeg: 270, couchDeg: 90, collimatorDeg: 0, position: "HFS" });
    expectVector(zAxis, [0, 0, 1], 1e-15);
  });

  test("axes are orthonormal and right-handed", () => {
    fc.assert(
      fc.property(
        angle,
        angle,
        angle,
        fc.constantFrom(...PATIENT_POSITIONS),
        (gantryDeg, couchDeg, collimatorDeg, position) => {
          const { xAxis, yAxis, zAxis } = beamFrame({ gantryDeg, couchDeg, collimatorDeg, position });
          expect(dot(xAxis, xAxis)).toBeCloseTo(1, 13);
          expect(dot(yAxis, yAxis)).toBeCloseTo(1, 13);
          expect(dot(xAxis, yAxis)).toBeCloseTo(0, 13);
          expect(dot(cross(xAxis, yAxis), zAxis)).toBeCloseTo(1, 13);
        },
      ),
      { seed },
    );
  });

  test("patientToBeam and beamToPatient undo each other, and the source is at (0, 0, SAD)", () => {
    const mm = evenly(-500, 500);
    fc.assert(
      fc.property(
        angle,
        angle,
        angle,
        fc.tuple(mm, mm, mm),
        fc.tuple(mm, mm, mm),
        (g, c, k, point, isocenter) => {
          const frame = beamFrame({ gantryDeg: g, couchDeg: c, collimatorDeg: k, position: "FFDL" });
          expectVector(beamToPatient(patientToBeam(point, isocenter, frame), isocenter, frame), point, 1e-10);
          const source = beamToPatient([0, 0, 1000], isocenter, frame);
          expect(
            Math.hypot(...source.map((x, a) => x - isocenter[a]! - 1000 * frame.zAxis[a]!)),
          ).toBeLessThan(1e-9);
        },
      ),
      { seed },
    );
  });

  test("a wrong position or angle is an error that names it", () => {
    const angles = { gantryDeg: 0, couchDeg: 0, collimatorDeg: 0 };
    expect(() => beamFrame({ ...angles, position: "HFX" as PatientPosition })).toThrow(/HFX.*HFS/);
    expect(() => beamFrame({ ...angles, gantryDeg: Number.NaN, position: "HFS" })).toThrow(/gantryDeg/);
    try {
      anglesFromSourceDirection([0, 0, 0], "HFS");
      expect.unreachable();
    } catch (error) {
      expect(isLibraryError(error, "InvalidInputError")).toBe(true);
    }
  });
});

describe("patient positions", () => {
  test.each(PATIENT_POSITIONS)("%s: a proper rotation, undone by patientToIecFixed", (position) => {
    const x = iecFixedToPatient([1, 0, 0], position);
    const y = iecFixedToPatient([0, 1, 0], position);
    const z = iecFixedToPatient([0, 0, 1], position);
    expect(dot(cross(x, y), z)).toBe(1);
    expect(patientToIecFixed(iecFixedToPatient([1, 2, 3], position), position)).toEqual([1, 2, 3]);
  });

  test.each(PATIENT_POSITIONS)("%s: head or feet at the gantry, the named side up or down", (position) => {
    const head = patientToIecFixed([0, 0, 1], position);
    expect(head).toEqual([0, position.startsWith("HF") ? 1 : -1, 0]);
    const up: Record<string, Vec3> = { S: [0, -1, 0], P: [0, 1, 0], DR: [1, 0, 0], DL: [-1, 0, 0] };
    expect(patientToIecFixed(up[position.slice(2)]!, position)).toEqual([0, 0, 1]);
  });

  test.each(PATIENT_POSITIONS)(
    "%s: one room-fixed scene has the same beam coordinates as in HFS",
    (position) => {
      // A marker fixed on the couch, and a source fixed in the room: how the patient lies on the couch cannot matter.
      const isocenter: Vec3 = [12, -34, 56];
      const markerOnCouch: Vec3 = [31, -17, 23];
      const inBeam = (p: PatientPosition) => {
        const frame = beamFrame({ gantryDeg: 37, couchDeg: 22, collimatorDeg: 71, position: p });
        const [x, y, z] = iecFixedToPatient(markerOnCouch, p);
        return patientToBeam([isocenter[0] + x, isocenter[1] + y, isocenter[2] + z], isocenter, frame);
      };
      expectVector(inBeam(position), inBeam("HFS"), 1e-12);
    },
  );
});

describe("angles from the source's direction", () => {
  test("put the source there, couch within ±90°", () => {
    fc.assert(
      fc.property(angle, angle, fc.constantFrom(...PATIENT_POSITIONS), (g, c, position) => {
        const { zAxis } = beamFrame({ gantryDeg: g, couchDeg: c, collimatorDeg: 0, position });
        const { gantryDeg, couchDeg } = anglesFromSourceDirection(
          [3 * zAxis[0], 3 * zAxis[1], 3 * zAxis[2]],
          position,
        );
        expect(couchDeg <= 90 || couchDeg >= 270).toBe(true);
        expect(gantryDeg).toBeGreaterThanOrEqual(0);
        expect(gantryDeg).toBeLessThan(360);
        expectVector(beamFrame({ gantryDeg, couchDeg, collimatorDeg: 0, position }).zAxis, zAxis, 1e-12);
      }),
      { seed, numRuns: 400 },
    );
  });

  test.each([
    [[0, -1, 0], 0, 0],
    [[0, 1, 0], 180, 0],
    [[1, 0, 0], 90, 0],
    [[-1, 0, 0], 270, 0],
  ] as const)("HFS %j is gantry %d, couch %d", (direction, gantryDeg, couchDeg) => {
    expect(anglesFromSourceDirection(direction, "HFS")).toEqual({ gantryDeg, couchDeg });
  });
});
