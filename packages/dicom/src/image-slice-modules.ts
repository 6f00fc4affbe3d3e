import { NOT_FOR_CLINICAL_USE, type Patient, type Volume } from "@isodose/core";
import { commonModules, type ObjectIdentity, type Stamp } from "./common-modules.ts";
import { imagePlaneModule } from "./image-plane-module.ts";
import type { DataSetByKeyword } from "./write-dicom.ts";

/** One slice of a volume as 16-bit pixels: stored = round(value) − intercept. */
export interface StoredSlice {
  readonly volume: Volume;
  readonly k: number;
  readonly intercept: number;
  readonly signed: boolean;
}

/** What every slice of a CT or MR series says: whose it is, where it lies, and its 16-bit pixels. */
export function imageSliceModules(
  patient: Patient,
  object: ObjectIdentity,
  stamp: Stamp,
  { volume, k, intercept, signed }: StoredSlice,
): DataSetByKeyword {
  const { grid } = volume;
  const [nx, ny] = grid.size;
  const data = volume.values.data;
  const start = k * nx * ny;
  const pixels = new DataView(new ArrayBuffer(2 * nx * ny));
  // Negative values wrap to two's complement, which is how signed pixels are stored.
  for (let n = 0; n < nx * ny; n++) pixels.setUint16(2 * n, Math.round(data[start + n]!) - intercept, true);
  return {
    ...commonModules(patient, object, stamp, volume.frameOfReferenceUid),
    ContentDate: stamp.date,
    ContentTime: stamp.time,
    Laterality: null,
    AcquisitionNumber: "1",
    InstanceNumber: String(k + 1),
    ImageComments: NOT_FOR_CLINICAL_USE,
    PatientPosition: patient.position,
    ...imagePlaneModule(grid, k),
    SamplesPerPixel: 1,
    PhotometricInterpretation: "MONOCHROME2",
    Rows: ny,
    Columns: nx,
    BitsAllocated: 16,
    BitsStored: 16,
    HighBit: 15,
    PixelRepresentation: signed ? 1 : 0,
    PixelData: pixels.buffer,
  };
}
