import { InputFileError, isLibraryError } from "@isodose/core";
import { describe, expect, it } from "vitest";
import { parseReferenceFile, type ReferenceFile } from "../../src/index.ts";
import { slabCase, voxelCase, voxelFiles } from "./support/case-json.ts";

const read = (files: Record<string, Uint8Array>) => async (name: string) => {
  const bytes = files[name];
  if (!bytes) throw new InputFileError(name, "not found", "a readable file");
  return bytes;
};
const parse = (json: unknown, files = {}): Promise<ReferenceFile> => parseReferenceFile(json, read(files));

async function failure(json: unknown, files = {}): Promise<string> {
  try {
    await parse(json, files);
  } catch (error) {
    if (isLibraryError(error)) return error.message;
    throw error;
  }
  return "no error";
}

describe("reading a case", () => {
  it("brings bins, points and standard errors into one form", async () => {
    const { curves } = await parse(slabCase());
    expect(curves[0]!.samples[1]).toMatchObject({
      positionMm: 7.5,
      depthLowMm: 5,
      depthHighMm: 10,
      offAxisLowMm: 0,
    });
    expect(curves[1]!.samples[3]).toMatchObject({ positionMm: 3, depthLowMm: 18, offAxisHighMm: 3 });
    const { value, sigma } = curves[0]!.samples[0]!;
    expect(sigma).toBeCloseTo(0.004 * value, 20);
  });

  it("gives a material without a mean excitation energy one near that of lung", async () => {
    const { materials } = await parse(slabCase());
    // ICRU 37: 75.3 eV for lung, Bragg's rule within a few percent.
    expect(materials.lung!.meanExcitationEv).toBeGreaterThan(71);
    expect(materials.lung!.meanExcitationEv).toBeLessThan(79);
    expect(Object.values(materials.water!.massFractions).reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
  });

  it("reads voxels, takes the density file before the materials' densities", async () => {
    const file = await parse(voxelCase(), voxelFiles());
    if (file.phantom.kind !== "voxels") throw new Error("voxels expected");
    expect([...file.phantom.densityGPerCm3.slice(0, 2)].map((d) => Number(d.toFixed(4)))).toEqual([0.001, 1]);
    expect(file.phantom.materialNames[file.phantom.materialIndex[1]!]).toBe("lung");
    expect(file.volumes[0]!.values[1]).toBeCloseTo(4.01e-12, 16);
  });

  it("warns of keys that the format does not name, and goes on", async () => {
    const { warnings } = await parse(slabCase({ colourOfTheRoom: "blue" }));
    expect(warnings).toEqual([expect.objectContaining({ code: "UNKNOWN_KEY" })]);
    expect(warnings[0]!.message).toContain("colourOfTheRoom");
  });
});

describe("bad cases", () => {
  const base = slabCase();
  const phantom = base.phantom as Record<string, unknown>;
  it.each<[string, unknown, RegExp]>([
    ["another format", slabCase({ format: "isodose-reference/9" }), /^format: .*isodose-reference\/1/],
    ["no object", [], /^reference case: .*expected an object/],
    [
      "an unknown particle",
      slabCase({ particle: "muon" }),
      /^particle: is "muon"; expected one of photon, proton, beta/,
    ],
    [
      "a misspelt key",
      { ...slabCase(), spectrum: undefined, spectum: base.spectrum },
      /^spectum: .*spectrum may be meant/,
    ],
    ["a missing id", slabCase({ id: undefined }), /^id: missing/],
    [
      "a spectrum of zeros",
      slabCase({ spectrum: { binLowMeV: [1], binHighMeV: [2], relativeNumber: [0] } }),
      /^spectrum\.relativeNumber/,
    ],
    [
      "bins upside down",
      slabCase({ spectrum: { binLowMeV: [2], binHighMeV: [1], relativeNumber: [1] } }),
      /^spectrum\.binHighMeV\[0\]/,
    ],
    [
      "a diameter of zero",
      slabCase({ field: { kind: "circle", diameterMm: 0 } }),
      /^field\.diameterMm: is 0/,
    ],
    [
      "an unknown field",
      slabCase({ field: { kind: "star" } }),
      /^field\.kind: is "star"; expected one of circle, rectangle/,
    ],
    [
      "a material that is not there",
      slabCase({ phantom: { ...phantom, layers: [{ material: "gold", thicknessMm: 1 }] } }),
      /^phantom\.layers\[0\]\.material: is "gold"/,
    ],
    [
      "an unknown element",
      slabCase({
        materials: {
          water: { densityGPerCm3: 1, massPercent: { Xx: 100 } },
          lung: { densityGPerCm3: 1, massPercent: { H: 100 } },
        },
      }),
      /materials\.water.*Xx/,
    ],
    [
      "percentages that miss 100",
      slabCase({
        materials: {
          water: { densityGPerCm3: 1, massPercent: { H: 50 } },
          lung: { densityGPerCm3: 1, massPercent: { H: 100 } },
        },
      }),
      /massPercent: is 50; expected percentages that add to 100/,
    ],
    [
      "a density of zero",
      slabCase({ materials: { water: { densityGPerCm3: 0, massPercent: { H: 100 } } } }),
      /materials\.water\.densityGPerCm3: is 0/,
    ],
    ["a curve along nothing", slabCase({ curves: [{ along: "sideways" }] }), /^curves\[0\]\.along/],
    [
      "values that are too few",
      slabCase({
        curves: [
          {
            along: "depth",
            quantity: "dose-to-medium",
            unit: "Gy cm2",
            binMm: [
              [0, 1],
              [1, 2],
            ],
            value: [1],
          },
        ],
      }),
      /^curves\[0\]\.value: is 1; expected 2 values/,
    ],
    [
      "a value that is no number",
      slabCase({
        curves: [
          { along: "depth", quantity: "dose-to-medium", unit: "Gy cm2", binMm: [[0, 1]], value: [null] },
        ],
      }),
      /^curves\[0\]\.value\[0\]/,
    ],
  ])("%s is named", async (_, json, message) => {
    expect(await failure(json)).toMatch(message);
  });

  it("names a file that is missing or has the wrong length", async () => {
    const files = voxelFiles();
    expect(await failure(voxelCase(), { ...files, "d.f32": undefined })).toMatch(/^d\.f32: not found/);
    expect(await failure(voxelCase(), { ...files, "m.u8": new Uint8Array(3) })).toMatch(/^m\.u8: .*24 bytes/);
    expect(await failure(voxelCase(), { ...files, "m.u8": new Uint8Array(24) })).toMatch(
      /^m\.u8: is 0; expected one of 1, 2/,
    );
  });
});
