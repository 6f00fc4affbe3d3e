import { InvalidInputError } from "@isodose/core";
import type { SlabPencil } from "./slab-pencil.ts";

/** Field in the reference plane. */
export type PencilFieldShape =
  | { readonly kind: "circle"; readonly diameterMm: number }
  | { readonly kind: "rectangle"; readonly widthMm: number; readonly heightMm: number };

/** Where the dose of a field is wanted. */
export interface PencilDosePoint {
  /** Dose is the mean between these depths, which must be planes of the pencil's `depthEdgesMm`, mm. */
  readonly depthMm: readonly [low: number, high: number];
  /** Distance from the axis at the middle of that bin (along the width of a rectangle), mm. Default 0. */
  readonly offAxisMm?: number;
  /** The same along the height of a rectangle. Default 0. */
  readonly offAxisHeightMm?: number;
  /** Default "dose-to-medium". */
  readonly quantity?: "dose-to-medium" | "dose-to-water-in-medium";
}

/** Dose and one standard error, Gy cm²: per photon/cm² in vacuum in the reference plane. */
export interface PencilDose {
  readonly doseGyCm2: number;
  readonly sigmaGyCm2: number;
}

const JOULE_PER_MEV = 1.602176634e-13;

/** Area common to two discs of radius s and R whose centres are d apart. */
function discDiscArea(s: number, R: number, d: number): number {
  if (d >= s + R) return 0;
  if (d <= Math.abs(s - R)) return Math.PI * Math.min(s, R) ** 2;
  const a = (d * d + s * s - R * R) / (2 * d);
  const b = d - a;
  const half = Math.sqrt(Math.max(0, s * s - a * a));
  return (
    s * s * Math.acos(Math.max(-1, Math.min(1, a / s))) -
    a * half +
    R * R * Math.acos(Math.max(-1, Math.min(1, b / R))) -
    b * half
  );
}

/** Area common to the disc of radius s around the origin and the quadrant x ≤ a, y ≤ b. */
function discQuadrantArea(s: number, a: number, b: number): number {
  if (a <= -s || b <= -s) return 0;
  const x = Math.min(a, s);
  const y = Math.min(b, s);
  // ∫ from −s to x of the height of the disc below y.
  const primitive = (t: number) =>
    0.5 * (t * Math.sqrt(Math.max(0, s * s - t * t)) + s * s * Math.asin(Math.max(-1, Math.min(1, t / s))));
  const chord = Math.sqrt(Math.max(0, s * s - y * y));
  const strip = (from: number, to: number, isCut: boolean) => {
    if (to <= from) return 0;
    const disc = primitive(to) - primitive(from);
    return isCut ? y * (to - from) + disc : 2 * disc;
  };
  if (y >= 0) {
    return (
      strip(-s, Math.min(x, -chord), false) + strip(-chord, Math.min(x, chord), true) + strip(chord, x, false)
    );
  }
  return strip(-chord, Math.min(x, chord), true);
}

function discRectangleArea(s: number, x1: number, x2: number, y1: number, y2: number): number {
  return (
    discQuadrantArea(s, x2, y2) -
    discQuadrantArea(s, x1, y2) -
    discQuadrantArea(s, x2, y1) +
    discQuadrantArea(s, x1, y1)
  );
}

function edgeIndex(edges: Float64Array, value: number): number {
  const i = edges.findIndex((edge) => Math.abs(edge - value) < 1e-6);
  if (i < 0) throw new InvalidInputError("depthMm", value, "a plane of the pencil's depthEdgesMm");
  return i;
}

/**
 * Dose of a uniform field from the energy around one pencil.
 *
 *   D = (SRD/(SSD + z))² / ρ · ∫ over the field of e(z, |s − s₀|) d²s,   e in MeV per photon, mm of depth and mm² of the reference plane
 *
 * The energy of a ring counts with the share of its area, around s₀, that the field covers.
 * @throws InvalidInputError if a depth is not a plane of the pencil
 */
export function fieldDoseOfPencil(
  pencil: SlabPencil,
  shape: PencilFieldShape,
  point: PencilDosePoint,
): PencilDose {
  const { depthEdgesMm, ringEdgesMm, slabs, batches } = pencil;
  const [low, high] = point.depthMm;
  const first = edgeIndex(depthEdgesMm, low);
  const last = edgeIndex(depthEdgesMm, high);
  if (last <= first) throw new InvalidInputError("depthMm", point.depthMm, "a depth and a larger one");
  const rings = ringEdgesMm.length - 1;
  const depths = depthEdgesMm.length - 1;
  const parallel = !Number.isFinite(pencil.sourceToSurfaceMm);
  const scaleAt = (z: number) => (parallel ? 1 : pencil.sourceToReferenceMm / (pencil.sourceToSurfaceMm + z));
  const scale = scaleAt((low + high) / 2);
  const x = (point.offAxisMm ?? 0) * scale;
  const y = (point.offAxisHeightMm ?? 0) * scale;
  const area = (s: number) =>
    shape.kind === "circle"
      ? discDiscArea(s, shape.diameterMm / 2, Math.hypot(x, y))
      : discRectangleArea(
          s,
          -shape.widthMm / 2 - x,
          shape.widthMm / 2 - x,
          -shape.heightMm / 2 - y,
          shape.heightMm / 2 - y,
        );
  const shares = new Float64Array(rings);
  for (let r = 0; r < rings; r++) {
    const full = Math.PI * (ringEdgesMm[r + 1] ** 2 - ringEdgesMm[r] ** 2);
    shares[r] = Math.max(
      0,
      Math.min(1, (area(ringEdgesMm[r + 1]) - (r === 0 ? 0 : area(ringEdgesMm[r]))) / full),
    );
  }
  const data = point.quantity === "dose-to-water-in-medium" ? pencil.waterEnergyMeV : pencil.energyMeV;
  // Gy cm² of one MeV per photon in a bin: area element 1 cm² of the reference plane carries one photon.
  const perMeV = new Float64Array(last - first);
  for (let d = first; d < last; d++) {
    const z1 = depthEdgesMm[d];
    const z2 = depthEdgesMm[d + 1];
    const magnified = scaleAt((z1 + z2) / 2) ** 2;
    const gramsPerCm2 = (densityBetween(slabs, z1, z2) * (high - low)) / 10;
    perMeV[d - first] = (JOULE_PER_MEV * 1000 * magnified) / gramsPerCm2;
  }
  let sum = 0;
  let squares = 0;
  for (let batch = 0; batch < batches; batch++) {
    let dose = 0;
    for (let d = first; d < last; d++) {
      const row = (batch * depths + d) * rings;
      let energy = 0;
      for (let r = 0; r < rings; r++) energy += data[row + r] * shares[r];
      dose += energy * perMeV[d - first];
    }
    sum += dose;
    squares += dose * dose;
  }
  const mean = sum / batches;
  return {
    doseGyCm2: mean,
    sigmaGyCm2: Math.sqrt(Math.max(0, squares / batches - mean * mean) / (batches - 1)),
  };
}

/** Mean density between two depths, g/cm³. */
function densityBetween(slabs: SlabPencil["slabs"], z1: number, z2: number): number {
  let top = 0;
  let mass = 0;
  for (const { thicknessMm, densityGPerCm3 } of slabs) {
    mass += densityGPerCm3 * Math.max(0, Math.min(z2, top + thicknessMm) - Math.max(z1, top));
    top += thicknessMm;
  }
  return mass / (z2 - z1);
}
