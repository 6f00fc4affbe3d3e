import { InvalidInputError, type Patient, type Structure } from "@isodose/core";
import { structureVolumeCc } from "@isodose/geometry";
import type { SpinePhantomSpec } from "../phantom-spec.ts";

/** A patient under the name of the plan that it comes from. */
export interface NamedPatient {
  /** The plan's file name, or any other; begins the error's message. */
  readonly name: string;
  readonly patient: Patient;
  /** Where the patient is a phantom: its description, so that a difference is named by its key. */
  readonly phantom?: SpinePhantomSpec;
}

/** Voxels may differ by rounding to whole HU, … */
const HU_TOLERANCE = 0.5;
/** … contours by the decimals of their points, mm, and volumes accordingly. */
const BOUNDS_TOLERANCE_MM = 0.1;
const VOLUME_TOLERANCE = 1e-3;
const GRID_TOLERANCE = 1e-3;

/**
 * Check that plans are for one patient: the same frame of reference, position, CT, and structures (names, volumes to 0.1 %,
 * bounds to 0.1 mm).
 * @throws InvalidInputError naming the first plan that is for another patient than plan 0, and what differs
 */
export function assertSamePatient(patients: readonly NamedPatient[]): void {
  const [first, ...others] = patients;
  if (!first) return;
  for (const other of others) {
    const found = firstDifference(first.patient, other.patient);
    if (!found) continue;
    const spec = specDifference(first.phantom, other.phantom) ?? found;
    throw new InvalidInputError(
      `${other.name}: ${spec.what}`,
      spec.value,
      `${spec.expected} as in ${first.name}: plans for one patient`,
    );
  }
}

interface Difference {
  readonly what: string;
  readonly value: unknown;
  readonly expected: string;
}

function specDifference(
  a: SpinePhantomSpec | undefined,
  b: SpinePhantomSpec | undefined,
): Difference | undefined {
  if (!a || !b) return undefined;
  for (const key of Object.keys({ ...a, ...b }) as (keyof SpinePhantomSpec)[]) {
    const expected = JSON.stringify(a[key]);
    if (expected === JSON.stringify(b[key])) continue;
    return { what: `patient.phantom.${key}`, value: b[key], expected: expected ?? "none" };
  }
  return undefined;
}

function firstDifference(a: Patient, b: Patient): Difference | undefined {
  const [frame, otherFrame] = [a.ct.frameOfReferenceUid, b.ct.frameOfReferenceUid];
  if (frame !== otherFrame) {
    return { what: "frame of reference of the CT", value: otherFrame, expected: JSON.stringify(frame) };
  }
  if (a.position !== b.position) {
    return { what: "patient position", value: b.position, expected: a.position };
  }
  return imageDifference(a, b) ?? structuresDifference(a, b);
}

function imageDifference(a: Patient, b: Patient): Difference | undefined {
  for (const key of ["size", "spacingMm", "originMm", "direction"] as const) {
    const expected: readonly number[] = a.ct.grid[key];
    const found: readonly number[] = b.ct.grid[key];
    if (expected.every((c, n) => Math.abs(c - found[n]!) <= GRID_TOLERANCE)) continue;
    return { what: `CT grid ${key}`, value: found, expected: JSON.stringify(expected) };
  }
  const hu = a.ct.values.data;
  const other = b.ct.values.data;
  let differing = 0;
  for (let n = 0; n < hu.length; n++) if (Math.abs(hu[n]! - other[n]!) > HU_TOLERANCE) differing++;
  if (differing === 0) return undefined;
  return { what: "CT", value: `${differing} voxels with other HU`, expected: "the CT" };
}

function structuresDifference(a: Patient, b: Patient): Difference | undefined {
  const thicknessMm = a.ct.grid.spacingMm[2];
  for (const structure of a.structures) {
    const other = b.structures.find((s) => s.name === structure.name && s.number === structure.number);
    if (other && isDrawnAlike(structure, other)) continue;
    const what = `structure ${structure.name}`;
    const volumeCc = volumeOf(structure, thicknessMm);
    if (!other) return { what, value: undefined, expected: `its ${volumeCc.toPrecision(4)} cc` };
    const otherCc = volumeOf(other, thicknessMm);
    if (Math.abs(otherCc - volumeCc) > VOLUME_TOLERANCE * volumeCc) {
      return { what, value: `${otherCc.toPrecision(4)} cc`, expected: `${volumeCc.toPrecision(4)} cc` };
    }
    const bounds = boundsMm(structure);
    const otherBounds = boundsMm(other);
    if (bounds.some((c, n) => Math.abs(c - otherBounds[n]!) > BOUNDS_TOLERANCE_MM)) {
      const show = (b: readonly number[]) => `LPS ${b.map((c) => c.toFixed(1)).join(", ")} mm`;
      return {
        what: `${what} from corner to corner`,
        value: show(otherBounds),
        expected: show(bounds),
      };
    }
  }
  const extra = b.structures.find((s) => !a.structures.some((own) => own.name === s.name));
  return extra && { what: "structure", value: extra.name, expected: "none of this name" };
}

/** The same points, number by number: nothing to measure. */
function isDrawnAlike(a: Structure, b: Structure): boolean {
  return (
    a.contours.length === b.contours.length &&
    a.contours.every(({ pointsMm }, c) => {
      const other = b.contours[c]!.pointsMm;
      return pointsMm.length === other.length && pointsMm.every((mm, p) => mm === other[p]);
    })
  );
}

function volumeOf(structure: Structure, singlePlaneThicknessMm: number): number {
  return structure.contours.length === 0 ? 0 : structureVolumeCc(structure, { singlePlaneThicknessMm });
}

/** Lowest and highest corner: six numbers; zeros without contours. */
function boundsMm(structure: Structure): readonly number[] {
  if (structure.contours.length === 0) return [0, 0, 0, 0, 0, 0];
  const low = [Infinity, Infinity, Infinity];
  const high = [-Infinity, -Infinity, -Infinity];
  for (const { pointsMm } of structure.contours) {
    for (let p = 0; p < pointsMm.length; p++) {
      low[p % 3] = Math.min(low[p % 3]!, pointsMm[p]!);
      high[p % 3] = Math.max(high[p % 3]!, pointsMm[p]!);
    }
  }
  return [...low, ...high];
}
