import { createVolume, type Grid, type Patient, type Structure } from "@isodose/core";
import {
  assemblePatient,
  readCtSeries,
  readRtDose,
  readRtPlan,
  readStructureSet,
  sopInstanceUidsOf,
  writeCtSeries,
  writeRtDose,
  writeRtPlan,
  writeStructureSet,
} from "@isodose/dicom";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { evenly } from "../../../test/support/evenly.ts";
import { makePatient, makePlan, makeStructure, polygon, rotation } from "./support/fixtures.ts";

const seed = 20261102;
const millimetres = evenly(-500, 500);
const angle = evenly(-Math.PI, Math.PI);
const spacing = evenly(0.4, 5);

const anyGrid: fc.Arbitrary<Grid> = fc
  .record({
    size: fc.tuple(
      fc.integer({ min: 1, max: 5 }),
      fc.integer({ min: 1, max: 5 }),
      fc.integer({ min: 2, max: 5 }),
    ),
    spacingMm: fc.tuple(spacing, spacing, spacing),
    originMm: fc.tuple(millimetres, millimetres, millimetres),
    angles: fc.tuple(angle, angle, angle),
    oblique: fc.boolean(),
  })
  .map(({ angles, oblique, ...grid }) => ({
    ...grid,
    direction: oblique ? rotation(...angles) : [1, 0, 0, 0, 1, 0, 0, 0, 1],
  }));

const axialGrid: Grid = {
  size: [8, 6, 5],
  spacingMm: [1.5, 1.25, 2],
  originMm: [-6, -4, 10],
  direction: [1, 0, 0, 0, 1, 0, 0, 0, 1],
};

function expectSameGrid(found: Grid, expected: Grid): void {
  expect(found.size).toEqual(expected.size);
  for (let a = 0; a < 3; a++) {
    expect(found.spacingMm[a]).toBeCloseTo(expected.spacingMm[a]!, 5);
    expect(found.originMm[a]).toBeCloseTo(expected.originMm[a]!, 7);
  }
  for (let a = 0; a < 9; a++) expect(found.direction[a]).toBeCloseTo(expected.direction[a]!, 9);
}

