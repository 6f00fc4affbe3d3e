import { describe, expect, it } from "vitest";
import { beamDataOf, kernelOf } from "../src/beam-data-of.ts";
import { MACHINES } from "../src/machine-table.ts";
import { parseMachine } from "../src/parse-machine.ts";

describe.each(Object.values(MACHINES))("beam data of $id", (machine) => {
  const data = beamDataOf(machine);

  it("is the machine's: name, label, SAD, cones, calibration", () => {
    expect(data).toMatchObject({
      machine: machine.id,
      label: machine.label,
      sadMm: machine.sadMm,
      coneDiametersMm: machine.coneDiametersMm,
      reference: machine.beamModel.reference,
      doseGyPerMonitorUnit: machine.kind === "gamma-knife" ? 3.62 / 192 : 0.01,
    });
  });

  it("says what its beam is made from", () => {
    expect(data.label).toBe(
      machine.kind === "gamma-knife" ? "Co-60 lines of a bare source" : "mohan6-based, not FFF",
    );
    expect(data.doseUnit).toBe(machine.kind === "gamma-knife" ? "Gy/min" : undefined);
  });

  it("has output factors that grow with the cone and stay under that of the reference field", () => {
    const cones = machine.coneDiametersMm.filter((d) => d <= 20);
    const factors = cones.map((d) => data.cone(d).outputFactor);
    factors.forEach((factor, i) => {
      expect(factor).toBeGreaterThan(i === 0 ? 0.4 : factors[i - 1]!);
      expect(factor).toBeLessThan(cones[i] === machine.beamModel.reference.diameterMm ? 1.000001 : 1);
    });
  });
});

it("gives the reference cone an output factor of 1", () => {
  expect(beamDataOf(MACHINES.cyberknife!).cone(60).outputFactor).toBeCloseTo(1, 6);
});

it("takes a kernel that stands in the machine file", () => {
  const built = MACHINES.cyberknife!;
  const own = parseMachine(
    JSON.parse(JSON.stringify({ ...built, beamModel: { ...built.beamModel, kernel: kernelOf(built) } })),
    "own.json",
  );
  expect(beamDataOf(own).cone(10).outputFactor).toBeCloseTo(beamDataOf(built).cone(10).outputFactor, 12);
  expect(beamDataOf(own).photons.spectrum.relativeNumber).toEqual(kernelOf(built).spectrum.relativeNumber);
});
