import { type Beam, InvalidInputError } from "@isodose/core";

/** How the weight of a plan is spread over its beams. */
export interface WeightStatistics {
  /** Beams with monitor units. */
  readonly usedBeams: number;
  /** Different points that these aim at (to 0.001 mm). */
  readonly distinctAimPoints: number;
  /** Percent of all monitor units that the ten beams with most of them carry. */
  readonly tenHeaviestSharePercent: number;
}

/**
 * @param monitorUnits - per beam
 * @throws InvalidInputError if the lengths differ
 */
export function weightStatistics(monitorUnits: ArrayLike<number>, beams: readonly Beam[]): WeightStatistics {
  if (monitorUnits.length !== beams.length) {
    throw new InvalidInputError(
      "monitorUnits",
      monitorUnits.length,
      `${beams.length} values, one for each beam`,
    );
  }
  const aims = new Set<string>();
  const used: number[] = [];
  for (const [i, beam] of beams.entries()) {
    if (!(monitorUnits[i]! > 0)) continue;
    used.push(monitorUnits[i]!);
    aims.add(beam.aimMm.map((c) => Math.round(c * 1000)).join());
  }
  const total = used.reduce((sum, units) => sum + units, 0);
  const heaviest = used.sort((a, b) => b - a).slice(0, 10);
  return {
    usedBeams: used.length,
    distinctAimPoints: aims.size,
    tenHeaviestSharePercent: total > 0 ? (100 * heaviest.reduce((sum, units) => sum + units, 0)) / total : 0,
  };
}