describe("what is written and read back", () => {
  it(`is the same CT (seed ${seed})`, () => {
    fc.assert(
      fc.property(
        anyGrid,
        fc.integer({ min: -32768, max: 0 }),
        fc.integer({ min: 0, max: 32767 }),
        (grid, low, high) => {
          const patient = makePatient(grid, (n) => low + ((n * 7919) % (high - low + 1)));
          const read = readCtSeries(writeCtSeries(patient).reverse());
          expectSameGrid(read.ct.grid, grid);
          expect(read.ct.values.data).toEqual(patient.ct.values.data);
          expect(read.ct.frameOfReferenceUid).toBe(patient.ct.frameOfReferenceUid);
          expect(read.identity).toEqual(patient.identity);
          expect(read.position).toBe(patient.position);
          expect(read.references.ctSopInstanceUids).toEqual(patient.references.ctSopInstanceUids);
        },
      ),
      { seed, numRuns: 60 },
    );
  });

  it(`is the same dose within half of DoseGridScaling (seed ${seed})`, () => {
    fc.assert(
      fc.property(anyGrid, evenly(1e-6, 300), (grid, highest) => {
        const patient = makePatient(axialGrid, () => 0);
        const count = grid.size[0] * grid.size[1] * grid.size[2];
        const data = Float32Array.from({ length: count }, (_, n) => highest * ((n * 0.618) % 1));
        const dose = createVolume(grid, "Gy", patient.ct.frameOfReferenceUid, data);
        const plan = makePlan(2);
        const read = readRtDose(writeRtDose({ dose, plan, patient }));
        expectSameGrid(read.dose.grid, grid);
        const max = data.reduce((a, b) => Math.max(a, b), 0);
        // Half a step of 2⁻³¹ of the maximum, and the rounding of float32.
        for (let n = 0; n < count; n++) {
          const tolerance = max * 2 ** -32 * 1.01 + data[n]! * 2 ** -24;
          expect(Math.abs((read.dose.values.data[n] as number) - data[n]!)).toBeLessThanOrEqual(tolerance);
        }
        expect(read.doseSummationType).toBe("PLAN");
        expect(read.referencedPlanUid).toBe(sopInstanceUidsOf(plan, patient).plan);
        expect(read.sopInstanceUid).toBe(sopInstanceUidsOf(plan, patient).dose);
      }),
      { seed, numRuns: 60 },
    );
  });

  it(`is the same structures (seed ${seed})`, () => {
    const contour = fc.tuple(
      fc.integer({ min: 0, max: 4 }),
      fc.array(fc.tuple(millimetres, millimetres), { minLength: 3, maxLength: 40 }),
    );
    const structure = fc.record({
      name: fc
        .string({ minLength: 1, maxLength: 20, unit: "grapheme" })
        .filter((s) => s.length <= 64 && !/[\\\p{Cc}]/u.test(s) && s.trim() === s),
      // One contour in a plane: holes are another test.
      contours: fc.uniqueArray(contour, { selector: ([k]) => k }),
      type: fc.constantFrom<Structure["type"]>("GTV", "PTV", "ORGAN", "AVOIDANCE", "EXTERNAL", ""),
    });
    fc.assert(
      fc.property(fc.array(structure, { maxLength: 4 }), (drawn) => {
        const structures = drawn.map(({ name, contours, type }, n) =>
          makeStructure(
            name,
            n * 3 + 1,
            contours.map(([k, xy]) => polygon(10 + 2 * k, ...xy.flat())),
            type,
          ),
        );
        const patient = makePatient(axialGrid, () => 0, structures);
        const set = readStructureSet(writeStructureSet(patient));
        expect(set.structures.map(({ contours: _, ...rest }) => rest)).toEqual(
          patient.structures.map(({ contours: _, ...rest }) => rest),
        );
        for (const [n, { contours }] of set.structures.entries()) {
          const expected = patient.structures[n]!.contours;
          expect(contours.length).toBe(expected.length);
          for (const [m, { type, pointsMm }] of contours.entries()) {
            expect(type).toBe("CLOSED_PLANAR");
            for (let p = 0; p < pointsMm.length; p++)
              expect(pointsMm[p]).toBeCloseTo(expected[m]!.pointsMm[p]!, 8);
          }
        }
        expect(set.referencedSeriesInstanceUid).toBe(patient.references.ctSeriesInstanceUid);
        expect(assemblePatient(readCtSeries(writeCtSeries(patient)), set).references).toEqual(
          patient.references,
        );
      }),
      { seed, numRuns: 60 },
    );
  });

  it("keeps a contour of more than 64 kB", () => {
    const circle = Array.from({ length: 5000 }, (_, n) => [
      30 * Math.cos(n / 795.8),
      30 * Math.sin(n / 795.8),
    ]).flat();
    const patient = makePatient(axialGrid, () => 0, [makeStructure("BODY", 1, [polygon(10, ...circle)])]);
    const read = readStructureSet(writeStructureSet(patient)).structures[0]!.contours[0]!.pointsMm;
    expect(read.length).toBe(15000);
    expect(read[14999]).toBe(10);
    expect(read[0]).toBe(30);
  });

  it("is the same plan: metersets per fraction, one isocenter per beam, angles from 0 to 360", () => {
    const patient = makePatient(axialGrid, () => 0);
    const plan = makePlan(150);
    const read = readRtPlan(writeRtPlan({ plan, patient }));
    expect(read).toMatchObject({
      label: "test plan",
      fractions: 3,
      prescriptionGy: 24,
      sopInstanceUid: sopInstanceUidsOf(plan, patient).plan,
    });
    expect(read.beams.length).toBe(150);
    for (const [b, beam] of read.beams.entries()) {
      expect(beam.type).toBe("STATIC");
      expect(beam.meterset).toBeCloseTo(plan.monitorUnits[b]! / 3, 5);
      for (let a = 0; a < 3; a++) expect(beam.isocenterMm![a]).toBeCloseTo(plan.beams[b]!.aimMm[a]!, 5);
      for (const [found, given] of [
        [beam.gantryDeg!, plan.beams[b]!.gantryDeg],
        [beam.couchDeg!, plan.beams[b]!.couchDeg],
      ] as const) {
        expect(found).toBeGreaterThanOrEqual(0);
        expect(found).toBeLessThan(360);
        expect(Math.cos(((found - given) * Math.PI) / 180)).toBeCloseTo(1, 10);
      }
    }
  });

  it("is the same bytes every time, and others for another plan", () => {
    const patient = makePatient(axialGrid, (n) => n, [
      makeStructure("PTV", 1, [polygon(10, 0, 0, 5, 0, 5, 5)]),
    ]);
    const dose = createVolume(axialGrid, "Gy", patient.ct.frameOfReferenceUid);
    const write = (plan = makePlan(3)) => [
      writeRtPlan({ plan, patient }),
      writeRtDose({ dose, plan, patient }),
      writeStructureSet(patient),
      ...writeCtSeries(patient),
    ];
    expect(write()).toEqual(write());
    expect(sopInstanceUidsOf(makePlan(3), patient)).not.toEqual(sopInstanceUidsOf(makePlan(4), patient));
    expect(writeStructureSet(patient, { studyDate: "20270304", time: "010203" }).bytes).not.toEqual(
      writeStructureSet(patient).bytes,
    );
  });

  it("says in every object that it is not for clinical use", () => {
    const patient = makePatient(axialGrid, (n) => n, [
      makeStructure("PTV", 1, [polygon(10, 0, 0, 5, 0, 5, 5)]),
    ]);
    const dose = createVolume(axialGrid, "Gy", patient.ct.frameOfReferenceUid);
    const plan = makePlan(1);
    for (const { bytes } of [
      writeRtPlan({ plan, patient }),
      writeRtDose({ dose, plan, patient }),
      writeStructureSet(patient),
      writeCtSeries(patient)[0]!,
    ]) {
      expect(new TextDecoder("latin1").decode(bytes)).toContain("Not for clinical use");
    }
  });
});

