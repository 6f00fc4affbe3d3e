import type { ComputedCurve } from "./reference-engine.ts";
import type { FileCurve, PhotonReference } from "./reference-file.ts";
import { type EngineTolerance, fieldSizeMm } from "./tolerances.ts";

/** One number of a case beside its reference. */
export interface ScalarScore {
  readonly name: string;
  readonly value: number;
  readonly expected: number;
  readonly pass: boolean;
}

/** A case with what an engine found. */
export interface ComputedCase {
  readonly file: PhotonReference;
  readonly curves: readonly (ComputedCurve | string)[];
}

/** Output factors are the mean dose on the axis between these depths, mm, over that of the largest field of the set. */
const DEPTHS_MM: readonly [number, number] = [10, 20];

/**
 * Output factors across the cases of one set: same source, spectrum and phantom, fields of one kind.
 *
 *   OF = ⟨D(axis, 10–20 mm)⟩ / the same of the largest field
 *
 * @returns one list per case, empty where a case stands alone, is the largest field, or has no depth curve there
 */
export function outputFactors(cases: readonly ComputedCase[], tolerance: EngineTolerance): ScalarScore[][] {
  return cases.map((one) => {
    const set = cases.filter((other) => setOf(other.file) === setOf(one.file));
    const largest = set.reduce((a, b) => (fieldSizeMm(b.file) > fieldSizeMm(a.file) ? b : a));
    if (largest === one || fieldSizeMm(largest.file) === fieldSizeMm(one.file)) return [];
    const numerator = axisDoses(one);
    const denominator = axisDoses(largest);
    if (!numerator || !denominator) return [];
    const value = numerator.computed / denominator.computed;
    const expected = numerator.reference / denominator.reference;
    const percent = tolerance.outputFactorPercent(fieldSizeMm(one.file));
    return [
      {
        name: `output factor ${fieldSizeMm(one.file)} to ${fieldSizeMm(largest.file)} mm, 10–20 mm deep`,
        value,
        expected,
        pass: Math.abs(value / expected - 1) <= percent / 100,
      },
    ];
  });
}

function setOf({ spectrum, source, phantom, materials, shape }: PhotonReference): string {
  const matter = phantom.kind === "slabs" ? JSON.stringify([phantom.layers, materials]) : "voxels";
  return JSON.stringify([spectrum, source, shape.kind, matter]);
}

/** Mean over the bins of the axis curve that lie between the depths. */
function axisDoses({ file, curves }: ComputedCase): { computed: number; reference: number } | undefined {
  if (file.phantom.kind !== "slabs") return undefined;
  const isAxis = (c: FileCurve) =>
    c.along === "depth" && c.quantity === "dose-to-medium" && Math.abs(c.samples[0]!.offAxisHighMm) <= 0.5;
  const index = file.curves.findIndex(isAxis);
  const computed = curves[index];
  if (computed === undefined || typeof computed === "string") return undefined;
  let sum = 0;
  let reference = 0;
  file.curves[index]!.samples.forEach((s, i) => {
    if (s.depthLowMm < DEPTHS_MM[0] || s.depthHighMm > DEPTHS_MM[1]) return;
    const width = Math.max(1e-9, s.depthHighMm - s.depthLowMm);
    sum += width * computed.values[i]!;
    reference += width * s.value;
  });
  return reference > 0 ? { computed: sum, reference } : undefined;
}
