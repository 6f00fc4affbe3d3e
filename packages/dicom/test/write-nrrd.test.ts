import { createVolume } from "@isodose/core";
import { writeNrrd } from "@isodose/dicom";
import { describe, expect, it } from "vitest";
import { rotation } from "./support/fixtures.ts";

describe("writeNrrd", () => {
  it("writes the header fields and little-endian floats, x fastest", () => {
    const direction = rotation(0.2, 0.1, -0.3);
    const grid = { size: [2, 3, 4], spacingMm: [1, 2, 3], originMm: [-1.5, 2, 3], direction } as const;
    const volume = createVolume(
      grid,
      "Gy",
      "1.2.3",
      Float32Array.from({ length: 24 }, (_, n) => n / 8),
    );
    const bytes = writeNrrd(volume);
    const end = Buffer.from(bytes).indexOf("\n\n") + 2;
    const lines = new TextDecoder().decode(bytes.subarray(0, end)).trim().split("\n");
    expect(lines[0]).toBe("NRRD0005");
    const field = (name: string): string => lines.find((line) => line.startsWith(name))!.slice(name.length);
    expect(field("type: ")).toBe("float");
    expect(field("sizes: ")).toBe("2 3 4");
    expect(field("endian: ")).toBe("little");
    expect(field("encoding: ")).toBe("raw");
    expect(field("space: ")).toBe("left-posterior-superior");
    expect(field("space origin: ")).toBe("(-1.5,2,3)");
    expect(field("notice:=")).toBe("Not for clinical use");
    expect(field("unit:=")).toBe("Gy");
    const axes = field("space directions: ")
      .split(" ")
      .map((axis) => axis.slice(1, -1).split(",").map(Number));
    for (const [a, axis] of axes.entries()) {
      for (let row = 0; row < 3; row++)
        expect(axis[row]).toBeCloseTo(direction[3 * row + a]! * grid.spacingMm[a]!, 12);
    }
    expect(bytes.length).toBe(end + 96);
    expect(new DataView(bytes.buffer, end).getFloat32(4 * 7, true)).toBe(7 / 8);
  });
});