/** Signed area of all polygons by the even–odd rule, on a fine raster of the plane, mm². */
function evenOddArea(contours: Structure["contours"], z: number): number {
  const polygons = contours
    .filter(({ pointsMm }) => Math.abs(pointsMm[2]! - z) < 1e-6)
    .map(({ pointsMm }) => pointsMm);
  let count = 0;
  for (let x = -19.95; x < 20; x += 0.1) {
    for (let y = -19.95; y < 20; y += 0.1) {
      let inside = false;
      for (const p of polygons) {
        for (let a = 0, b = p.length - 3; a < p.length; b = a, a += 3) {
          const [xa, ya, xb, yb] = [p[a]!, p[a + 1]!, p[b]!, p[b + 1]!];
          if (ya > y !== yb > y && x < xa + ((xb - xa) * (y - ya)) / (yb - ya)) inside = !inside;
        }
      }
      if (inside) count++;
    }
  }
  return count * 0.01;
}

describe("holes", () => {
  const square = (z: number, half: number, x = 0, y = 0) =>
    polygon(z, x - half, y - half, x + half, y - half, x + half, y + half, x - half, y + half);
  const written = (contours: Structure["contours"]): Structure["contours"] => {
    const patient: Patient = makePatient(axialGrid, () => 0, [makeStructure("RING", 1, contours)]);
    return readStructureSet(writeStructureSet(patient)).structures[0]!.contours;
  };

  it.each([
    ["a ring", [square(10, 15), square(10, 5)], 1, 900 - 100],
    [
      "a ring of XOR contours",
      [square(10, 5), square(10, 15)].map((c) => ({ ...c, type: "CLOSEDPLANAR_XOR" as const })),
      1,
      900 - 100,
    ],
    ["two holes", [square(10, 15), square(10, 3, -6), square(10, 2, 7, 4)], 1, 900 - 36 - 16],
    ["an island in a hole", [square(10, 15), square(10, 10), square(10, 3)], 2, 900 - 400 + 36],
    ["side by side", [square(10, 3, -8), square(10, 4, 8)], 2, 36 + 64],
    ["one above the other", [square(10, 3), square(12, 4)], 2, 36],
  ] as const)("%s", (_, contours, count, areaMm2) => {
    const found = written(contours);
    expect(found.every(({ type }) => type === "CLOSED_PLANAR")).toBe(true);
    expect(found.length).toBe(count);
    // The raster may miss a sample or two where the way there and back along a bridge rounds differently.
    expect(Math.abs(evenOddArea(found, 10) - areaMm2)).toBeLessThan(0.05);
    // The winding rule agrees: the shoelace sum over the polygons of the plane, holes turned the other way.
    const shoelace = found
      .filter(({ pointsMm }) => pointsMm[2] === 10)
      .map(({ pointsMm: p }) => {
        let sum = 0;
        for (let a = 0, b = p.length - 3; a < p.length; b = a, a += 3)
          sum += (p[b]! * p[a + 1]! - p[a]! * p[b + 1]!) / 2;
        return Math.abs(sum);
      });
    expect(shoelace.reduce((a, b) => a + b, 0)).toBeCloseTo(areaMm2, 6);
  });

  it("does not change a region whose contours cross", () => {
    const crossing = [square(10, 10), square(10, 10, 5, 5)];
    expect(evenOddArea(written(crossing), 10)).toBeCloseTo(evenOddArea(crossing, 10), 6);
  });
});

