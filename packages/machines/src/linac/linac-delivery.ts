import {
  type Beam,
  type Delivery,
  InvalidInputError,
  type PatientPoint,
  type PatientPosition,
  type Warning,
} from "@isodose/core";
import { beamFrame } from "@isodose/geometry";
import type { ConeCollimator } from "../cyberknife/cyberknife-delivery.ts";
import type { LinacMachine } from "../machine-definition.ts";
import { assertCone } from "../machine-table.ts";
import { type ArcDirection, arcAngles } from "./arc-angles.ts";

/** One static field, IEC 61217, degrees. */
export interface LinacField {
  readonly gantryDeg: number;
  readonly couchDeg: number;
  readonly collimatorDeg: number;
}

/** One arc, IEC 61217, degrees; a couch angle other than 0 makes it non-coplanar. */
export interface LinacArc {
  readonly startDeg: number;
  readonly stopDeg: number;
  readonly couchDeg: number;
  readonly collimatorDeg: number;
  /** Default: "cw", towards larger angles; 181 → 179 passes through 0. */
  readonly direction?: ArcDirection;
}

interface LinacDeliveryCommon {
  readonly machine: LinacMachine;
  readonly collimator: ConeCollimator;
  /** All beams aim here, LPS, mm. */
  readonly isocenterMm: PatientPoint;
  readonly position: PatientPosition;
  /** Leaves out beams (of an arc: control points) for which it is false. Default: takes all. */
  readonly accept?: (beam: Beam) => boolean;
}

export type LinacDeliveryOptions =
  | (LinacDeliveryCommon & { readonly technique: "static"; readonly fields: readonly LinacField[] })
  | (LinacDeliveryCommon & {
      readonly technique: "arc";
      readonly arcs: readonly LinacArc[];
      /** Largest angle between control points, degrees. Default: 4. */
      readonly stepDeg?: number;
    });

export interface LinacDelivery {
  readonly delivery: Delivery;
  /** Beams that `accept` refused. */
  readonly rejected: number;
  /** ARC_THROUGH_180: an arc passes the angle at which a C-arm gantry stops. */
  readonly warnings: readonly Warning[];
}

/**
 * Beams of a linac with a cone: static fields, each with its own weight, or arcs.
 *
 * An arc becomes beams at the middles of equal intervals of gantry angle. They share one weight evenly: the arc turns at
 * constant speed and dose rate, and what `accept` leaves out is not irradiated.
 *
 * @throws InvalidInputError for a cone that the machine lacks, an empty list, or an angle that is not within ±360 degrees
 */
export function linacDelivery(options: LinacDeliveryOptions): LinacDelivery {
  assertCone(options.machine, options.collimator.diameterMm, "delivery.collimator.diameterMm");
  return options.technique === "static" ? staticDelivery(options) : arcDelivery(options);
}

function staticDelivery(options: Extract<LinacDeliveryOptions, { technique: "static" }>): LinacDelivery {
  if (options.fields.length === 0)
    throw new InvalidInputError("delivery.fields", options.fields, "at least one field");
  const groups: Beam[][] = options.fields.map((field, i) => {
    assertAngles(`delivery.fields[${i}]`, { ...field });
    return [makeBeam(options, `F${i + 1}`, i + 1, field)];
  });
  return { ...joinGroups(groups, options.accept), warnings: [] };
}

function arcDelivery(options: Extract<LinacDeliveryOptions, { technique: "arc" }>): LinacDelivery {
  if (options.arcs.length === 0)
    throw new InvalidInputError("delivery.arcs", options.arcs, "at least one arc");
  const warnings: Warning[] = [];
  const groups: Beam[][] = options.arcs.map((arc, i) => {
    const { startDeg, stopDeg, couchDeg, collimatorDeg } = arc;
    assertAngles(`delivery.arcs[${i}]`, { startDeg, stopDeg, couchDeg, collimatorDeg });
    const direction = arc.direction ?? "cw";
    const { gantryDeg, lengthDeg, passesGantry180 } = arcAngles(
      startDeg,
      stopDeg,
      direction,
      options.stepDeg ?? 4,
    );
    if (passesGantry180) {
      warnings.push({
        code: "ARC_THROUGH_180",
        message: `arc ${i + 1} (${startDeg} to ${stopDeg} degrees ${direction}, ${lengthDeg} degrees long) passes gantry 180, where a C-arm gantry stops`,
      });
    }
    return Array.from(gantryDeg, (gantry, point) =>
      makeBeam(options, `A${i + 1}.${point + 1}`, i + 1, { gantryDeg: gantry, couchDeg, collimatorDeg }),
    );
  });
  return { ...joinGroups(groups, options.accept), warnings };
}

/** Beams of all groups in order; groups that lose all their beams are dropped, shares are even within what is left. */
function joinGroups(
  groups: readonly Beam[][],
  accept: ((beam: Beam) => boolean) | undefined,
): { delivery: Delivery; rejected: number } {
  const beams: Beam[] = [];
  const weightGroup: number[] = [];
  const shareOfGroup: number[] = [];
  let rejected = 0;
  let group = 0;
  for (const all of groups) {
    const kept = accept ? all.filter(accept) : all;
    rejected += all.length - kept.length;
    if (kept.length === 0) continue;
    for (const beam of kept) {
      beams.push(beam);
      weightGroup.push(group);
      shareOfGroup.push(1 / kept.length);
    }
    group++;
  }
  const delivery: Delivery = {
    beams,
    weightGroup: Int32Array.from(weightGroup),
    shareOfGroup: Float64Array.from(shareOfGroup),
  };
  return { delivery, rejected };
}

function assertAngles(field: string, angles: Record<string, number>): void {
  for (const [name, angle] of Object.entries(angles)) {
    if (!(angle >= -360 && angle <= 360))
      throw new InvalidInputError(`${field}.${name}`, angle, "degrees from -360 to 360");
  }
}

function makeBeam(options: LinacDeliveryOptions, name: string, node: number, field: LinacField): Beam {
  const { machine, collimator, isocenterMm: iso, position } = options;
  const { gantryDeg, couchDeg, collimatorDeg } = field;
  const { xAxis, yAxis, zAxis } = beamFrame({ gantryDeg, couchDeg, collimatorDeg, position });
  const sad = machine.sadMm;
  return {
    name,
    sourceMm: [iso[0] + sad * zAxis[0], iso[1] + sad * zAxis[1], iso[2] + sad * zAxis[2]],
    aimMm: iso,
    bldXAxis: xAxis,
    bldYAxis: yAxis,
    sadMm: sad,
    aperture: { kind: "circle", diameterMm: collimator.diameterMm },
    gantryDeg: normalizeDeg(gantryDeg),
    couchDeg: normalizeDeg(couchDeg),
    collimatorDeg: normalizeDeg(collimatorDeg),
    node,
  };
}

/** 0 ≤ angle < 360, as DICOM and IEC 61217 scales have it. */
function normalizeDeg(angleDeg: number): number {
  return ((angleDeg % 360) + 360) % 360;
}
