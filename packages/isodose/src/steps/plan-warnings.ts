import type { Beam, Warning } from "@isodose/core";
import type { PlanIndices } from "@isodose/dvh";
import type { MachineDefinition } from "@isodose/machines";
import type { PlanFile } from "../plan-file.ts";
import type { PlannedDelivery } from "./plan-delivery.ts";
import type { Scaling } from "./scale-to-prescription.ts";

/** How many of the beams with a weight enter through a cut face of the CT. */
export function beamsThroughCutFaces(planned: PlannedDelivery, used: readonly Beam[]): number {
  return used.filter((beam) => planned.throughCutFaces.has(beam.name)).length;
}

/** What the beam data are made from, and what they leave out. */
export function beamDataWarning(machine: MachineDefinition): Warning {
  const { kernel, headScatter, leakage } = machine.beamModel;
  const from = typeof kernel === "string" ? "Monte Carlo of a bare source" : kernel.pencil.name;
  const scatter = headScatter ? "head scatter as a second source" : "no head scatter";
  return {
    code: "BEAM_DATA",
    message: `${machine.title}: beam data from ${from}; ${scatter}, ${leakage ? "leakage" : "no leakage"}`,
  };
}

/** Beams left out, or let see air, because the CT ends inside the patient where they enter. */
export function cutFaceWarnings(planned: PlannedDelivery, used: readonly Beam[]): Warning[] {
  const warnings: Warning[] = [];
  const leftOut = planned.leftOutAtCutFaces;
  if (leftOut > 0) {
    warnings.push({
      code: "BEAMS_LEFT_OUT_AT_CUT_FACES",
      message: `${leftOut} of ${leftOut + planned.delivery.beams.length} possible beams were left out: they enter through a face where the CT ends inside the patient`,
    });
  }
  const through = beamsThroughCutFaces(planned, used);
  if (through > 0) {
    warnings.push({
      code: "BEAMS_THROUGH_CUT_FACES",
      message: `${through} of ${used.length} beams enter through a face where the CT ends inside the patient and see air beyond it: their dose is too high`,
    });
  }
  return warnings;
}

/** Maximum over prescription from which a plan is called uneven: radiosurgery prescribes to 50 % of the maximum or more. */
const HIGH_MAXIMUM = 2;

/** A coverage that limits held down, a maximum far over the prescription, a gradient index that the dose grid cuts. */
export function indexWarnings(
  plan: PlanFile,
  shortfallPercent: number,
  scaling: Scaling,
  indices: PlanIndices,
  maximumGy: number,
): Warning[] {
  const { target, prescription } = plan;
  const warnings: Warning[] = [...scaling.warnings];
  if (scaling.heldBy && shortfallPercent > 0.05) {
    const { structure, metric, maxGy } = scaling.heldBy;
    warnings.push({
      code: "COVERAGE_SHORTFALL",
      message: `${target} is covered to ${indices.coveragePercent.toFixed(1)} %, ${shortfallPercent.toFixed(1)} % less than asked for: ${metric} of ${structure} is held at ${maxGy} Gy`,
    });
  }
  if (maximumGy > HIGH_MAXIMUM * prescription.doseGy) {
    warnings.push({
      code: "HIGH_MAXIMUM",
      message: `the maximum, ${maximumGy.toFixed(1)} Gy, is over ${HIGH_MAXIMUM} times the prescription: the beams cover ${target} badly (larger cone, more beams?)`,
    });
  }
  if (indices.halfPrescriptionReachesGridEdge) {
    warnings.push({
      code: "GRADIENT_INDEX_CUT",
      message:
        "the half-prescription isodose reaches the edge of the dose grid: the gradient index is too low",
    });
  }
  return warnings;
}