describe("what cannot be written", () => {
  const patient = makePatient(axialGrid, () => 0);
  const plan = makePlan(2);
  const dose = (data: (n: number) => number, frame = patient.ct.frameOfReferenceUid) =>
    createVolume(
      axialGrid,
      "Gy",
      frame,
      Float32Array.from({ length: 240 }, (_, n) => data(n)),
    );

  it.each([
    [
      "HU over 16 bits",
      () => writeCtSeries(makePatient(axialGrid, (n) => (n === 0 ? -2000 : 40000))),
      /CT value: is 40000/,
    ],
    ["a CT without numbers", () => writeCtSeries(makePatient(axialGrid, () => Number.NaN)), /finite HU/],
    [
      "no UID for a slice",
      () => writeCtSeries({ ...patient, references: { ...patient.references, ctSopInstanceUids: ["1.2"] } }),
      /5 UIDs/,
    ],
    [
      "no study",
      () => writeStructureSet({ ...patient, identity: { ...patient.identity, studyInstanceUid: "" } }),
      /StudyInstanceUID: is ""; expected a UID/,
    ],
    [
      "left-handed axes",
      () => writeCtSeries(makePatient({ ...axialGrid, direction: [1, 0, 0, 0, 1, 0, 0, 0, -1] }, () => 0)),
      /right-handed/,
    ],
    ["a negative dose", () => writeRtDose({ dose: dose((n) => n - 1), plan, patient }), /dose: is -1/],
    [
      "a dose in another frame",
      () => writeRtDose({ dose: dose(() => 1, "1.2"), plan, patient }),
      /frameOfReferenceUid/,
    ],
    [
      "monitor units for other beams",
      () => writeRtPlan({ plan: { ...plan, monitorUnits: new Float64Array(1) }, patient }),
      /2 finite numbers/,
    ],
    [
      "a plan without beams",
      () => writeRtPlan({ plan: { ...plan, beams: [], monitorUnits: new Float64Array(0) }, patient }),
      /at least one beam/,
    ],
    [
      "a ROI name over 64 characters",
      () => writeStructureSet(makePatient(axialGrid, () => 0, [makeStructure("x".repeat(65), 1, [])])),
      /at most 64 characters/,
    ],
    [
      "two ROIs of one number",
      () =>
        writeStructureSet(
          makePatient(axialGrid, () => 0, [makeStructure("a", 1, []), makeStructure("b", 1, [])]),
        ),
      /occur once/,
    ],
    [
      "a contour of two points",
      () =>
        writeStructureSet(
          makePatient(axialGrid, () => 0, [makeStructure("a", 1, [polygon(10, 0, 0, 1, 1)])]),
        ),
      /contour 1 of a/,
    ],
  ] as const)("%s", (_, write, message) => {
    expect(write).toThrow(
      expect.objectContaining({ tag: "InvalidInputError", message: expect.stringMatching(message) }),
    );
  });

  it("a dose of zero everywhere is written, with a scaling", () => {
    expect(
      readRtDose(writeRtDose({ dose: dose(() => 0), plan, patient })).dose.values.data.every(
        (value) => value === 0,
      ),
    ).toBe(true);
  });
});
