import { type Beam, isLibraryError, PATIENT_POSITIONS, type Vec3 } from "@isodose/core";
import { beamFrame, patientToIecFixed } from "@isodose/geometry";
import { describe, expect, it } from "vitest";
import { cyberKnifeDelivery } from "../src/cyberknife/cyberknife-delivery.ts";
import { CYBERKNIFE } from "../src/cyberknife/cyberknife-machine.ts";
import { cyberKnifeNodes } from "../src/cyberknife/nodes.ts";

const aims = Float64Array.from({ length: 3 * 30 }, (_, i) => 15 * Math.sin(i * 1.7) + (i % 3));
const base = {
  machine: CYBERKNIFE,
  collimator: { kind: "cone", diameterMm: 20 },
  beams: 120,
  targetPointsMm: aims,
  isocenterMm: [5, -100, 380],
  position: "HFS",
} as const;
const inRoom = (delta: number) => Float64Array.from(aims, (a, i) => a + base.isocenterMm[i % 3]! + delta);
const options = { ...base, targetPointsMm: inRoom(0) };

const subtract = (a: Vec3, b: Vec3): Vec3 => [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
const degreesBetween = (a: Vec3, b: Vec3) =>
  (Math.acos(Math.min(1, (a[0] * b[0] + a[1] * b[1] + a[2] * b[2]) / Math.hypot(...a) / Math.hypot(...b))) *
    180) /
  Math.PI;

describe("node set", () => {
  const nodes = cyberKnifeNodes(CYBERKNIFE);

  it("has 110 to 130 nodes, numbered from 1, at unit directions", () => {
    expect(nodes.length).toBeGreaterThanOrEqual(110);
    expect(nodes.length).toBeLessThanOrEqual(130);
    nodes.forEach((node, i) => {
      expect(node.number).toBe(i + 1);
      expect(Math.hypot(...node.directionIecFixed)).toBeCloseTo(1, 12);
    });
  });

  it("keeps out of every excluded solid angle", () => {
    for (const { directionIecFixed: d } of nodes) {
      expect((Math.asin(d[2]) * 180) / Math.PI).toBeGreaterThanOrEqual(-22);
      for (const part of CYBERKNIFE.nodes.excluded) {
        if (part.kind === "cap")
          expect(degreesBetween(d, part.axisIecFixed)).toBeGreaterThanOrEqual(part.halfAngleDeg);
      }
    }
  });

  it("varies the distance over the machine's range, on both sides of the patient", () => {
    for (const side of [-1, 1]) {
      const distances = nodes.filter((n) => n.directionIecFixed[0] * side > 0).map((n) => n.sourceDistanceMm);
      expect(Math.min(...distances)).toBeGreaterThanOrEqual(800);
      expect(Math.min(...distances)).toBeLessThan(820);
      expect(Math.max(...distances)).toBeGreaterThan(980);
      expect(Math.max(...distances)).toBeLessThanOrEqual(1000);
    }
  });

  it("spreads nodes: the nearest neighbour of each is at most twice as far as of another", () => {
    const nearest = nodes.map((a) =>
      Math.min(
        ...nodes.filter((b) => b !== a).map((b) => degreesBetween(a.directionIecFixed, b.directionIecFixed)),
      ),
    );
    expect(Math.max(...nearest) / Math.min(...nearest)).toBeLessThan(2);
  });

  it("names the exclusions when they leave nothing", () => {
    const machine = {
      ...CYBERKNIFE,
      nodes: { ...CYBERKNIFE.nodes, excluded: [{ kind: "below", elevationDeg: 90, reason: "all" } as const] },
    };
    expect(() => cyberKnifeNodes(machine)).toThrow(/machine.nodes.excluded/);
  });
});

describe("delivery", () => {
  const { delivery, rejected, outOfReach } = cyberKnifeDelivery(options);

  it("gives the beams asked for, each with its own weight", () => {
    expect(delivery.beams).toHaveLength(120);
    expect([rejected, outOfReach]).toEqual([0, 0]);
    expect([...delivery.weightGroup]).toEqual(Array.from({ length: 120 }, (_, i) => i));
    expect(new Set(delivery.shareOfGroup)).toEqual(new Set([1]));
  });

  it("is deterministic", () => {
    expect(cyberKnifeDelivery(options)).toEqual({ delivery, rejected, outOfReach });
  });

  it("aims beams at distinct points, evenly, never twice from one node", () => {
    const uses = new Map<string, number>();
    for (const beam of delivery.beams) uses.set(beam.aimMm.join(), (uses.get(beam.aimMm.join()) ?? 0) + 1);
    expect(uses.size).toBe(30);
    expect(Math.max(...uses.values()) - Math.min(...uses.values())).toBeLessThanOrEqual(1);
  });

  it.each([1, 2, 12, 30, 59, 60, 118])(
    "never aims twice at a point from one node, with %d aim points",
    (count) => {
      const points = Float64Array.from({ length: 3 * count }, (_, i) => options.isocenterMm[i % 3]! + i / 50);
      const all = cyberKnifeDelivery({ ...options, beams: 50, candidates: 2000, targetPointsMm: points })
        .delivery.beams;
      expect(all).toHaveLength(cyberKnifeNodes(CYBERKNIFE).length * Math.min(12, count));
      expect(new Set(all.map((beam) => `${beam.node} ${beam.aimMm}`)).size).toBe(all.length);
    },
  );

  it("spreads the first few beams over the nodes as all nodes are spread", () => {
    const few = delivery.beams.slice(0, 12).map((beam) => subtract(beam.sourceMm, options.isocenterMm));
    const nearest = few.map((a) => Math.min(...few.filter((b) => b !== a).map((b) => degreesBetween(a, b))));
    // 12 directions spread evenly over the allowed 54 % of the sphere would be some 47 degrees apart.
    expect(Math.min(...nearest)).toBeGreaterThan(35);
  });

  it("has a device frame whose z points from aim to source, by the beam's own IEC angles", () => {
    for (const beam of delivery.beams) {
      const { zAxis } = beamFrame({ ...beam, position: "HFS" });
      const toSource = subtract(beam.sourceMm, beam.aimMm);
      expect(degreesBetween(zAxis, toSource)).toBeLessThan(1e-5);
      const z = [
        beam.bldXAxis[1] * beam.bldYAxis[2] - beam.bldXAxis[2] * beam.bldYAxis[1],
        beam.bldXAxis[2] * beam.bldYAxis[0] - beam.bldXAxis[0] * beam.bldYAxis[2],
        beam.bldXAxis[0] * beam.bldYAxis[1] - beam.bldXAxis[1] * beam.bldYAxis[0],
      ] as const;
      expect(degreesBetween(z, zAxis)).toBeLessThan(1e-5);
    }
  });

  it.each(PATIENT_POSITIONS)("keeps the sources where they are in the room, patient %s", (position) => {
    const turned = cyberKnifeDelivery({ ...options, position }).delivery.beams;
    turned.forEach((beam, i) => {
      const room = patientToIecFixed(subtract(beam.sourceMm, options.isocenterMm), position);
      const roomHfs = patientToIecFixed(subtract(delivery.beams[i]!.sourceMm, options.isocenterMm), "HFS");
      for (let a = 0; a < 3; a++) expect(room[a]).toBeCloseTo(roomHfs[a]!, 9);
    });
  });

  it("irradiates a supine patient from anterior, whichever end is at the head end of the couch", () => {
    for (const position of ["HFS", "FFS"] as const) {
      const y = cyberKnifeDelivery({ ...options, position }).delivery.beams.map(
        (beam) => beam.sourceMm[1] - options.isocenterMm[1],
      );
      // LPS y is posterior: no source lower than 22 degrees under the horizontal plane.
      expect(Math.max(...y)).toBeLessThanOrEqual(1000 * Math.sin((22 * Math.PI) / 180));
      expect(Math.min(...y)).toBeLessThan(-750);
    }
  });

  it("counts and replaces beams that are refused", () => {
    const accept = (beam: Beam) => beam.sourceMm[2] < options.isocenterMm[2];
    const half = cyberKnifeDelivery({ ...options, accept });
    expect(half.delivery.beams).toHaveLength(120);
    expect(half.delivery.beams.every(accept)).toBe(true);
    expect(half.rejected).toBeGreaterThan(30);
  });

  it("leaves out aim points beyond the robot's reach", () => {
    const far = Float64Array.of(...options.isocenterMm, 5, -100, 380 + 700);
    const result = cyberKnifeDelivery({ ...options, targetPointsMm: far });
    expect(result.outOfReach).toBeGreaterThan(0);
    for (const beam of result.delivery.beams) {
      const distance = Math.hypot(...subtract(beam.sourceMm, beam.aimMm));
      expect(distance).toBeGreaterThanOrEqual(650);
      expect(distance).toBeLessThanOrEqual(1100);
    }
  });

  it.each([
    [{ collimator: { kind: "cone", diameterMm: 21 } }, "delivery.collimator.diameterMm"],
    [{ beams: 0 }, "delivery.beams"],
    [{ beams: 2000 }, "delivery.beams"],
    [{ beams: 1.5 }, "delivery.beams"],
    [{ candidates: 100 }, "candidates"],
    [{ targetPointsMm: new Float64Array(0) }, "targetPointsMm"],
  ] as const)("refuses %j", (change, field) => {
    try {
      cyberKnifeDelivery({ ...options, ...change } as typeof options);
      expect.unreachable();
    } catch (error) {
      expect(isLibraryError(error, "InvalidInputError") && error.field).toBe(field);
    }
  });
});
