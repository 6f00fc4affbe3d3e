import {
  DicomFormatError,
  type Grid,
  isLibraryError,
  type StructureType,
  UnsupportedError,
} from "@isodose/core";
import type { RigidTransform } from "@isodose/geometry";
import { textOf } from "./element.ts";
import { folderOf, type NamedBytes } from "./named-bytes.ts";
import { type DicomObject, parseDicomFile } from "./parse-dicom.ts";
import { readStoredValues } from "./pixel-data.ts";
import { readCtObjects } from "./read-ct-series.ts";
import { stackImages } from "./read-image-series.ts";
import { readRtDoseObject } from "./read-rt-dose.ts";
import { type RtPlanBeam, readRtPlanObject } from "./read-rt-plan.ts";
import { readSpatialRegistrationObject } from "./read-spatial-registration.ts";
import { readStructureSetObject } from "./read-structure-set.ts";
import type { ReportProblem } from "./report-problem.ts";

/** What is in a set of files, and what is wrong with them. Plain JSON. */
export interface Inspection {
  readonly images: readonly InspectedImage[];
  readonly structureSets: readonly InspectedStructureSet[];
  readonly doses: readonly InspectedDose[];
  readonly plans: readonly InspectedPlan[];
  readonly registrations: readonly InspectedRegistration[];
  readonly problems: readonly InspectedProblem[];
}

/** An image series that makes a volume. */
export interface InspectedImage extends Grid {
  readonly modality: string;
  readonly frameOfReferenceUid: string;
}

export interface InspectedStructureSet {
  readonly file: string;
  readonly label: string;
  readonly frameOfReferenceUid: string;
  readonly structures: readonly {
    readonly name: string;
    readonly number: number;
    readonly type: StructureType;
    /** Number of closed contours. */
    readonly contours: number;
  }[];
}

export interface InspectedDose extends Grid {
  readonly file: string;
  readonly units: string;
  readonly type: string;
  readonly summationType: string;
  readonly maxGy: number;
  readonly frameOfReferenceUid: string;
}

export interface InspectedPlan {
  readonly file: string;
  readonly label: string;
  readonly fractions: number | null;
  readonly prescriptionGy: number | null;
  readonly beams: readonly RtPlanBeam[];
}

export interface InspectedRegistration {
  readonly file: string;
  readonly label: string;
  readonly fixedFrameOfReferenceUid: string;
  readonly movingFrameOfReferenceUid: string;
  /** Row-major 4 × 4 from the moving to the fixed frame of reference, LPS, mm. */
  readonly transform: RigidTransform;
}

export interface InspectedProblem {
  readonly file: string;
  /** E.g. MISSING_SLICE. */
  readonly code: string;
  readonly message: string;
}

/**
 * Say what is in these files and everything that is wrong with them. Never throws for a bad file: each becomes a problem.
 * Images of one folder and modality should be one series; structure sets and doses should lie in the frame of reference of an
 * image, where there are images.
 */
