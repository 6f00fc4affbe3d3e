import type { Delivery, DoseEngine, DoseLimit, DoseScene, Structure } from "@isodose/core";
import { parseMetric } from "@isodose/dvh";
import { structureVolumeCc } from "@isodose/geometry";
import { optimizeWeights, type PointGoal, selectBeams } from "@isodose/optimize";
import type { PlanFile } from "../plan-file.ts";
import type { PlanStructures } from "./check-plan.ts";
import type { PlannedDelivery } from "./plan-delivery.ts";
import type { SamplePoints } from "./sample-points.ts";

/** Goal of the target's points over the prescription: least squares settles a little under it. */
const TARGET_GOAL = 1.05;
/** Goal of points with a limit over that limit: the outermost lie up to half a lattice step outside the structure. */
const LIMIT_GOAL = 1.04;
/** A structure to spare that has no limit of its own: part of the prescription it should stay below. */
const SPARED_GOAL = 0.5;

/** The beams that keep a weight, and their monitor units before scaling to the prescription. */
export interface WeightedDelivery {
  readonly delivery: Delivery;
  readonly monitorUnits: Float64Array;
}

/**
 * Beam weights by non-negative least squares on the sample points: target up to the prescription, tissue around it down with
 * distance, structures to spare down to their limit.
 */
export async function beamWeights(context: {
  readonly plan: PlanFile;
  readonly structures: PlanStructures;
  readonly spared: readonly Structure[];
  readonly points: SamplePoints;
  readonly planned: PlannedDelivery;
  readonly engine: DoseEngine;
  readonly scene: Omit<DoseScene, "beams">;
}): Promise<WeightedDelivery> {
  const { plan, structures, spared, points, planned, engine, scene } = context;
  const { delivery } = planned;
  const regions = [points.targetMm, points.shellMm, ...points.sparedMm];
  const pointsMm = new Float64Array(regions.reduce((sum, r) => sum + r.length, 0));
  let at = 0;
  for (const region of regions) {
    pointsMm.set(region, at);
    at += region.length;
  }
  const perBeam = await engine.doseAtPoints({ ...scene, beams: delivery.beams, pointsMm });
  const unitDoseGyPerMu = sumOverGroups(perBeam, delivery, pointsMm.length / 3);

  const { doseGy } = plan.prescription;
  const goals: PointGoal[] = [
    { role: "target", pointCount: points.targetMm.length / 3, goalGy: TARGET_GOAL * doseGy },
    {
      role: "shell",
      pointCount: points.shellDistanceMm.length,
      goalGy: Array.from(points.shellDistanceMm, (mm) => doseGy * shellGoal(mm)),
    },
    ...spared.map((structure, s): PointGoal => {
      const pointCount = points.sparedMm[s]!.length / 3;
      const limit = plan.limits[structures.limited.indexOf(structure)];
      if (!limit) return { role: "organ", pointCount, goalGy: SPARED_GOAL * doseGy };
      return {
        role: "limit",
        pointCount,
        goalGy: LIMIT_GOAL * limit.maxGy,
        exemptPoints: exemptPoints(limit, structure, pointCount),
      };
    }),
  ];
  const options = { unitDoseGyPerMu, goals, prescriptionGy: doseGy };
  const groups = unitDoseGyPerMu.length / (pointsMm.length / 3);
  const { signal, onProgress } = scene;
  const control = { ...(signal && { signal }), ...(onProgress && { onProgress }) };
  const weights =
    planned.mostBeams < groups
      ? await selectBeams({ ...options, maxGroups: planned.mostBeams }, control)
      : await optimizeWeights(options, control);
  return withWeight(delivery, weights.monitorUnits);
}

/** Dose outside the target relative to the prescription: falls to 1/e in 12 mm, to a quarter at the least. */
function shellGoal(distanceMm: number): number {
  return Math.max(0.25, Math.exp(-distanceMm / 12));
}

/** Points that stand for the volume that may exceed a limit: of D0.035cc those of 0.035 cc. */
function exemptPoints(limit: DoseLimit, structure: Structure, pointCount: number): number {
  const metric = parseMetric(limit.metric);
  if (metric.kind !== "dose-to-volume") return 0;
  const part = metric.volumeUnit === "%" ? metric.volume / 100 : metric.volume / structureVolumeCc(structure);
  return Math.floor(part * pointCount);
}

/** Columns of beams that share a weight are added up by their shares. */
function sumOverGroups(perBeam: Float32Array, delivery: Delivery, nPoints: number): Float32Array {
  const groups = delivery.weightGroup.reduce((most, g) => Math.max(most, g + 1), 0);
  const out = new Float32Array(groups * nPoints);
  delivery.beams.forEach((_, b) => {
    const share = delivery.shareOfGroup[b]!;
    const from = b * nPoints;
    const to = delivery.weightGroup[b]! * nPoints;
    for (let p = 0; p < nPoints; p++) out[to + p]! += share * perBeam[from + p]!;
  });
  return out;
}

/** The beams whose group has a weight, with the group's monitor units shared out. */
function withWeight(delivery: Delivery, groupUnits: Float64Array): WeightedDelivery {
  const kept = delivery.beams.map((_, b) => b).filter((b) => groupUnits[delivery.weightGroup[b]!]! > 0);
  const groupNumbers = [...new Set(kept.map((b) => delivery.weightGroup[b]!))];
  return {
    delivery: {
      beams: kept.map((b) => delivery.beams[b]!),
      weightGroup: Int32Array.from(kept, (b) => groupNumbers.indexOf(delivery.weightGroup[b]!)),
      shareOfGroup: Float64Array.from(kept, (b) => delivery.shareOfGroup[b]!),
    },
    monitorUnits: Float64Array.from(
      kept,
      (b) => groupUnits[delivery.weightGroup[b]!]! * delivery.shareOfGroup[b]!,
    ),
  };
}
