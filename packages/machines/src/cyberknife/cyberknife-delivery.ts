import {
  type Beam,
  type Delivery,
  InvalidInputError,
  type PatientPoint,
  type PatientPosition,
  type Vec3,
} from "@isodose/core";
import { anglesFromSourceDirection, beamFrame, iecFixedToPatient } from "@isodose/geometry";
import { farthestPointOrder } from "../farthest-point-order.ts";
import type { CyberKnifeMachine } from "../machine-definition.ts";
import { assertCone } from "../machine-table.ts";
import { type CyberKnifeNode, cyberKnifeNodes } from "./nodes.ts";

/** A collimator as plan files name it. */
export interface ConeCollimator {
  readonly kind: "cone";
  /** Field diameter at SAD, mm. */
  readonly diameterMm: number;
}

export interface CyberKnifeDeliveryOptions {
  readonly machine: CyberKnifeMachine;
  readonly collimator: ConeCollimator;
  /** How many beams the plan asks for. */
  readonly beams: number;
  /** How many beams to make for the optimizer to choose from. Default: `beams`. */
  readonly candidates?: number;
  /** Points that beams may aim at, LPS, mm: x0, y0, z0, x1, …; spread from the first on (see `spreadAimPoints`). */
  readonly targetPointsMm: Float64Array;
  /** Where the room's isocenter is in the patient, LPS, mm. */
  readonly isocenterMm: PatientPoint;
  readonly position: PatientPosition;
  /** Leaves out beams for which it is false, e.g. those that enter where the CT ends. Default: takes all. */
  readonly accept?: (beam: Beam) => boolean;
}

export interface CyberKnifeDelivery {
  /** One weight for each beam. Fewer beams than asked for only if there are no more that are accepted. */
  readonly delivery: Delivery;
  /** Candidates that `accept` refused. */
  readonly rejected: number;
  /** Candidates whose aim point lies too near to their source or too far from it. */
  readonly outOfReach: number;
}

/**
 * Beams of a CyberKnife: each from a node, aimed at its own point of the target.
 *
 * The nodes are fixed in the room and the robot turns the head about its source, so a beam's source is
 *
 *   source = isocenter + distance(node) · direction(node),   axis through source and aim point
 *
 * Candidates run through all nodes, the farthest from those before it next, before a node gets its next beam, and through
 * all aim points evenly; every beginning of the list is spread over both. No two beams share node and aim point. The same input gives the same beams.
 *
 * @throws InvalidInputError for a cone that the machine lacks, no aim point, or more beams than nodes can carry
 */
export function cyberKnifeDelivery(options: CyberKnifeDeliveryOptions): CyberKnifeDelivery {
  const { machine, collimator, targetPointsMm: aims, isocenterMm, position, accept } = options;
  const wanted = options.candidates ?? options.beams;
  assertCone(machine, collimator.diameterMm, "delivery.collimator.diameterMm");
  const aimCount = aims.length / 3;
  if (aimCount === 0 || !Number.isInteger(aimCount))
    throw new InvalidInputError("targetPointsMm", aims.length, "at least one point of 3 numbers");
  const nodes = cyberKnifeNodes(machine);
  const rounds = Math.min(machine.nodes.beamsPerNode, aimCount);
  assertBeamCount("delivery.beams", options.beams, nodes.length, rounds);
  if (!Number.isInteger(wanted) || wanted < options.beams)
    throw new InvalidInputError("candidates", wanted, `a whole number ≥ ${options.beams} beams`);

  const directions = Float64Array.from(nodes.flatMap((node) => node.directionIecFixed));
  const order = farthestPointOrder(directions, [...nodes.keys()], 0, nodes.length);
  const shift = aimShift(nodes.length, aimCount, rounds);
  const beams: Beam[] = [];
  let rejected = 0;
  let outOfReach = 0;
  for (let round = 0; round < rounds; round++) {
    for (let i = 0; i < nodes.length && beams.length < wanted; i++) {
      const node = nodes[order[i]!]!;
      const aim = (i + round * shift) % aimCount;
      const aimMm: PatientPoint = [aims[3 * aim]!, aims[3 * aim + 1]!, aims[3 * aim + 2]!];
      const sourceMm = sourceOfNode(node, isocenterMm, position);
      const distanceMm = Math.hypot(sourceMm[0] - aimMm[0], sourceMm[1] - aimMm[1], sourceMm[2] - aimMm[2]);
      const { least, most } = machine.nodes.aimDistanceMm;
      if (distanceMm < least || distanceMm > most) {
        outOfReach++;
        continue;
      }
      const beam = makeBeam(machine, collimator, node.number, round, sourceMm, aimMm, distanceMm, position);
      if (accept && !accept(beam)) rejected++;
      else beams.push(beam);
    }
  }
  const delivery: Delivery = {
    beams,
    weightGroup: Int32Array.from(beams, (_, i) => i),
    shareOfGroup: new Float64Array(beams.length).fill(1),
  };
  return { delivery, rejected, outOfReach };
}

function assertBeamCount(field: string, count: number, nodes: number, rounds: number): void {
  if (!Number.isInteger(count) || count < 1 || count > nodes * rounds) {
    const most = `${nodes * rounds} (${nodes} nodes, ${rounds} aim points each)`;
    throw new InvalidInputError(field, count, `a whole number from 1 to ${most}`);
  }
}

/**
 * How far the aim points move on from round to round: in round r node i takes aim point (i + r · shift) mod aims. The
 * number of nodes, so that all aim points are used evenly; more where that would bring a node back to an aim point.
 */
function aimShift(nodes: number, aims: number, rounds: number): number {
  let shift = nodes % aims;
  while (aims / greatestCommonDivisor(shift, aims) < rounds) shift++;
  return shift;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

function sourceOfNode(
  node: CyberKnifeNode,
  isocenterMm: PatientPoint,
  position: PatientPosition,
): PatientPoint {
  const [x, y, z] = iecFixedToPatient(node.directionIecFixed, position);
  const distance = node.sourceDistanceMm;
  return [isocenterMm[0] + distance * x, isocenterMm[1] + distance * y, isocenterMm[2] + distance * z];
}

function makeBeam(
  machine: CyberKnifeMachine,
  collimator: ConeCollimator,
  node: number,
  round: number,
  sourceMm: PatientPoint,
  aimMm: PatientPoint,
  distanceMm: number,
  position: PatientPosition,
): Beam {
  const toSource: Vec3 = [
    (sourceMm[0] - aimMm[0]) / distanceMm,
    (sourceMm[1] - aimMm[1]) / distanceMm,
    (sourceMm[2] - aimMm[2]) / distanceMm,
  ];
  const { gantryDeg, couchDeg } = anglesFromSourceDirection(toSource, position);
  const frame = beamFrame({ gantryDeg, couchDeg, collimatorDeg: 0, position });
  return {
    name: `N${node}.${round + 1}`,
    sourceMm,
    aimMm,
    bldXAxis: frame.xAxis,
    bldYAxis: frame.yAxis,
    sadMm: machine.sadMm,
    aperture: { kind: "circle", diameterMm: collimator.diameterMm },
    gantryDeg,
    couchDeg,
    collimatorDeg: 0,
    node,
  };
}
