import { createVolume, DicomFormatError, type Vec3, type VolumeUnit, type Warning } from "@isodose/core";
import { gunzipSync } from "fflate";
import * as nifti from "nifti-reader-js";
import { gridOfAffine, voxelsInOrder } from "./affine-grid.ts";
import type { NamedBytes } from "./named-bytes.ts";
import type { ImportedVolume } from "./read-nrrd.ts";

const GZIP = [0x1f, 0x8b];

/** Is the file gzip, or does it begin as a NIfTI-1 or NIfTI-2 header? */
export function isNifti(bytes: Uint8Array): boolean {
  if (bytes[0] === GZIP[0] && bytes[1] === GZIP[1]) return true;
  return nifti.isNIFTI(arrayBufferOf(bytes));
}

function arrayBufferOf(bytes: Uint8Array): ArrayBuffer {
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
}

/** The numbers of an image by its NIfTI data type. */
function numbersOf(file: string, header: nifti.NIFTI1 | nifti.NIFTI2, data: ArrayBuffer): ArrayLike<number> {
  const view = new DataView(data);
  const e = header.littleEndian;
  const readers: Record<number, readonly [number, (at: number) => number]> = {
    2: [1, (at) => view.getUint8(at)],
    4: [2, (at) => view.getInt16(at, e)],
    8: [4, (at) => view.getInt32(at, e)],
    16: [4, (at) => view.getFloat32(at, e)],
    64: [8, (at) => view.getFloat64(at, e)],
    256: [1, (at) => view.getInt8(at)],
    512: [2, (at) => view.getUint16(at, e)],
    768: [4, (at) => view.getUint32(at, e)],
  };
  const reader = readers[header.datatypeCode];
  if (!reader) {
    throw new DicomFormatError(
      file,
      "PIXEL_FORMAT",
      `NIfTI data type is ${header.datatypeCode}`,
      "whole numbers of up to 32 bits, float32 or float64",
    );
  }
  const [bytes, read] = reader;
  const count = header.dims[1]! * header.dims[2]! * header.dims[3]!;
  if (data.byteLength < bytes * count) {
    throw new DicomFormatError(
      file,
      "TRUNCATED",
      `holds ${data.byteLength} bytes of numbers`,
      `${bytes * count} bytes`,
    );
  }
  const slope = header.scl_slope !== 0 && Number.isFinite(header.scl_slope) ? header.scl_slope : 1;
  const intercept = header.scl_slope !== 0 && Number.isFinite(header.scl_inter) ? header.scl_inter : 0;
  return Float64Array.from({ length: count }, (_, n) => slope * read(n * bytes) + intercept);
}

/**
 * Read a NIfTI-1 or NIfTI-2 image of three dimensions (.nii, .nii.gz). Its right–anterior–superior positions become
 * left–posterior–superior: (x, y, z) → (−x, −y, z). Of qform and sform the one with the higher
 * code counts, the sform where they are equal.
 * @param unit - what the numbers are: the format does not say
 * @throws DicomFormatError NOT_NIFTI, TRUNCATED, PIXEL_FORMAT, FRAME_COUNT, NO_POSITION, NO_PIXEL_SPACING or SHEARED_GRID
 * @source NIfTI-1 data format, header fields qform_code, sform_code, scl_slope, xyzt_units
 */
export function readNifti({ name, bytes }: NamedBytes, unit: VolumeUnit): ImportedVolume {
  let file = arrayBufferOf(bytes);
  if (nifti.isCompressed(file)) {
    try {
      file = arrayBufferOf(gunzipSync(bytes));
    } catch {
      throw new DicomFormatError(name, "TRUNCATED", "its gzip data end too early", "complete gzip data");
    }
  }
  if (!nifti.isNIFTI(file))
    throw new DicomFormatError(name, "NOT_NIFTI", "has no NIfTI header", "a NIfTI file");
  const header = nifti.readHeader(file);
  if (!header) throw new DicomFormatError(name, "NOT_NIFTI", "has no readable NIfTI header", "a NIfTI file");
  const beyond = header.dims.slice(4, header.dims[0]! + 1).some((n) => n > 1);
  if (header.dims[0]! < 3 || beyond) {
    throw new DicomFormatError(
      name,
      "FRAME_COUNT",
      `has dimensions ${header.dims.slice(1, header.dims[0]! + 1).join(" × ")}`,
      "one volume of three dimensions",
    );
  }
  if (!(header.sform_code > 0 || header.qform_code > 0)) {
    throw new DicomFormatError(name, "NO_POSITION", "qform_code and sform_code are 0", "a position in space");
  }
  const size: Vec3 = [header.dims[1]!, header.dims[2]!, header.dims[3]!];
  const rows = header.affine;
  const mm = { 1: 1000, 2: 1, 3: 0.001 }[header.xyzt_units & 7] ?? 1;
  const column = (a: number): Vec3 => [-mm * rows[0]![a]!, -mm * rows[1]![a]!, mm * rows[2]![a]!];
  const affine = gridOfAffine(name, size, [column(0), column(1), column(2)], column(3));
  const values = numbersOf(name, header, nifti.readImage(header, file));
  const warnings: Warning[] = [
    { code: "NO_UNIT", message: `${name} states no unit (NIfTI has none): taken as ${unit}` },
  ];
  return { volume: createVolume(affine.grid, unit, "", voxelsInOrder(values, affine)), warnings };
}
