import {
  createVolume,
  DicomFormatError,
  type PatientIdentity,
  type Volume,
  type Warning,
} from "@isodose/core";
import { type FileDvh, readDvhItems } from "./dvh-sequence.ts";
import { decimalOf, decimalsOf, hasElement, itemsOf, textOf } from "./element.ts";
import { gridOfFrames } from "./frame-offsets.ts";
import { readImagePlane } from "./image-plane.ts";
import type { NamedBytes } from "./named-bytes.ts";
import { type DicomObject, parseDicomFile } from "./parse-dicom.ts";
import { readIdentity } from "./patient-module.ts";
import { pixelLayout, readStoredValues } from "./pixel-data.ts";
import { type ReportProblem, throwProblem } from "./report-problem.ts";
import { TRANSFER_SYNTAX } from "./transfer-syntax.ts";

/** An RTDOSE as a volume. */
export interface RtDose {
  /** unit "Gy". */
  readonly dose: Volume;
  /** E.g. PLAN (the whole course of the plan) or FRACTION. */
  readonly doseSummationType: string;
  /** SOP Instance UID of the plan that the dose belongs to. */
  readonly referencedPlanUid: string | undefined;
  readonly sopInstanceUid: string;
  /** DVHs that came with the dose, as the program that wrote it computed them. */
  readonly dvhs: readonly FileDvh[];
  readonly identity: PatientIdentity;
  /** File that it came from, for messages. */
  readonly file: string;
  readonly warnings: readonly Warning[];
}

/**
 * Read an RTDOSE.
 *
 *   D = DoseGridScaling · stored value, Gy
 *
 * Frames stored from the far end are turned round, so that k grows along the normal.
 * @throws DicomFormatError NOT_DICOM, TRUNCATED, UNSUPPORTED_TRANSFER_SYNTAX, NOT_DOSE, NOT_GY, DOSE_TYPE (anything but
 * PHYSICAL), NO_DOSE_SCALING, NO_PIXEL_SPACING, NO_POSITION, BAD_ORIENTATION, PIXEL_FORMAT, FRAME_COUNT, FRAME_OFFSETS or
 * UNEVEN_SPACING
 */
export function readRtDose(file: NamedBytes): RtDose {
  return readRtDoseObject(parseDicomFile(file), throwProblem)!;
}

/** {@link readRtDose} on a parsed file; undefined after problems were reported. */
export function readRtDoseObject(object: DicomObject, report: ReportProblem): RtDose | undefined {
  const { root, file } = object;
  if (object.kind !== "dose") {
    throw new DicomFormatError(
      file,
      "NOT_DOSE",
      `is ${textOf(root, "00080060") || "another object"}`,
      "an RTDOSE",
    );
  }
  let good = true;
  const fail = (code: string, found: string, expected: string): void => {
    good = false;
    report(new DicomFormatError(file, code, found, expected));
  };
  const units = textOf(root, "30040002");
  if (units !== "GY") fail("NOT_GY", `DoseUnits is "${units}"`, "GY");
  const type = textOf(root, "30040004");
  if (type !== "PHYSICAL") fail("DOSE_TYPE", `DoseType is "${type}"`, "PHYSICAL");
  const scaling = decimalOf(root, "3004000E");
  if (scaling === undefined || !(Number.isFinite(scaling) && scaling > 0)) {
    fail(
      "NO_DOSE_SCALING",
      scaling === undefined ? "has no DoseGridScaling (3004,000E)" : `DoseGridScaling is ${scaling}`,
      "Gy per stored unit, > 0",
    );
  }
  const plane = readImagePlane(root, report);
  const layout = pixelLayout(object);
  const offsets = decimalsOf(root, "3004000C");
  if (offsets.length !== layout.frames || !hasElement(root, "00280008")) {
    const found = hasElement(root, "00280008")
      ? `NumberOfFrames is ${layout.frames}, GridFrameOffsetVector has ${offsets.length} values`
      : "has no NumberOfFrames (0028,0008)";
    fail("FRAME_COUNT", found, "as many offsets as frames");
  }
  const stored = readStoredValues(object, layout);
  if (!good || plane === undefined) return undefined;
  const { grid, descending } = gridOfFrames(file, plane, layout.rows, layout.columns, offsets);
  const frameLength = layout.rows * layout.columns;
  const doseGy = new Float32Array(stored.length);
  for (let k = 0; k < layout.frames; k++) {
    const from = (descending ? layout.frames - 1 - k : k) * frameLength;
    for (let n = 0; n < frameLength; n++) doseGy[k * frameLength + n] = scaling! * stored[from + n]!;
  }
  const doseSummationType = textOf(root, "3004000A");
  const warnings: Warning[] = [];
  if (doseSummationType !== "PLAN") {
    warnings.push({
      code: "DOSE_SUMMATION",
      message: `DoseSummationType is "${doseSummationType}": not the dose of one whole plan`,
    });
  }
  if (object.transferSyntaxUid === TRANSFER_SYNTAX.explicitBigEndian && layout.bitsAllocated === 32) {
    const message =
      "32-bit big-endian pixels were read as 16-bit words, low word first, as DICOM says; some programs write them otherwise";
    warnings.push({ code: "BIG_ENDIAN_WORDS", message });
  }
  const { dvhs, warnings: dvhWarnings } = readDvhItems(file, root);
  warnings.push(...dvhWarnings);
  const plan = itemsOf(root, "300C0002")[0];
  return {
    dose: createVolume(grid, "Gy", textOf(root, "00200052"), doseGy),
    doseSummationType,
    referencedPlanUid: plan === undefined ? undefined : textOf(plan, "00081155"),
    sopInstanceUid: object.sopInstanceUid,
    dvhs,
    identity: readIdentity(root),
    file,
    warnings,
  };
}
