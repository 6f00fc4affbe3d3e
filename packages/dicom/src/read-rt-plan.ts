import { DicomFormatError, type PatientIdentity, type PatientPoint } from "@isodose/core";
import { type DicomItem, decimalOf, decimalsOf, hasElement, itemsOf, textOf } from "./element.ts";
import type { NamedBytes } from "./named-bytes.ts";
import { type DicomObject, parseDicomFile } from "./parse-dicom.ts";
import { readIdentity } from "./patient-module.ts";
import { type ReportProblem, showNumber, throwProblem } from "./report-problem.ts";

/** One beam of an RTPLAN, at its first control point. Angles IEC 61217, degrees. */
export interface RtPlanBeam {
  readonly name: string;
  readonly number: number;
  /** STATIC or DYNAMIC. */
  readonly type: string;
  /** MU per fraction; undefined for setup beams. */
  readonly meterset: number | undefined;
  readonly gantryDeg: number | undefined;
  readonly couchDeg: number | undefined;
  readonly isocenterMm: PatientPoint | undefined;
}

/** What an RTPLAN says, as far as Isodose reads it. */
export interface RtPlan {
  readonly label: string;
  readonly fractions: number | undefined;
  /** Whole course, Gy: the target prescription, where the plan has one. */
  readonly prescriptionGy: number | undefined;
  readonly beams: readonly RtPlanBeam[];
  readonly sopInstanceUid: string;
  readonly identity: PatientIdentity;
  /** File that it came from, for messages. */
  readonly file: string;
}

/**
 * Read the head of an RTPLAN (or RT Ion Plan): prescription, fractions, beams and their metersets.
 * @throws DicomFormatError NOT_DICOM, TRUNCATED, UNSUPPORTED_TRANSFER_SYNTAX, NOT_PLAN, NO_METERSET (a treatment beam without
 * meterset), METERSET_ORDER (cumulative weights that do not start at 0, fall, or end short of the final weight)
 */
export function readRtPlan(file: NamedBytes): RtPlan {
  return readRtPlanObject(parseDicomFile(file), throwProblem);
}

/** {@link readRtPlan} on a parsed file, reporting problems and going on. */
export function readRtPlanObject(object: DicomObject, report: ReportProblem): RtPlan {
  const { root, file } = object;
  if (object.kind !== "plan") {
    throw new DicomFormatError(
      file,
      "NOT_PLAN",
      `is ${textOf(root, "00080060") || "another object"}`,
      "an RTPLAN",
    );
  }
  if (!hasElement(root, "300A0002")) {
    report(new DicomFormatError(file, "TRUNCATED", "has no RTPlanLabel (300A,0002)", "a complete RTPLAN"));
  }
  const group = itemsOf(root, "300A0070")[0];
  const metersets = new Map<number, number>();
  for (const item of group === undefined ? [] : itemsOf(group, "300C0004")) {
    const number = decimalOf(item, "300C0006");
    const meterset = decimalOf(item, "300A0086");
    if (number !== undefined && meterset !== undefined) metersets.set(number, meterset);
  }
  const ion = itemsOf(root, "300A03A2");
  const beams = (ion.length > 0 ? ion : itemsOf(root, "300A00B0")).map((item) => {
    const controlPoints = itemsOf(item, ion.length > 0 ? "300A03A8" : "300A0111");
    return readBeam(item, controlPoints, metersets, report);
  });
  if (beams.length === 0 && !hasElement(root, "300A0230")) {
    report(
      new DicomFormatError(file, "TRUNCATED", "has no BeamSequence (300A,00B0)", "the beams of the plan"),
    );
  }
  const target = itemsOf(root, "300A0010").find((item) => textOf(item, "300A0020") === "TARGET");
  return {
    label: textOf(root, "300A0002"),
    fractions: group === undefined ? undefined : decimalOf(group, "300A0078"),
    prescriptionGy: target === undefined ? undefined : decimalOf(target, "300A0026"),
    beams,
    sopInstanceUid: object.sopInstanceUid,
    identity: readIdentity(root),
    file,
  };
}

function readBeam(
  item: DicomItem,
  controlPoints: readonly DicomItem[],
  metersets: ReadonlyMap<number, number>,
  report: ReportProblem,
): RtPlanBeam {
  const number = decimalOf(item, "300A00C0") ?? Number.NaN;
  const name = textOf(item, "300A00C2");
  const delivery = textOf(item, "300A00CE");
  const meterset = metersets.get(number);
  const treats = delivery === "" || delivery === "TREATMENT" || delivery === "CONTINUATION";
  if (treats && !(meterset !== undefined && Number.isFinite(meterset) && meterset >= 0)) {
    const found = `beam ${number} "${name}" has ${meterset === undefined ? "no BeamMeterset" : `BeamMeterset ${meterset}`}`;
    report(new DicomFormatError(item.file, "NO_METERSET", found, "a meterset ≥ 0 in the fraction group"));
  }
  const disorder = treats ? findMetersetDisorder(item, controlPoints) : undefined;
  if (disorder !== undefined) {
    const expected = "cumulative meterset weights that rise from 0 to FinalCumulativeMetersetWeight";
    report(
      new DicomFormatError(item.file, "METERSET_ORDER", `beam ${number} "${name}": ${disorder}`, expected),
    );
  }
  const first = controlPoints[0];
  const isocenter = first === undefined ? [] : decimalsOf(first, "300A012C");
  return {
    name,
    number,
    type: textOf(item, "300A00C4"),
    meterset,
    gantryDeg: first === undefined ? undefined : decimalOf(first, "300A011E"),
    couchDeg: first === undefined ? undefined : decimalOf(first, "300A0122"),
    isocenterMm: isocenter.length === 3 ? [isocenter[0]!, isocenter[1]!, isocenter[2]!] : undefined,
  };
}

function findMetersetDisorder(item: DicomItem, controlPoints: readonly DicomItem[]): string | undefined {
  const weights = controlPoints.map((point) => decimalOf(point, "300A0134"));
  const final = decimalOf(item, "300A010E");
  for (const [n, weight] of weights.entries()) {
    if (weight === undefined || !Number.isFinite(weight))
      return `control point ${n} has no CumulativeMetersetWeight`;
    if (n === 0 && weight !== 0) return `control point 0 has weight ${showNumber(weight)}`;
    if (n > 0 && weight < weights[n - 1]!)
      return `weight falls from ${weights[n - 1]} to ${weight} at control point ${n}`;
  }
  const last = weights.at(-1);
  if (last !== undefined && final !== undefined && Math.abs(last - final) > 1e-4 * Math.abs(final)) {
    return `last weight is ${last}, FinalCumulativeMetersetWeight ${final}`;
  }
  return undefined;
}
