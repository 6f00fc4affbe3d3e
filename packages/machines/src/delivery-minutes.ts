import { type Beam, type Delivery, InvalidInputError, type Vec3 } from "@isodose/core";
import type { CyberKnifeMachine, DeliveringMachine, LinacMachine } from "./machine-definition.ts";

export interface DeliveryTimeOptions {
  readonly machine: DeliveringMachine;
  readonly delivery: Delivery;
  /** Per beam of `delivery`, all fractions together. Beams without monitor units are not visited. */
  readonly monitorUnits: ArrayLike<number>;
  readonly fractions: number;
}

/**
 * Time that the patient spends on the couch for the whole course, minutes.
 *
 *   fractions · (setup + travel + overheads + beam-on + imaging)
 *
 * CyberKnife: nodes are visited once each in a nearest-neighbour tour, each hop takes (chord between source positions) /
 * speed + settling; each beam has an overhead; images interrupt at fixed intervals of all this. Linac: an arc takes the
 * longer of its turn at full gantry speed and its monitor units at full dose rate; between fields the gantry travels, and
 * each change of couch angle costs a kick. The constants are the machine's `timing`: in the built-in machines these are
 * unverified defaults.
 *
 * @throws InvalidInputError if fractions is not a whole number ≥ 1 or the monitor units do not fit the beams
 */
export function deliveryMinutes(options: DeliveryTimeOptions): number {
  const { machine, delivery, monitorUnits, fractions } = options;
  if (!Number.isInteger(fractions) || fractions < 1)
    throw new InvalidInputError("fractions", fractions, "a whole number ≥ 1");
  if (monitorUnits.length !== delivery.beams.length) {
    throw new InvalidInputError(
      "monitorUnits",
      monitorUnits.length,
      `${delivery.beams.length} values, one for each beam`,
    );
  }
  let total = 0;
  for (let i = 0; i < monitorUnits.length; i++) {
    const units = monitorUnits[i]!;
    if (!(units >= 0 && Number.isFinite(units)))
      throw new InvalidInputError(`monitorUnits[${i}]`, units, "a number ≥ 0");
    total += units;
  }
  if (total === 0) return 0;
  const seconds =
    machine.kind === "cyberknife"
      ? cyberKnifeFractionSeconds(machine, delivery, monitorUnits, fractions)
      : linacFractionSeconds(machine, delivery, monitorUnits, fractions);
  return fractions * (machine.timing.setupMinutesPerFraction + seconds / 60);
}

function cyberKnifeFractionSeconds(
  machine: CyberKnifeMachine,
  delivery: Delivery,
  monitorUnits: ArrayLike<number>,
  fractions: number,
): number {
  const timing = machine.timing;
  const sourceOfNode = new Map<number, Vec3>();
  let beams = 0;
  let units = 0;
  delivery.beams.forEach((beam, i) => {
    if (monitorUnits[i] === 0) return;
    beams++;
    units += monitorUnits[i]! / fractions;
    sourceOfNode.set(beam.node, beam.sourceMm);
  });
  const travel =
    tourLengthMm([...sourceOfNode.values()]) / timing.robotSpeedMmPerSecond +
    sourceOfNode.size * timing.nodeSettleSeconds;
  const delivering =
    travel + beams * timing.beamOverheadSeconds + (60 * units) / timing.doseRateMonitorUnitsPerMinute;
  return delivering + Math.ceil(delivering / timing.imagingIntervalSeconds) * timing.imagingSeconds;
}

/** Length of the path that starts at the first point and always goes on to the nearest point not yet visited, mm. */
export function tourLengthMm(pointsMm: readonly Vec3[]): number {
  const left = pointsMm.slice(1);
  let here = pointsMm[0];
  let length = 0;
  while (here && left.length > 0) {
    let nearest = 0;
    let least = Number.POSITIVE_INFINITY;
    for (let i = 0; i < left.length; i++) {
      const distance = Math.hypot(left[i]![0] - here[0], left[i]![1] - here[1], left[i]![2] - here[2]);
      if (distance < least) {
        least = distance;
        nearest = i;
      }
    }
    length += least;
    here = left.splice(nearest, 1)[0];
  }
  return length;
}

function linacFractionSeconds(
  machine: LinacMachine,
  delivery: Delivery,
  monitorUnits: ArrayLike<number>,
  fractions: number,
): number {
  const timing = machine.timing;
  const groups = new Map<number, { beams: Beam[]; units: number }>();
  delivery.beams.forEach((beam, i) => {
    const group = groups.get(delivery.weightGroup[i]!) ?? { beams: [], units: 0 };
    group.beams.push(beam);
    group.units += monitorUnits[i]! / fractions;
    groups.set(delivery.weightGroup[i]!, group);
  });
  let seconds = 0;
  let gantryDeg: number | undefined;
  let couchDeg = 0;
  for (const { beams, units } of groups.values()) {
    if (units === 0) continue;
    const first = beams[0]!;
    const last = beams[beams.length - 1]!;
    if (gantryDeg !== undefined)
      seconds += gantryTravelDeg(gantryDeg, first.gantryDeg) / timing.gantrySpeedDegPerSecond;
    if (first.couchDeg !== couchDeg) seconds += timing.couchKickSeconds;
    const beamOn = (60 * units) / timing.doseRateMonitorUnitsPerMinute;
    seconds +=
      timing.fieldOverheadSeconds + Math.max(beamOn, arcLengthDeg(beams) / timing.gantrySpeedDegPerSecond);
    gantryDeg = last.gantryDeg;
    couchDeg = first.couchDeg;
  }
  return seconds;
}

/** Angle that a gantry turns between two positions, degrees: never through 180, where it stops. */
function gantryTravelDeg(fromDeg: number, toDeg: number): number {
  const fromStop = (angle: number) => (angle > 180 ? angle - 360 : angle);
  return Math.abs(fromStop(toDeg) - fromStop(fromDeg));
}

/** Angle of an arc from its control points: their distances and half an interval at both ends; 0 for a static field. */
function arcLengthDeg(beams: readonly Beam[]): number {
  if (beams.length === 1) return 0;
  let length = 0;
  for (let i = 1; i < beams.length; i++) {
    const difference = Math.abs(beams[i]!.gantryDeg - beams[i - 1]!.gantryDeg);
    length += Math.min(difference, 360 - difference);
  }
  return (length * beams.length) / (beams.length - 1);
}
