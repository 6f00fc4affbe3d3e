import type { PhotonReference, RegionSample } from "./reference-file.ts";

/** A point in depth stands for a bin this wide, mm. */
const POINT_WIDTH_MM = 1;
/** Edges nearer than this are one, mm; depths are rounded to it. */
const SAME_EDGE_MM = 1e-4;

/** Depth planes between which every sample of these cases lies, and the faces of the phantom's layers, mm. */
export function depthEdgesFor(
  files: readonly PhotonReference[],
  layerFacesMm: readonly number[],
): Float64Array {
  const thicknessMm = layerFacesMm[layerFacesMm.length - 1]!;
  const edges = [0, ...layerFacesMm.map(rounded)];
  for (const file of files) {
    for (const curve of file.curves) {
      for (const sample of curve.samples) edges.push(...depthBinOf(sample, thicknessMm));
    }
  }
  const sorted = edges.filter((z) => z >= 0 && z <= rounded(thicknessMm)).sort((a, b) => a - b);
  return Float64Array.from(sorted.filter((z, i) => i === 0 || z - sorted[i - 1]! > SAME_EDGE_MM / 2));
}

/** The depth bin of a sample; around a point 1 mm, inside the phantom. */
export function depthBinOf(
  { depthLowMm, depthHighMm }: RegionSample,
  thicknessMm: number,
): readonly [low: number, high: number] {
  if (depthHighMm > depthLowMm) return [rounded(depthLowMm), rounded(depthHighMm)];
  const low = Math.min(Math.max(0, depthLowMm - POINT_WIDTH_MM / 2), thicknessMm - POINT_WIDTH_MM);
  return [rounded(low), rounded(low + POINT_WIDTH_MM)];
}

function rounded(depthMm: number): number {
  return Math.round(depthMm / SAME_EDGE_MM) * SAME_EDGE_MM;
}