export function inspectFiles(files: readonly NamedBytes[]): Inspection {
  const problems: InspectedProblem[] = [];
  const seen = new Set<string>();
  const report: ReportProblem = ({ file, code, message }) => {
    const prefix = `${file}: `;
    const text = message.startsWith(prefix) ? message.slice(prefix.length) : message;
    const key = `${file}\n${code}\n${text}`;
    if (!seen.has(key)) problems.push({ file, code, message: text });
    seen.add(key);
  };
  const attempt = <T>(file: string, read: () => T): T | undefined => {
    try {
      return read();
    } catch (error) {
      if (error instanceof DicomFormatError) report(error);
      else if (error instanceof UnsupportedError)
        problems.push({ file, code: "UNSUPPORTED_OBJECT", message: error.message });
      else if (isLibraryError(error)) problems.push({ file, code: "BAD_INPUT", message: error.message });
      else throw error;
      return undefined;
    }
  };
  const objects: { readonly folder: string; readonly object: DicomObject }[] = [];
  for (const file of files) {
    const object = attempt(file.name, () => parseDicomFile(file));
    if (object !== undefined) objects.push({ folder: folderOf([file]), object });
  }
  const images: InspectedImage[] = [];
  const imageFrames = new Set<string>();
  for (const group of groupImages(objects)) {
    for (const object of group.objects) imageFrames.add(textOf(object.root, "00200052"));
    const image = attempt(group.folder, () => inspectImages(group, report));
    if (image !== undefined) images.push(image);
  }
  const checkFrame = (file: string, what: string, uid: string): void => {
    if (imageFrames.size === 0 || imageFrames.has(uid)) return;
    const expected = `the frame of reference of the images, ${[...imageFrames].join(" or ")}`;
    report(
      new DicomFormatError(
        file,
        "FRAME_MISMATCH",
        `${what} lies in frame of reference ${uid || "(none)"}`,
        expected,
      ),
    );
  };
  const structureSets: InspectedStructureSet[] = [];
  const doses: InspectedDose[] = [];
  const plans: InspectedPlan[] = [];
  const registrations: InspectedRegistration[] = [];
  for (const { object } of objects) {
    const { file, root, kind } = object;
    if (kind === "structure-set") {
      const set = attempt(file, () => readStructureSetObject(object, report));
      if (set === undefined) continue;
      for (const uid of new Set(set.structures.map((s) => s.frameOfReferenceUid)))
        checkFrame(file, "structure set", uid);
      structureSets.push({
        file,
        label: set.label,
        frameOfReferenceUid: set.frameOfReferenceUid,
        structures: set.structures.map((s) => ({
          name: s.name,
          number: s.number,
          type: s.type,
          contours: s.contours.length,
        })),
      });
    } else if (kind === "dose") {
      const dose = attempt(file, () => readRtDoseObject(object, report));
      if (dose === undefined) continue;
      checkFrame(file, "dose", dose.dose.frameOfReferenceUid);
      doses.push({
        file,
        ...dose.dose.grid,
        units: textOf(root, "30040002"),
        type: textOf(root, "30040004"),
        summationType: dose.doseSummationType,
        maxGy: (dose.dose.values.data as Float32Array).reduce((max, value) => Math.max(max, value), 0),
        frameOfReferenceUid: dose.dose.frameOfReferenceUid,
      });
    } else if (kind === "plan") {
      const plan = attempt(file, () => readRtPlanObject(object, report));
      if (plan === undefined) continue;
      const { label, fractions = null, prescriptionGy = null, beams } = plan;
      plans.push({ file, label, fractions, prescriptionGy, beams });
    } else if (kind === "registration") {
      const registration = attempt(file, () => readSpatialRegistrationObject(object));
      if (registration === undefined) continue;
      const { label, fixedFrameOfReferenceUid, movingFrameOfReferenceUid, transform } = registration;
      checkFrame(file, "registration", fixedFrameOfReferenceUid);
      registrations.push({ file, label, fixedFrameOfReferenceUid, movingFrameOfReferenceUid, transform });
    }
  }
  return { images, structureSets, doses, plans, registrations, problems };
}

interface ImageGroup {
  readonly folder: string;
  readonly kind: DicomObject["kind"];
  readonly objects: readonly DicomObject[];
}

/** Images by folder and modality. */
function groupImages(
  objects: readonly { readonly folder: string; readonly object: DicomObject }[],
): ImageGroup[] {
  const groups = new Map<string, { folder: string; kind: DicomObject["kind"]; objects: DicomObject[] }>();
  for (const { folder, object } of objects) {
    if (!["ct", "enhanced-ct", "mr", "pet"].includes(object.kind)) continue;
    const key = `${object.kind}\n${folder}`;
    const group = groups.get(key) ?? { folder, kind: object.kind, objects: [] };
    group.objects.push(object);
    groups.set(key, group);
  }
  return [...groups.values()];
}

function inspectImages(
  { folder, kind, objects }: ImageGroup,
  report: ReportProblem,
): InspectedImage | undefined {
  const modality = textOf(objects[0]!.root, "00080060");
  if (kind === "ct" || kind === "enhanced-ct") {
    const series = readCtObjects(folder, objects, report);
    return series && { modality, ...series.ct.grid, frameOfReferenceUid: series.ct.frameOfReferenceUid };
  }
  const stack = stackImages(folder, objects, report);
  for (const slice of stack?.slices ?? []) {
    try {
      readStoredValues(slice.object, slice.layout);
    } catch (error) {
      if (!(error instanceof DicomFormatError)) throw error;
      report(error);
    }
  }
  if (stack?.grid === undefined) return undefined;
  return { modality, ...stack.grid, frameOfReferenceUid: stack.frameOfReferenceUid };
}
