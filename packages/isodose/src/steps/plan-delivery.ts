import {
  type Beam,
  type Delivery,
  InvalidInputError,
  type PatientPoint,
  type PatientPosition,
  type Volume,
  type Warning,
} from "@isodose/core";
import {
  cyberKnifeDelivery,
  linacDelivery,
  type MachineDefinition,
  spreadAimPoints,
} from "@isodose/machines";
import type { PlanFile } from "../plan-file.ts";
import { entersThroughCutFace } from "./cut-faces.ts";
import type { SamplePoints } from "./sample-points.ts";

/** The beams of a plan before they have weights. */
export interface PlannedDelivery {
  readonly delivery: Delivery;
  /** How many weights may end above 0. */
  readonly mostBeams: number;
  /** Beams left out because they enter through a cut face of the CT. */
  readonly leftOutAtCutFaces: number;
  /** Names of the beams kept although they do. */
  readonly throughCutFaces: ReadonlySet<string>;
  readonly warnings: readonly Warning[];
}

/** CyberKnife: beams offered to the optimiser for each one that the plan asks for. */
const CANDIDATES_PER_BEAM = 4;
/** CyberKnife: aim points spread over the target. */
const AIM_POINTS = 120;

/**
 * Turn the delivery of a plan into beams.
 * @throws InvalidInputError if the machine cannot do it, or no beam reaches the target through imaged tissue
 */
export function planDelivery(
  plan: PlanFile,
  machine: MachineDefinition,
  scene: {
    readonly relativeElectronDensity: Volume;
    readonly isocenterMm: PatientPoint;
    readonly position: PatientPosition;
    readonly points: SamplePoints;
  },
): PlannedDelivery {
  const spec = plan.delivery;
  const { isocenterMm, position, points } = scene;
  const throughCutFaces = new Set<string>();
  const accept = (beam: Beam): boolean => {
    const cut = entersThroughCutFace(scene.relativeElectronDensity, beam);
    if (cut && plan.dose.cutFaces === "see-air") throughCutFaces.add(beam.name);
    return !cut || plan.dose.cutFaces === "see-air";
  };

  let made: { delivery: Delivery; rejected: number; warnings?: readonly Warning[] };
  let mostBeams: number;
  if ("technique" in spec) {
    if (machine.kind !== "linac")
      throw wrongMachine(spec.machine, `a linac for technique "${spec.technique}"`);
    made = linacDelivery({ ...spec, machine, isocenterMm, position, accept });
    mostBeams = made.delivery.beams.length;
  } else {
    if (machine.kind !== "cyberknife")
      throw wrongMachine(spec.machine, "a CyberKnife, or a technique for the linac");
    const targetPointsMm = spreadAimPoints({
      insidePointsMm: points.targetMm,
      depthInsideMm: points.targetDepthMm,
      count: AIM_POINTS,
      coneDiameterMm: spec.collimator.diameterMm,
    });
    made = cyberKnifeDelivery({
      machine,
      collimator: spec.collimator,
      beams: spec.beams,
      candidates: CANDIDATES_PER_BEAM * spec.beams,
      targetPointsMm,
      isocenterMm,
      position,
      accept,
    });
    mostBeams = spec.beams;
  }
  if (made.delivery.beams.length === 0) {
    throw new InvalidInputError(
      "delivery",
      `${made.rejected} beams, all through cut faces of the CT`,
      'a CT that reaches further, or dose.cutFaces "see-air"',
    );
  }
  return {
    delivery: made.delivery,
    mostBeams,
    leftOutAtCutFaces: made.rejected,
    throughCutFaces,
    warnings: made.warnings ?? [],
  };
}

function wrongMachine(name: string, expected: string): InvalidInputError {
  return new InvalidInputError("delivery.machine", name, expected);
}
