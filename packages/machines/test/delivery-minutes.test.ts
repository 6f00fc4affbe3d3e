import type { Vec3 } from "@isodose/core";
import { describe, expect, it } from "vitest";
import { cyberKnifeDelivery } from "../src/cyberknife/cyberknife-delivery.ts";
import { CYBERKNIFE } from "../src/cyberknife/cyberknife-machine.ts";
import { deliveryMinutes, tourLengthMm } from "../src/delivery-minutes.ts";
import { linacDelivery } from "../src/linac/linac-delivery.ts";
import { LINAC_6FFF } from "../src/linac/linac-machine.ts";

const linac = {
  machine: LINAC_6FFF,
  collimator: { kind: "cone", diameterMm: 15 },
  isocenterMm: [0, 0, 0],
  position: "HFS",
} as const;
const robot = {
  machine: CYBERKNIFE,
  collimator: { kind: "cone", diameterMm: 20 },
  beams: 60,
  targetPointsMm: Float64Array.of(0, 0, 0),
  isocenterMm: [0, 0, 0],
  position: "HFS",
} as const;

describe("delivery time", () => {
  it("walks to the nearest point not yet visited", () => {
    const points: Vec3[] = [
      [0, 0, 0],
      [10, 0, 0],
      [3, 0, 0],
      [3, 4, 0],
    ];
    expect(tourLengthMm(points)).toBeCloseTo(3 + 4 + Math.hypot(7, 4), 12);
    expect(tourLengthMm([])).toBe(0);
  });

  it("is bound by the gantry for few monitor units, by dose rate for many", () => {
    const arcs = [{ startDeg: 181, stopDeg: 179, couchDeg: 0, collimatorDeg: 0 }];
    const { delivery } = linacDelivery({ ...linac, technique: "arc", arcs });
    const minutes = (total: number, fractions: number) =>
      deliveryMinutes({
        machine: LINAC_6FFF,
        delivery,
        monitorUnits: Array.from(delivery.shareOfGroup, (s) => s * total),
        fractions,
      });
    expect(minutes(100, 1)).toBeCloseTo(5 + (10 + 358 / 6) / 60, 9);
    expect(minutes(14000, 1)).toBeCloseTo(5 + 10 / 60 + 10, 9);
    expect(minutes(28000, 2)).toBeCloseTo(2 * (5 + 10 / 60 + 10), 9);
  });

  it("counts gantry travel and couch kicks, never through 180", () => {
    const field = (gantryDeg: number, couchDeg: number) => ({ gantryDeg, couchDeg, collimatorDeg: 0 });
    const { delivery } = linacDelivery({
      ...linac,
      technique: "static",
      fields: [field(170, 0), field(190, 30)],
    });
    const minutes = deliveryMinutes({
      machine: LINAC_6FFF,
      delivery,
      monitorUnits: [700, 700],
      fractions: 1,
    });
    expect(minutes).toBeCloseTo(5 + (2 * (10 + 30) + 340 / 6 + 45) / 60, 9);
  });

  it("grows by beam-on time and by images only, for the robot, when monitor units grow", () => {
    const { delivery } = cyberKnifeDelivery(robot);
    const minutes = (each: number) =>
      deliveryMinutes({
        machine: CYBERKNIFE,
        delivery,
        monitorUnits: new Float64Array(60).fill(each),
        fractions: 1,
      });
    const beamOn = (60 * 200) / 1000;
    const gained = minutes(300) - minutes(100);
    expect(gained).toBeGreaterThan(beamOn);
    expect(gained).toBeLessThan(beamOn * (1 + 2.5 / 45) + 2.5 / 60);
  });

  it("does not visit beams without monitor units, and takes no time for none at all", () => {
    const { delivery } = cyberKnifeDelivery(robot);
    const of = (monitorUnits: Float64Array) =>
      deliveryMinutes({ machine: CYBERKNIFE, delivery, monitorUnits, fractions: 1 });
    expect(of(new Float64Array(60))).toBe(0);
    const one = of(new Float64Array(60).fill(0).fill(600, 0, 1));
    // 36 s of beam, 2 s to settle, 1 s overhead, one image.
    expect(one).toBeCloseTo(5 + (36 + 2 + 1 + 2.5) / 60, 9);
  });

  it("refuses what does not fit", () => {
    const { delivery } = cyberKnifeDelivery(robot);
    const of = (monitorUnits: number[], fractions: number) =>
      deliveryMinutes({ machine: CYBERKNIFE, delivery, monitorUnits, fractions });
    expect(() => of([1], 1)).toThrow(/monitorUnits/);
    expect(() => of(Array(60).fill(1), 0)).toThrow(/fractions/);
    expect(() => of(Array(60).fill(-1), 1)).toThrow(/monitorUnits\[0\]/);
  });
});
