import { InvalidInputError, type Vec3 } from "@isodose/core";
import type { CyberKnifeMachine, ExcludedDirections } from "../machine-definition.ts";

/** One place where the robot stops. */
export interface CyberKnifeNode {
  /** 1, 2, … in the order of the lattice, from the top down. */
  readonly number: number;
  /** Unit vector from isocenter to source, IEC 61217 fixed (room) coordinates: y towards the couch's head end, z up. */
  readonly directionIecFixed: Vec3;
  /** Distance from isocenter to source, mm. */
  readonly sourceDistanceMm: number;
}

const DEGREE = Math.PI / 180;
/** Golden section, and a second irrational so that distance and azimuth do not go together. */
const AZIMUTH_STEP = (Math.sqrt(5) - 1) / 2;
const DISTANCE_STEP = Math.SQRT2 - 1;

/**
 * The nodes of a CyberKnife machine: a Fibonacci lattice on the sphere around the isocenter, less the excluded directions,
 * with distances that run evenly through the machine's range.
 *
 *   z_i = 1 − (2 i + 1) / n,  azimuth_i = 2π i (√5 − 1) / 2,  i = 0 … n − 1
 *
 * Synthetic: real node sets are proprietary.
 *
 * @source González, Measurement of areas on a sphere using Fibonacci and latitude–longitude lattices, Math. Geosci. 42
 * (2010) 49, doi:10.1007/s11004-009-9257-x
 * @throws InvalidInputError if the exclusions leave no node
 */
export function cyberKnifeNodes(machine: CyberKnifeMachine): CyberKnifeNode[] {
  const { latticePoints, sourceDistanceMm, excluded } = machine.nodes;
  const nodes: CyberKnifeNode[] = [];
  for (let i = 0; i < latticePoints; i++) {
    const z = 1 - (2 * i + 1) / latticePoints;
    const azimuth = 2 * Math.PI * ((i * AZIMUTH_STEP) % 1);
    const radius = Math.sqrt(1 - z * z);
    const direction: Vec3 = [radius * Math.cos(azimuth), radius * Math.sin(azimuth), z];
    if (excluded.some((part) => isExcluded(direction, part))) continue;
    const part = (i * DISTANCE_STEP) % 1;
    nodes.push({
      number: nodes.length + 1,
      directionIecFixed: direction,
      sourceDistanceMm: sourceDistanceMm.least + part * (sourceDistanceMm.most - sourceDistanceMm.least),
    });
  }
  if (nodes.length === 0)
    throw new InvalidInputError("machine.nodes.excluded", excluded, "exclusions that leave a node");
  return nodes;
}

/** True if a source in this direction (unit vector, IEC fixed) lies in an excluded part of the sphere. */
export function isExcluded(directionIecFixed: Vec3, part: ExcludedDirections): boolean {
  const [x, y, z] = directionIecFixed;
  if (part.kind === "below") return z < Math.sin(part.elevationDeg * DEGREE);
  const [ax, ay, az] = part.axisIecFixed;
  return (x * ax + y * ay + z * az) / Math.hypot(ax, ay, az) > Math.cos(part.halfAngleDeg * DEGREE);
}
