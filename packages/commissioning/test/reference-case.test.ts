import { describe, expect, it } from "vitest";
import { parseReferenceCase } from "../src/index.ts";

const good = {
  format: "isodose-reference/1",
  id: "small",
  title: "Small",
  provenance: { code: "by hand" },
  particle: "photon",
  spectrum: { name: "line" },
  source: { kind: "point", toReferencePlaneMm: 800, toSurfaceMm: 785 },
  field: { kind: "circle", diameterMm: 20 },
  phantom: { kind: "slabs", layers: [{ material: "water", thicknessMm: 400 }] },
  curves: [
    {
      name: "axis",
      along: "depth",
      unit: "Gy cm2",
      offAxisMm: 0,
      binMm: [
        [0, 1],
        [1, 3],
      ],
      value: [1, 2],
      sigmaPercent: [1, 0.5],
    },
    {
      name: "across",
      along: "off-axis",
      unit: "Gy cm2",
      depthBinMm: [13, 17],
      offAxisMm: [0, 5],
      value: [2, 1],
      sigmaPercent: [1, 1],
    },
  ],
};

describe("parseReferenceCase", () => {
  it("reads depth and off-axis curves with their bins and standard errors", () => {
    const found = parseReferenceCase(good);
    expect(found).toMatchObject({
      diameterMm: 20,
      referencePlaneMm: 800,
      surfaceMm: 785,
      thicknessMm: 400,
      code: "by hand",
    });
    expect(found.curves[0]!.samples[1]).toEqual({
      positionMm: 2,
      depthLowMm: 1,
      depthHighMm: 3,
      offAxisMm: 0,
      dose: 2,
      sigma: 0.01,
    });
    expect(found.curves[1]!.samples[1]).toEqual({
      positionMm: 5,
      depthLowMm: 13,
      depthHighMm: 17,
      offAxisMm: 5,
      dose: 1,
      sigma: 0.01,
    });
  });

  it("names what is wrong with a file", () => {
    expect(() => parseReferenceCase(null)).toThrow(/reference case/);
    expect(() => parseReferenceCase({ ...good, format: "other" })).toThrow(/format/);
    expect(() => parseReferenceCase({ ...good, field: { kind: "circle" } })).toThrow(/diameterMm: missing/);
    expect(() => parseReferenceCase({ ...good, curves: [{ ...good.curves[0], value: [1] }] })).toThrow(
      /curve axis/,
    );
    expect(() => parseReferenceCase({ ...good, curves: [{ ...good.curves[0], value: [1, "2"] }] })).toThrow(
      /axis\.value\[1\]/,
    );
  });

  it("says which kinds of case it does not do", () => {
    expect(() => parseReferenceCase({ ...good, particle: "proton" })).toThrow(/not supported/);
    expect(() => parseReferenceCase({ ...good, field: { kind: "rectangle" } })).toThrow(/not supported/);
    const lung = { kind: "slabs", layers: [{ material: "water" }, { material: "lung" }] };
    expect(() => parseReferenceCase({ ...good, phantom: lung })).toThrow(/not supported/);
  });
});
