import {
  InvalidInputError,
  NOT_FOR_CLINICAL_USE,
  type Patient,
  type Radiograph,
  uidFromText,
  type Vec3,
} from "@isodose/core";
import { anglesFromSourceDirection, beamFrame } from "@isodose/geometry";
import { commonModules, fitText, stampOf, type WriteOptions } from "./common-modules.ts";
import { formatDecimalString, formatDecimalStrings } from "./decimal-string.ts";
import type { NamedBytes } from "./named-bytes.ts";
import { SOP_CLASS } from "./sop-class.ts";
import { TRANSFER_SYNTAX } from "./transfer-syntax.ts";
import { writeDicom } from "./write-dicom.ts";

/** Steps of optical depth per unit: 16 bits reach a depth of 65, and 5 m of water have 100. */
const STEPS_PER_DEPTH = 1000;

/**
 * Write a radiograph as RT Image (a DRR), named RI.<label>.dcm: 16 bits, explicit VR little endian.
 *
 *   stored = round(1000 · optical depth),   RescaleSlope 0.001
 *
 * Gantry and couch angles follow from where the source stood and how the patient lay (IEC 61217); how the picture is turned against
 * the image receptor stands in RT Image Orientation.
 *
 * @throws InvalidInputError if a depth is not from 0 to 65.5, or the pixels do not fit the size
 * @source DICOM PS3.3 C.8.8.2
 */
export function writeRadiograph(
  { radiograph, patient }: { readonly radiograph: Radiograph; readonly patient: Patient },
  options: WriteOptions = {},
): NamedBytes {
  const { widthPx, heightPx, pixelSpacingMm, opticalDepth, geometry, label } = radiograph;
  if (opticalDepth.length !== widthPx * heightPx)
    throw new InvalidInputError(
      "radiograph.opticalDepth",
      opticalDepth.length,
      `${widthPx * heightPx} values`,
    );
  const bytesOfPixels = 2 * opticalDepth.length;
  const pixels = new DataView(new ArrayBuffer(bytesOfPixels));
  let highest = 0;
  for (let n = 0; n < opticalDepth.length; n++) {
    const stored = Math.round(opticalDepth[n]! * STEPS_PER_DEPTH);
    if (!(stored >= 0 && stored <= 65535))
      throw new InvalidInputError("radiograph.opticalDepth", opticalDepth[n], "0 to 65.5");
    pixels.setUint16(2 * n, stored, true);
    if (stored > highest) highest = stored;
  }
  const { sourceMm, isocenterMm, position } = geometry;
  const toSource: Vec3 = [
    sourceMm[0] - isocenterMm[0],
    sourceMm[1] - isocenterMm[1],
    sourceMm[2] - isocenterMm[2],
  ];
  const angles = anglesFromSourceDirection(toSource, position);
  // The image receptor's axes are those of the gantry; the picture may be turned against them.
  const receptor = beamFrame({ ...angles, collimatorDeg: 0, position });
  const dot = (a: Vec3, b: Vec3) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
  const inReceptor = (v: Vec3, factor: number): Vec3 => [
    factor * dot(v, receptor.xAxis),
    factor * dot(v, receptor.yAxis),
    factor * dot(v, receptor.zAxis),
  ];
  const right = inReceptor(geometry.xAxis, 1);
  const down = inReceptor(geometry.yAxis, -1);
  const halfWidth = ((widthPx - 1) / 2) * pixelSpacingMm;
  const halfHeight = ((heightPx - 1) / 2) * pixelSpacingMm;
  const corner = ([0, 1] as const).map((a) => -halfWidth * right[a] - halfHeight * down[a]);
  const text = [
    "rtimage",
    patient.identity.studyInstanceUid,
    patient.references.ctSeriesInstanceUid,
    label,
    JSON.stringify(geometry),
    `${widthPx} ${heightPx} ${pixelSpacingMm}`,
  ].join("\n");
  const stamp = stampOf(options);
  const object = {
    sopClassUid: SOP_CLASS.rtImage,
    sopInstanceUid: uidFromText(text),
    seriesInstanceUid: uidFromText(`series of ${text}`),
    modality: "RTIMAGE",
    seriesDescription: `DRR, ${label}`,
    seriesNumber: 20,
  };
  const bytes = writeDicom(
    {
      ...commonModules(patient, object, stamp, geometry.frameOfReferenceUid),
      ImageType: ["DERIVED", "SECONDARY", "DRR"],
      ConversionType: "WSD",
      ContentDate: stamp.date,
      ContentTime: stamp.time,
      AcquisitionNumber: "1",
      InstanceNumber: "1",
      PatientOrientation: null,
      PatientPosition: position,
      ImageComments: NOT_FOR_CLINICAL_USE,
      SamplesPerPixel: 1,
      PhotometricInterpretation: "MONOCHROME2",
      Rows: heightPx,
      Columns: widthPx,
      BitsAllocated: 16,
      BitsStored: 16,
      HighBit: 15,
      PixelRepresentation: 0,
      PixelIntensityRelationship: "LOG",
      PixelIntensityRelationshipSign: -1,
      WindowCenter: formatDecimalString(Math.max(highest, 2) / STEPS_PER_DEPTH / 2),
      WindowWidth: formatDecimalString(Math.max(highest, 2) / STEPS_PER_DEPTH),
      RescaleIntercept: "0",
      RescaleSlope: formatDecimalString(1 / STEPS_PER_DEPTH),
      RescaleType: "US",
      RTImageLabel: fitText(`DRR ${label}`, 16),
      RTImageName: fitText(label, 64),
      RTImagePlane: "NORMAL",
      XRayImageReceptorTranslation: formatDecimalStrings([
        0,
        0,
        geometry.sourceToIsocenterMm - geometry.sourceToDetectorMm,
      ]),
      XRayImageReceptorAngle: "0",
      RTImageOrientation: formatDecimalStrings([...right, ...down].map(tidy)),
      ImagePlanePixelSpacing: formatDecimalStrings([pixelSpacingMm, pixelSpacingMm]),
      RTImagePosition: formatDecimalStrings(corner.map(tidy)),
      RadiationMachineName: null,
      RadiationMachineSAD: formatDecimalString(geometry.sourceToIsocenterMm),
      RTImageSID: formatDecimalString(geometry.sourceToDetectorMm),
      PrimaryDosimeterUnit: null,
      GantryAngle: formatDecimalString(angles.gantryDeg),
      BeamLimitingDeviceAngle: "0",
      PatientSupportAngle: formatDecimalString(angles.couchDeg),
      IsocenterPosition: formatDecimalStrings(isocenterMm),
      PixelData: pixels.buffer,
    },
    TRANSFER_SYNTAX.explicitLittleEndian,
  );
  return { name: `RI.${label.replace(/[^A-Za-z0-9]+/g, "-")}.dcm`, bytes };
}

/** Rounding dust of rotations off: a cosine of 6e-17 is 0. */
function tidy(value: number): number {
  return Math.abs(value) < 1e-12 ? 0 : value;
}
