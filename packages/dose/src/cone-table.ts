import type { BeamData, ConeBeamData } from "@isodose/core";

/**
 * Everything of the dose formula that depends on the cone alone, in one table:
 *
 *   T(f, d, ρ) = k · OF · TPR(d, f) · OAR(d, f, ρ),  ρ = r · SAD / f
 *
 * so that D / MU = T(f, d, ρ) · (SAD / f)². Linear between its nodes along all three.
 */
export interface ConeTable {
  readonly firstDistanceMm: number;
  readonly perDistanceMm: number;
  readonly distances: number;
  readonly perDepthMm: number;
  readonly depths: number;
  readonly perRadiusMm: number;
  readonly radii: number;
  /** ρ beyond which the dose is not modelled and taken as 0, mm at SAD. */
  readonly clipRadiusMm: number;
  /** [depth, radius, distance], Gy/MU: the eight neighbours of a look-up lie in two runs of memory. */
  readonly values: Float32Array;
}

/** Multiply the beam data of one cone out into one table. */
export function makeConeTable(data: BeamData, cone: ConeBeamData): ConeTable {
  const distances = cone.sourceDistanceMm.count;
  const depths = cone.depthMm.count;
  const radii = cone.radiusMm.count;
  const values = new Float32Array(distances * depths * radii);
  const scale = data.doseGyPerMonitorUnit * cone.outputFactor;
  for (let z = 0; z < distances; z++) {
    for (let d = 0; d < depths; d++) {
      const row = z * depths + d;
      const axisDose = scale * cone.tpr[row]!;
      for (let r = 0; r < radii; r++)
        values[(d * radii + r) * distances + z] = axisDose * cone.oar[row * radii + r]!;
    }
  }
  return {
    firstDistanceMm: cone.sourceDistanceMm.first,
    perDistanceMm: 1 / cone.sourceDistanceMm.step,
    distances,
    perDepthMm: 1 / cone.depthMm.step,
    depths,
    perRadiusMm: 1 / cone.radiusMm.step,
    radii,
    clipRadiusMm: (radii - 1) * cone.radiusMm.step,
    values,
  };
}

/**
 * T(f, d, ρ), Gy/MU, trilinear: the obvious form of what `addDoseAlongLine` does. At the ends of distance and depth the end
 * value holds; beams of patients that reach beyond are refused before.
 */
export function lookUpConeTable(t: ConeTable, distanceMm: number, depthMm: number, radiusMm: number): number {
  const radius = radiusMm * t.perRadiusMm;
  if (radius >= t.radii - 1) return 0;
  const r0 = radius | 0;
  const fr = radius - r0;

  let depth = depthMm * t.perDepthMm;
  if (depth > t.depths - 1.000001) depth = t.depths - 1.000001;
  const d0 = depth | 0;
  const fd = depth - d0;

  let distance = (distanceMm - t.firstDistanceMm) * t.perDistanceMm;
  if (distance < 0) distance = 0;
  if (distance > t.distances - 1.000001) distance = t.distances - 1.000001;
  const z0 = distance | 0;
  const fz = distance - z0;

  const v = t.values;
  const nz = t.distances;
  const a = (d0 * t.radii + r0) * nz + z0;
  const b = a + nz;
  const c = a + t.radii * nz;
  const e = c + nz;
  const va = v[a]! + fz * (v[a + 1]! - v[a]!);
  const vb = v[b]! + fz * (v[b + 1]! - v[b]!);
  const vc = v[c]! + fz * (v[c + 1]! - v[c]!);
  const ve = v[e]! + fz * (v[e + 1]! - v[e]!);
  const shallow = va + fr * (vb - va);
  return shallow + fd * (vc + fr * (ve - vc) - shallow);
}
