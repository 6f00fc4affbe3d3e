import { describe, expect, it } from "vitest";
import { beamDataOf } from "../src/beam-data-of.ts";
import { MACHINES } from "../src/machine-table.ts";

describe.each(Object.values(MACHINES))("beam data of $id", (machine) => {
  const data = beamDataOf(machine);

  it("is the machine's: name, label, SAD, cones, calibration", () => {
    expect(data).toMatchObject({
      machine: machine.id,
      label: "mohan6-based, not FFF",
      sadMm: machine.sadMm,
      coneDiametersMm: machine.coneDiametersMm,
      reference: machine.beamModel.reference,
      doseGyPerMonitorUnit: 0.01,
    });
  });

  it("has output factors that grow with the cone and stay under that of the reference field", () => {
    const cones = machine.coneDiametersMm.filter((d) => d <= 20);
    const factors = cones.map((d) => data.cone(d).outputFactor);
    factors.forEach((factor, i) => {
      expect(factor).toBeGreaterThan(i === 0 ? 0.4 : factors[i - 1]!);
      expect(factor).toBeLessThan(1);
    });
  });
});

it("gives the reference cone an output factor of 1", () => {
  expect(beamDataOf(MACHINES.cyberknife!).cone(60).outputFactor).toBeCloseTo(1, 6);
});
