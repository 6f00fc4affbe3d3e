import { isLibraryError } from "@isodose/core";
import { describe, expect, it } from "vitest";
import { deliveringMachine, MACHINES, machineById, machineRows } from "../src/machine-table.ts";
import { parseMachine } from "../src/parse-machine.ts";

const copy = (id: string) => JSON.parse(JSON.stringify(MACHINES[id]));

// biome-ignore lint/suspicious/noExplicitAny: each case breaks the JSON in its own way
const withBeam = (m: any, change: object) => ({ ...m, beamModel: { ...m.beamModel, ...change } });

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
      (m) => ({ ...m, timing: copy("linac-6fff").timing }),
      "file.json.timing.gantrySpeedDegPerSecond",
    ],
    [
      "cyberknife",
      "an unknown status",
      (m) => ({ ...m, provenance: [{ field: "a", source: "b", status: "sure" }] }),
      "file.json.provenance[0].status",
    ],
    [
      "cyberknife",
      "a misspelt key of the head's scatter",
      (m) => withBeam(m, { headScatter: { share: 0.1, sigmaMM: 20, distanceFromSourceMm: 100 } }),
      "file.json.beamModel.headScatter.sigmaMM",
    ],
    [
      "cyberknife",
      "scatter from below the collimator",
      (m) => withBeam(m, { headScatter: { share: 0.1, sigmaMm: 20, distanceFromSourceMm: 400 } }),
      "file.json.beamModel.headScatter.distanceFromSourceMm",
    ],
    [
      "cyberknife",
      "leakage above one half",
      (m) => withBeam(m, { leakage: { transmission: 0.6, radiusMm: 50 } }),
      "file.json.beamModel.leakage.transmission",
    ],
    [
      "cyberknife",
      "a profile whose axis is not 1",
      (m) =>
        withBeam(m, {
          fluenceProfile: [
            [0, 2],
            [10, 1],
          ],
        }),
      "file.json.beamModel.fluenceProfile[0]",
    ],
    [
      "cyberknife",
      "an own kernel without a spectrum",
      (m) => withBeam(m, { kernel: { pencil: {} } }),
      "file.json.beamModel.kernel.spectrum",
    ],
    [
      "cyberknife",
      "a spectrum of unlike lists",
      (m) =>
        withBeam(m, {
          kernel: { pencil: {}, spectrum: { binLowMeV: [1], binHighMeV: [2, 3], relativeNumber: [1] } },
        }),
      "file.json.beamModel.kernel.spectrum.binHighMeV",
    ],
    [
      "cyberknife",
      "an output per minute",
      (m) => withBeam(m, { doseGyPerMinute: 3 }),
      "file.json.beamModel.doseGyPerMinute",
    ],
    ["gamma-knife", "half a source", (m) => ({ ...m, sources: 0.5 }), "file.json.sources"],
    [
      "linac-6fff",
      "leaves out of order",
      (m) => ({ ...m, multileafCollimator: { ...m.multileafCollimator, leafBoundariesMm: [0, 5, 3] } }),
      "file.json.multileafCollimator.leafBoundariesMm[2]",
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
    expect(Object.keys(MACHINES)).toEqual(["cyberknife", "linac-6fff", "gamma-knife"]);
    expect(Object.isFrozen(MACHINES)).toBe(true);
    for (const row of machineRows()) {
      const isCobalt = row.id === "gamma-knife";
      expect(row.label).toBe(isCobalt ? "Co-60 lines of a bare source" : "mohan6-based, not FFF");
      expect(row.title).toContain(isCobalt ? "Co-60" : "mohan6-based, not FFF");
      expect(row.noDelivery !== undefined).toBe(isCobalt);
    }
    expect(() => deliveringMachine(MACHINES["gamma-knife"]!)).toThrow(
      /delivery with gamma-knife is not supported; .*no shots/,
    );
  });

  it("has a provenance for every block of numbers", () => {
    for (const machine of Object.values(MACHINES)) {
      const fields = machine.provenance.map((p) => p.field);
      const model = Object.keys(machine.beamModel).map((key) => `beamModel.${key}`);
      expect(fields).toEqual(
        expect.arrayContaining([
          "sadMm",
          "coneDiametersMm",
          ...("timing" in machine ? ["timing"] : []),
          ...model,
        ]),
      );
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
