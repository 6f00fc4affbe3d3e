import type { DoseStatistics, GridDoseRequest, Medium, Volume, Warning } from "@isodose/core";
import type { AnyEngine } from "../engine-table.ts";

/**
 * Dose of weighted beams by an engine of either kind. Engines that transport particles compute no single points: weights then come
 * from ray tracing, and a warning says so.
 * @param request.medium - called only where an engine needs it
 */
export async function doseOfBeams(
  engine: AnyEngine,
  request: GridDoseRequest & { readonly medium: () => Medium; readonly statistics: DoseStatistics },
): Promise<{ readonly dose: Volume; readonly warnings: readonly Warning[] }> {
  const { medium, statistics, ...rest } = request;
  if ("doseOnGrid" in engine) return { dose: await engine.doseOnGrid(rest), warnings: [] };
  const { dose, warnings } = await engine.transportDose({ ...rest, medium: medium(), statistics });
  const message = `beam weights were optimised with ray-trace; the dose is ${engine.id}'s, scaled to the prescription`;
  return { dose, warnings: [{ code: "WEIGHTS_BY_RAY_TRACE", message }, ...warnings] };
}
