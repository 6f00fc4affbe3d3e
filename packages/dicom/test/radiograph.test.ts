import { PATIENT_POSITIONS, type Vec3 } from "@isodose/core";
import { writeRadiograph } from "@isodose/dicom";
import { beamFrame } from "@isodose/geometry";
import { describe, expect, it } from "vitest";
import { decimalsOf, textOf } from "../src/element.ts";
import { parseDicomFile } from "../src/parse-dicom.ts";
import { pixelLayout, readStoredValues } from "../src/pixel-data.ts";
import { makePatient, makeRadiograph } from "./support/fixtures.ts";

const patient = makePatient(
  { size: [4, 3, 2], spacingMm: [1, 1, 2], originMm: [0, 0, 0], direction: [1, 0, 0, 0, 1, 0, 0, 0, 1] },
  () => 0,
);

describe("radiograph as RT Image", () => {
  it.each(PATIENT_POSITIONS)("says where source and pixels were: %s", (position) => {
    const radiograph = makeRadiograph(position);
    const { root } = parseDicomFile(writeRadiograph({ radiograph, patient }));
    const number = (tag: string) => decimalsOf(root, tag)[0]!;
    const frame = beamFrame({
      gantryDeg: number("300A011E"),
      couchDeg: number("300A0122"),
      collimatorDeg: 0,
      position,
    });
    const { isocenterMm, sourceMm, xAxis, yAxis } = radiograph.geometry;
    expect(decimalsOf(root, "300A012C")).toEqual(isocenterMm);
    // Source at SAD along the gantry's z.
    for (const a of [0, 1, 2] as const)
      expect(isocenterMm[a] + number("30020022") * frame.zAxis[a]).toBeCloseTo(sourceMm[a], 8);
    // Orientation and position, given in the receptor, lead back to the picture's axes and its first pixel in the patient.
    const cosines = decimalsOf(root, "30020010");
    const inPatient = (x: number, y: number): Vec3 => [
      x * frame.xAxis[0] + y * frame.yAxis[0],
      x * frame.xAxis[1] + y * frame.yAxis[1],
      x * frame.xAxis[2] + y * frame.yAxis[2],
    ];
    const right = inPatient(cosines[0]!, cosines[1]!);
    const down = inPatient(cosines[3]!, cosines[4]!);
    const [x, y] = decimalsOf(root, "30020012");
    const corner = inPatient(x!, y!);
    for (const a of [0, 1, 2] as const) {
      expect(right[a]).toBeCloseTo(xAxis[a], 8);
      expect(down[a]).toBeCloseTo(-yAxis[a], 8);
      expect(corner[a]).toBeCloseTo(-5 * xAxis[a] + 3 * yAxis[a], 8);
    }
    expect(decimalsOf(root, "3002000D")).toEqual([0, 0, -500]);
    expect(textOf(root, "00185100")).toBe(position);
  });

  it("keeps the optical depth", () => {
    const radiograph = makeRadiograph("HFS");
    const object = parseDicomFile(writeRadiograph({ radiograph, patient }));
    const stored = readStoredValues(object, pixelLayout(object));
    expect(stored.length).toBe(24);
    for (const [n, value] of stored.entries())
      expect(value * decimalsOf(object.root, "00281053")[0]!).toBeCloseTo(radiograph.opticalDepth[n]!, 4);
  });

  it("refuses depths that do not fit", () => {
    const radiograph = { ...makeRadiograph("HFS"), opticalDepth: new Float32Array(24).fill(Number.NaN) };
    expect(() => writeRadiograph({ radiograph, patient })).toThrow(/opticalDepth/);
    expect(() =>
      writeRadiograph({ radiograph: { ...radiograph, opticalDepth: new Float32Array(3) }, patient }),
    ).toThrow(/24 values/);
  });
});
