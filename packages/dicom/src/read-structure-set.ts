import {
  type Contour,
  DicomFormatError,
  type PatientIdentity,
  type Structure,
  type StructureType,
  type Vec3,
  type Warning,
} from "@isodose/core";
import { type ContourLocation, checkContour } from "./contour-check.ts";
import { type DicomItem, decimalOf, decimalsOf, hasElement, itemsOf, textOf } from "./element.ts";
import type { NamedBytes } from "./named-bytes.ts";
import { type DicomObject, parseDicomFile } from "./parse-dicom.ts";
import { readIdentity } from "./patient-module.ts";
import { type ReportProblem, throwProblem } from "./report-problem.ts";

/** An RTSTRUCT as structures. */
export interface StructureSet {
  readonly label: string;
  readonly structures: readonly Structure[];
  /** Frame of reference of the set, "" where the file names none. */
  readonly frameOfReferenceUid: string;
  readonly sopInstanceUid: string;
  /** The image series that it was drawn on, where it names one. */
  readonly referencedSeriesInstanceUid: string | undefined;
  readonly identity: PatientIdentity;
  /** File that it came from, for messages. */
  readonly file: string;
  readonly warnings: readonly Warning[];
}

const structureTypes: readonly StructureType[] = [
  "EXTERNAL",
  "GTV",
  "CTV",
  "PTV",
  "ORGAN",
  "AVOIDANCE",
  "CONTROL",
  "SUPPORT",
  "BOLUS",
];

/**
 * Read an RTSTRUCT. ROIs are joined by ROI Number; names are decoded by Specific Character Set. Types that Isodose does not
 * know become "". Points and open contours are left out with a warning.
 * @throws DicomFormatError NOT_DICOM, TRUNCATED, UNSUPPORTED_TRANSFER_SYNTAX, NOT_STRUCTURE_SET, ROI_MISSING (contours of a
 * number that the set does not list), BAD_CONTOUR
 */
export function readStructureSet(file: NamedBytes): StructureSet {
  return readStructureSetObject(parseDicomFile(file), throwProblem);
}

/** {@link readStructureSet} on a parsed file, reporting problems and going on. */
export function readStructureSetObject(object: DicomObject, report: ReportProblem): StructureSet {
  const { root, file } = object;
  if (object.kind !== "structure-set") {
    throw new DicomFormatError(
      file,
      "NOT_STRUCTURE_SET",
      `is ${textOf(root, "00080060") || "another object"}`,
      "an RTSTRUCT",
    );
  }
  const warnings: Warning[] = [];
  const listed = itemsOf(root, "30060020");
  if (!hasElement(root, "30060020")) {
    report(
      new DicomFormatError(
        file,
        "TRUNCATED",
        "has no StructureSetROISequence (3006,0020)",
        "the list of its ROIs",
      ),
    );
  } else if (listed.length > 0 && !hasElement(root, "30060039")) {
    report(
      new DicomFormatError(
        file,
        "TRUNCATED",
        "has no ROIContourSequence (3006,0039)",
        "the contours of its ROIs",
      ),
    );
  }
  if (listed.length > 0 && !hasElement(root, "30060080")) {
    warnings.push({
      code: "NO_OBSERVATIONS",
      message: "has no RTROIObservationsSequence (3006,0080): no ROI has a type",
    });
  }
  const typeOfNumber = new Map<number, string>();
  for (const item of itemsOf(root, "30060080")) {
    const number = decimalOf(item, "30060084");
    if (number !== undefined) typeOfNumber.set(number, textOf(item, "300600A4"));
  }
  const frames = itemsOf(root, "30060010");
  const ownFrame = textOf(root, "00200052") || (frames[0] === undefined ? "" : textOf(frames[0], "00200052"));
  const contourItems = new Map<number, DicomItem[]>();
  for (const item of itemsOf(root, "30060039")) {
    const number = decimalOf(item, "30060084") ?? Number.NaN;
    contourItems.set(number, [...(contourItems.get(number) ?? []), item]);
  }
  const structures: Structure[] = [];
  const known = new Set<number>();
  for (const roi of listed) {
    const number = decimalOf(roi, "30060022") ?? Number.NaN;
    const name = textOf(roi, "30060026");
    if (!Number.isInteger(number) || known.has(number)) {
      report(
        new DicomFormatError(
          file,
          "ROI_MISSING",
          `ROI "${name}" has number ${number}`,
          "a whole number that no other ROI has",
        ),
      );
      continue;
    }
    known.add(number);
    const items = contourItems.get(number) ?? [];
    const type = typeOfNumber.get(number) ?? "";
    structures.push({
      name,
      number,
      type: structureTypes.find((t) => t === type) ?? "",
      colorRgb: readColor(items[0]),
      contours: items.flatMap((item) => readContours(item, { file, roiName: name }, warnings, report)),
      frameOfReferenceUid: textOf(roi, "30060024") || ownFrame,
    });
  }
  for (const number of contourItems.keys()) {
    if (known.has(number)) continue;
    report(
      new DicomFormatError(
        file,
        "ROI_MISSING",
        `contours refer to ROI number ${number}, which is not listed`,
        "a listed ROI",
      ),
    );
  }
  const studies = frames.flatMap((item) => itemsOf(item, "30060012"));
  const series = studies.flatMap((item) => itemsOf(item, "30060014"))[0];
  return {
    label: textOf(root, "30060002"),
    structures,
    frameOfReferenceUid: ownFrame || (structures[0]?.frameOfReferenceUid ?? ""),
    sopInstanceUid: object.sopInstanceUid,
    referencedSeriesInstanceUid: series === undefined ? undefined : textOf(series, "0020000E"),
    identity: readIdentity(root),
    file,
    warnings,
  };
}

function readColor(item: DicomItem | undefined): Vec3 {
  const [r, g, b] = item === undefined ? [] : decimalsOf(item, "3006002A");
  const color = [r, g, b];
  return color.every((c) => c !== undefined && c >= 0 && c <= 255)
    ? (color as unknown as Vec3)
    : [255, 255, 255];
}

function readContours(
  item: DicomItem,
  location: ContourLocation,
  warnings: Warning[],
  report: ReportProblem,
): Contour[] {
  const contours: Contour[] = [];
  let skipped = 0;
  for (const [index, contour] of itemsOf(item, "30060040").entries()) {
    const type = textOf(contour, "30060042");
    if (type !== "CLOSED_PLANAR" && type !== "CLOSEDPLANAR_XOR") {
      skipped++;
      continue;
    }
    const pointsMm = Float64Array.from(decimalsOf(contour, "30060050"));
    const declared = decimalOf(contour, "30060046");
    const problem = checkContour(pointsMm, declared, location, index + 1);
    if (problem === undefined) contours.push({ type, pointsMm });
    else report(problem);
  }
  if (skipped > 0) {
    const message = `${location.roiName}: ${skipped} contour${skipped === 1 ? "" : "s"} that enclose nothing (points, open lines) left out`;
    warnings.push({ code: "OPEN_CONTOUR", message });
  }
  return contours;
}
