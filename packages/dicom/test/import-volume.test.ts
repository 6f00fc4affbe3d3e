import { createVolume, isLibraryError, voxelToPatient } from "@isodose/core";
import { readDoseVolume, readNifti, readNrrd, writeNrrd } from "@isodose/dicom";
import { gzipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { rawDoseFile, rotation } from "./support/fixtures.ts";

const direction = rotation(0.2, 0.1, -0.3);
const grid = { size: [2, 3, 4], spacingMm: [1, 2, 3], originMm: [-1.5, 2, 3], direction } as const;
const values = Float32Array.from({ length: 24 }, (_, n) => n / 8);
const volume = createVolume(grid, "Gy", "1.2.3", values);

function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    return isLibraryError(error, "DicomFormatError") ? error.code : String(error);
  }
  return "none";
}

function nrrd(fields: readonly string[], data: Uint8Array | string): { name: string; bytes: Uint8Array } {
  const head = new TextEncoder().encode(["NRRD0004", ...fields, "", ""].join("\n"));
  const body = typeof data === "string" ? new TextEncoder().encode(data) : data;
  const bytes = new Uint8Array(head.length + body.length);
  bytes.set(head);
  bytes.set(body, head.length);
  return { name: "x.nrrd", bytes };
}

const RAS_FIELDS = [
  "type: short",
  "dimension: 3",
  "space: right-anterior-superior",
  "sizes: 2 1 2",
  "space directions: (-2,0,0) (0,-3,0) (0,0,4)",
  "space origin: (10,20,30)",
  "endian: big",
];

describe("readNrrd", () => {
  it("gives back what writeNrrd wrote, with unit, frame and position", () => {
    const read = readNrrd({ name: "d.nrrd", bytes: writeNrrd(volume) }, "Gy");
    expect(read.warnings).toEqual([]);
    expect(read.volume).toMatchObject({ unit: "Gy", frameOfReferenceUid: "1.2.3" });
    expect(read.volume.values.data).toEqual(values);
    for (const at of [
      [0, 0, 0],
      [1, 2, 3],
    ] as const) {
      voxelToPatient(read.volume.grid, at).forEach((x, a) => {
        expect(x).toBeCloseTo(voxelToPatient(grid, at)[a]!, 9);
      });
    }
  });

  it("turns RAS into LPS, big endian, raw or gzip, with a warning for a unit that is not stated", () => {
    const words = Uint8Array.from([0, 1, 0, 2, 0, 3, 255, 252]);
    for (const [encoding, data] of [
      ["raw", words],
      ["gzip", gzipSync(words)],
    ] as const) {
      const read = readNrrd(nrrd([...RAS_FIELDS, `encoding: ${encoding}`], data), "Gy");
      expect(Array.from(read.volume.values.data)).toEqual([1, 2, 3, -4]);
      expect(voxelToPatient(read.volume.grid, [1, 0, 1])).toEqual([-8, -20, 34]);
      expect(read.warnings.map((w) => w.code)).toEqual(["NO_UNIT"]);
    }
  });

  it("keeps every voxel in place where the axes of the file are left-handed", () => {
    const fields = RAS_FIELDS.map((f) => f.replace("(0,0,4)", "(0,0,-4)"));
    const read = readNrrd(nrrd([...fields, "encoding: text"], "1 2 3 4"), "Gy").volume;
    expect(Array.from(read.values.data)).toEqual([3, 4, 1, 2]);
    expect(voxelToPatient(read.grid, [0, 0, 0])).toEqual([-10, -20, 26]);
    expect(voxelToPatient(read.grid, [1, 0, 1])).toEqual([-8, -20, 30]);
  });

  it.each([
    ["a cut file", "TRUNCATED", nrrd([...RAS_FIELDS, "encoding: raw"], new Uint8Array(7))],
    [
      "a sheared grid",
      "SHEARED_GRID",
      nrrd([...RAS_FIELDS.map((f) => f.replace("(0,-3,0)", "(1,-3,0)")), "encoding: raw"], new Uint8Array(8)),
    ],
    ["an unknown encoding", "NRRD_FIELD", nrrd([...RAS_FIELDS, "encoding: bzip2"], new Uint8Array(8))],
    [
      "four dimensions",
      "NRRD_FIELD",
      nrrd(
        [...RAS_FIELDS.map((f) => f.replace("dimension: 3", "dimension: 4")), "encoding: raw"],
        new Uint8Array(8),
      ),
    ],
    ["something else", "NOT_NRRD", { name: "x", bytes: new Uint8Array(400) }],
  ])("refuses %s by name", (_, code, file) => {
    expect(codeOf(() => readNrrd(file, "Gy"))).toBe(code);
  });
});

