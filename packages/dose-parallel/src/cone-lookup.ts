import type { BeamData, ConeBeamData } from "@isodose/core";
import type { ConeTable } from "@isodose/dose";

/** A cone's table as the kernels read it; its values are written straight into their memory. */
export interface ConeLookup extends Omit<ConeTable, "values"> {
  readonly cone: ConeBeamData;
  /** Gy/MU of TPR = OAR = 1: k · OF. */
  readonly scale: number;
  readonly length: number;
}

/** Measure a cone's table. */
export function coneLookup(data: BeamData, cone: ConeBeamData): ConeLookup {
  const { sourceDistanceMm, depthMm, radiusMm } = cone;
  return {
    cone,
    scale: data.doseGyPerMonitorUnit * cone.outputFactor,
    length: sourceDistanceMm.count * depthMm.count * radiusMm.count,
    firstDistanceMm: sourceDistanceMm.first,
    perDistanceMm: 1 / sourceDistanceMm.step,
    distances: sourceDistanceMm.count,
    perDepthMm: 1 / depthMm.step,
    depths: depthMm.count,
    perRadiusMm: 1 / radiusMm.step,
    radii: radiusMm.count,
    clipRadiusMm: (radiusMm.count - 1) * radiusMm.step,
  };
}

/**
 * Write T(f, d, ρ) = k · OF · TPR(d, f) · OAR(d, f, ρ) as [depth, distance, radius]: rows of voxels across a beam change the radius
 * most, and find their neighbours in the same lines of the cache.
 * @param out - Gy/MU, `length` floats
 */
export function writeConeTable(
  { cone, scale, depths, distances, radii }: ConeLookup,
  out: Float32Array,
): void {
  const { tpr, oar } = cone;
  for (let z = 0; z < distances; z++) {
    for (let d = 0; d < depths; d++) {
      const from = z * depths + d;
      const to = (d * distances + z) * radii;
      const axisDose = scale * tpr[from]!;
      for (let r = 0; r < radii; r++) out[to + r] = axisDose * oar[from * radii + r]!;
    }
  }
}
