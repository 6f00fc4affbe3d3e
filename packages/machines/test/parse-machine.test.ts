import { isLibraryError } from "@isodose/core";
import { describe, expect, it } from "vitest";
import { MACHINES, machineById, machineRows } from "../src/machine-table.ts";
import { parseMachine } from "../src/parse-machine.ts";

const copy = (id: string) => JSON.parse(JSON.stringify(MACHINES[id]));

describe("machine files", () => {
  it.each(Object.keys(MACHINES))("reads back the built-in %s as it is", (id) => {
    expect(parseMachine(copy(id), "file.json")).toEqual(MACHINES[id]);
  });

  // biome-ignore lint/suspicious/noExplicitAny: each case breaks the JSON in its own way
  const cases: [string, string, (m: any) => unknown, string][] = [
    ["cyberknife", "an unknown key", (m) => ({ ...m, sadmm: 800 }), "file.json.sadmm"],
    ["cyberknife", "a missing key", (m) => ({ ...m, sadMm: undefined }), "file.json.sadMm"],
    ["cyberknife", "another format", (m) => ({ ...m, format: "isodose-machine/9" }), "file.json.format"],
    ["cyberknife", "a text for a number", (m) => ({ ...m, sadMm: "800" }), "file.json.sadMm"],
    ["cyberknife", "a number that is not finite", (m) => ({ ...m, sadMm: Number.NaN }), "file.json.sadMm"],
    [
      "cyberknife",
      "cones out of order",
      (m) => ({ ...m, coneDiametersMm: [10, 5] }),
      "file.json.coneDiametersMm",
    ],
    ["cyberknife", "no cone", (m) => ({ ...m, coneDiametersMm: [] }), "file.json.coneDiametersMm"],
    [
      "cyberknife",
      "a bad cone",
      (m) => ({ ...m, coneDiametersMm: [5, "x"] }),
      "file.json.coneDiametersMm[1]",
    ],
    [
      "cyberknife",
      "an unknown kernel",
      (m) => ({ ...m, beamModel: { ...m.beamModel, kernel: "10mv" } }),
      "file.json.beamModel.kernel",
    ],
    [
      "cyberknife",
      "a collimator beyond SAD",
      (m) => ({ ...m, beamModel: { ...m.beamModel, collimatorExitMm: 900 } }),
      "file.json.beamModel.collimatorExitMm",
    ],
    [
      "cyberknife",
      "an unknown exclusion",
      (m) => ({ ...m, nodes: { ...m.nodes, excluded: [{ kind: "wedge" }] } }),
      "file.json.nodes.excluded[0].axisIecFixed",
    ],
    [
      "cyberknife",
      "half a lattice point",
      (m) => ({ ...m, nodes: { ...m.nodes, latticePoints: 3.5 } }),
      "file.json.nodes.latticePoints",
    ],
    [
      "cyberknife",
      "a range upside down",
      (m) => ({ ...m, nodes: { ...m.nodes, aimDistanceMm: { least: 2, most: 1 } } }),
      "file.json.nodes.aimDistanceMm",
    ],
    [
      "cyberknife",
      "a timing of the wrong kind",
      (m) => ({ ...m, timing: MACHINES["linac-6fff"]!.timing }),
      "file.json.timing.gantrySpeedDegPerSecond",
    ],
    [
      "cyberknife",
      "an unknown status",
      (m) => ({ ...m, provenance: [{ field: "a", source: "b", status: "sure" }] }),
      "file.json.provenance[0].status",
    ],
    ["linac-6fff", "nodes", (m) => ({ ...m, nodes: {} }), "file.json.nodes"],
    ["linac-6fff", "an unknown kind", (m) => ({ ...m, kind: "proton" }), "file.json.kind"],
    ["linac-6fff", "a title of two lines", (m) => ({ ...m, title: "a\nb" }), "file.json.title"],
    ["linac-6fff", "a list", () => [], "file.json"],
    ["linac-6fff", "null", () => null, "file.json"],
  ];
  it.each(cases)("refuses %s with %s", (id, _what, change, field) => {
    try {
      parseMachine(change(copy(id)), "file.json");
      expect.unreachable();
    } catch (error) {
      expect(isLibraryError(error, "InvalidInputError") ? error.field : error).toBe(field);
      expect((error as Error).message).not.toContain("\n");
    }
  });

  it("names the nearest known key", () => {
    expect(() => parseMachine({ ...copy("cyberknife"), coneDiameterMm: [5] }, "m.json")).toThrow(
      /did you mean coneDiametersMm\?/,
    );
  });
});

describe("table", () => {
  it("knows the machines of the public surface, and says what their data are", () => {
    expect(Object.keys(MACHINES)).toEqual(["cyberknife", "linac-6fff"]);
    expect(Object.isFrozen(MACHINES)).toBe(true);
    for (const row of machineRows()) {
      expect(row.label).toBe("mohan6-based, not FFF");
      expect(row.title).toContain("mohan6-based, not FFF");
    }
  });

  it("has a provenance for every block of numbers", () => {
    for (const machine of Object.values(MACHINES)) {
      const fields = machine.provenance.map((p) => p.field);
      const model = Object.keys(machine.beamModel).map((key) => `beamModel.${key}`);
      expect(fields).toEqual(expect.arrayContaining(["sadMm", "coneDiametersMm", "timing", ...model]));
    }
    const robot = machineRows()[0]!;
    expect(robot.unverifiedFields).toEqual(expect.arrayContaining(["nodes", "nodes.excluded", "timing"]));
  });

  it("suggests the nearest id", () => {
    expect(machineById("cyberknife")).toBe(MACHINES.cyberknife);
    expect(() => machineById("ciberknife", "delivery.machine")).toThrow(
      /delivery.machine.*did you mean cyberknife/,
    );
    expect(() => machineById("toString")).toThrow(/one of cyberknife, linac-6fff/);
  });
});