/** A NIfTI-1 file with an sform, little endian, 16-bit numbers with slope and intercept. */
function niftiFile(
  rows: readonly (readonly number[])[],
  edit: (view: DataView) => void = () => {},
): Uint8Array {
  const bytes = new Uint8Array(352 + 8);
  const view = new DataView(bytes.buffer);
  view.setInt32(0, 348, true);
  [3, 2, 1, 2, 1, 1, 1, 1].forEach((n, i) => {
    view.setInt16(40 + 2 * i, n, true);
  });
  view.setInt16(70, 4, true);
  view.setInt16(72, 16, true);
  view.setFloat32(108, 352, true);
  view.setFloat32(112, 0.5, true);
  view.setFloat32(116, 1, true);
  view.setUint8(123, 2);
  view.setInt16(254, 1, true);
  rows.flat().forEach((x, n) => {
    view.setFloat32(280 + 4 * n, x, true);
  });
  new TextEncoder().encodeInto("n+1\0", bytes.subarray(344));
  [0, 2, 4, 6].forEach((n, i) => {
    view.setInt16(352 + 2 * i, n, true);
  });
  edit(view);
  return bytes;
}
const ROWS = [
  [-2, 0, 0, 10],
  [0, -3, 0, 20],
  [0, 0, 4, 30],
];

describe("readNifti", () => {
  it("turns RAS into LPS and applies slope and intercept, compressed or not", () => {
    for (const bytes of [niftiFile(ROWS), gzipSync(niftiFile(ROWS))]) {
      const { volume: read, warnings } = readNifti({ name: "d.nii", bytes }, "Gy");
      expect(Array.from(read.values.data)).toEqual([1, 2, 3, 4]);
      expect(read.grid.spacingMm).toEqual([2, 3, 4]);
      expect(voxelToPatient(read.grid, [1, 0, 1])).toEqual([-8, -20, 34]);
      expect(warnings.map((w) => w.code)).toEqual(["NO_UNIT"]);
    }
  });

  it.each([
    ["no position", "NO_POSITION", niftiFile(ROWS, (v) => v.setInt16(254, 0, true))],
    [
      "a fourth dimension",
      "FRAME_COUNT",
      niftiFile(ROWS, (v) => {
        v.setInt16(40, 4, true);
        v.setInt16(48, 3, true);
      }),
    ],
    ["complex numbers", "PIXEL_FORMAT", niftiFile(ROWS, (v) => v.setInt16(70, 32, true))],
    ["a cut file", "TRUNCATED", niftiFile(ROWS).slice(0, 355)],
    ["cut gzip data", "TRUNCATED", gzipSync(niftiFile(ROWS)).slice(0, 60)],
    ["something else", "NOT_NIFTI", new Uint8Array(400)],
  ])("refuses %s by name", (_, code, bytes) => {
    expect(codeOf(() => readNifti({ name: "x.nii", bytes }, "Gy"))).toBe(code);
  });
});

describe("readDoseVolume", () => {
  it("tells RTDOSE, NRRD and NIfTI apart by how they begin", () => {
    expect(readDoseVolume(rawDoseFile({})).volume.grid.size).toEqual([2, 2, 3]);
    expect(readDoseVolume({ name: "a", bytes: writeNrrd(volume) }).volume.grid.size).toEqual([2, 3, 4]);
    expect(readDoseVolume({ name: "a", bytes: niftiFile(ROWS) }).volume.grid.size).toEqual([2, 1, 2]);
    expect(codeOf(() => readDoseVolume({ name: "a", bytes: new Uint8Array(500) }))).toBe("NOT_DICOM");
    const images = writeNrrd(createVolume(grid, "HU", "1.2.3", values));
    expect(codeOf(() => readDoseVolume({ name: "a", bytes: images }))).toBe("NOT_GY");
  });
});
