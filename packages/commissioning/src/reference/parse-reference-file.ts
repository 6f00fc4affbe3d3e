import { type EnergySpectrum, InvalidInputError, type Vec3, type Warning } from "@isodose/core";
import { bytesToFloat32, type FileReader } from "./binary-file.ts";
import { JsonObject } from "./json-object.ts";
import { parseCurve } from "./parse-curve.ts";
import { parseGridKeys, parseMaterials, parsePhantom } from "./parse-phantom.ts";
import {
  type FileVolume,
  type PhotonShape,
  type PhotonSource,
  REFERENCE_PARTICLES,
  REFERENCE_QUANTITIES,
  type ReferenceFile,
} from "./reference-file.ts";

const KEYS = [
  "format",
  "id",
  "title",
  "provenance",
  "particle",
  "nuclide",
  "nuclearInteractions",
  "spectrum",
  "source",
  "field",
  "layers",
  "phantom",
  "materials",
  "normalization",
  "curves",
  "scalars",
  "volumes",
  "note",
];

/** Is this the JSON of a reference case (of any version)? Other JSON files may lie beside them. */
export function isReferenceFile(json: unknown): boolean {
  const format = (json as { format?: unknown } | null)?.format;
  return typeof format === "string" && format.startsWith("isodose-reference/");
}

/**
 * Read one reference case of the format `isodose-reference/1`, with the files that it names.
 * @param json - the parsed file
 * @param readFile - for `materialFile`, `densityFile` and the volumes
 * @throws InvalidInputError if a key is missing, misspelt or out of range, a file has the wrong length, a particle or quantity
 *   is unknown
 */
export async function parseReferenceFile(json: unknown, readFile: FileReader): Promise<ReferenceFile> {
  const file = new JsonObject(json, "");
  file.choice("format", ["isodose-reference/1"]);
  const unknown: string[] = [];
  const warn = (keys: readonly string[]) => unknown.push(...keys);
  warn(file.unknownKeys(KEYS));
  const particle = file.choice("particle", REFERENCE_PARTICLES);
  const phantomJson = file.object("phantom");
  const owner = phantomJson.has("materials") ? phantomJson : file;
  const materials = parseMaterials(owner.object("materials"), particle === "photon", warn);
  const phantom = await parsePhantom(phantomJson, materials, readFile, warn);
  const { scalars, leftOut } = parseScalars(file);
  const volumes = file.has("volumes")
    ? await Promise.all(file.objects("volumes").map((one) => parseVolume(one, readFile, warn)))
    : [];
  const common = {
    id: file.text("id"),
    title: file.textOr("title", file.text("id")),
    code: file.has("provenance") ? file.object("provenance").textOr("code", "not stated") : "not stated",
    normalization: file.textOr("normalization", "not stated"),
    materials,
    curves: file.has("curves") ? file.objects("curves").map((curve) => parseCurve(curve, warn)) : [],
    scalars,
    volumes,
    warnings: warningsOf(unknown, leftOut),
  };
  if (particle !== "photon") return { ...common, particle, phantom };
  if (phantom.kind !== "slabs" && phantom.kind !== "voxels")
    throw new InvalidInputError("phantom.kind", phantom.kind, "slabs or voxels for photons");
  const spectrum = file.object("spectrum");
  return {
    ...common,
    particle,
    phantom,
    spectrum: parseSpectrum(spectrum),
    spectrumName: spectrum.textOr("name", "unnamed"),
    source: parseSource(file.object("source"), warn),
    shape: parseShape(file.object("field"), warn),
  };
}

function warningsOf(unknown: readonly string[], leftOut: readonly string[]): Warning[] {
  const warnings: Warning[] = [];
  if (unknown.length > 0)
    warnings.push({
      code: "UNKNOWN_KEY",
      message: `keys that the format does not name: ${unknown.join(", ")}`,
    });
  if (leftOut.length > 0)
    warnings.push({
      code: "SCALAR_NOT_A_NUMBER",
      message: `scalars that are no numbers are not compared: ${leftOut.join(", ")}`,
    });
  return warnings;
}

function parseSpectrum(json: JsonObject): EnergySpectrum {
  const binLowMeV = json.numbers("binLowMeV");
  const binHighMeV = json.numbers("binHighMeV");
  const relativeNumber = json.numbers("relativeNumber");
  const n = binLowMeV.length;
  if (n === 0 || binHighMeV.length !== n || relativeNumber.length !== n)
    throw new InvalidInputError(
      json.at("relativeNumber"),
      relativeNumber.length,
      `${n} numbers, one per bin, n ≥ 1`,
    );
  let sum = 0;
  for (let i = 0; i < n; i++) {
    if (!(binLowMeV[i]! >= 0 && binHighMeV[i]! >= binLowMeV[i]! && binHighMeV[i]! > 0))
      throw new InvalidInputError(
        `${json.at("binHighMeV")}[${i}]`,
        binHighMeV[i],
        "0 ≤ low ≤ high, high > 0, MeV",
      );
    if (!(relativeNumber[i]! >= 0))
      throw new InvalidInputError(`${json.at("relativeNumber")}[${i}]`, relativeNumber[i], "a number ≥ 0");
    sum += relativeNumber[i]!;
  }
  if (!(sum > 0)) throw new InvalidInputError(json.at("relativeNumber"), relativeNumber, "a sum > 0");
  return { binLowMeV, binHighMeV, relativeNumber };
}

function parseSource(json: JsonObject, warn: (keys: readonly string[]) => void): PhotonSource {
  warn(
    json.unknownKeys([
      "kind",
      "toReferencePlaneMm",
      "toSurfaceMm",
      "isocenterMm",
      "directionToSource",
      "note",
    ]),
  );
  if (json.choice("kind", ["point", "parallel"]) === "parallel") {
    return {
      kind: "parallel",
      isocenterMm: json.vector("isocenterMm"),
      directionToSource: json.unitVector("directionToSource"),
    };
  }
  const optional = (key: "isocenterMm" | "directionToSource"): Vec3 | undefined =>
    !json.has(key) ? undefined : key === "isocenterMm" ? json.vector(key) : json.unitVector(key);
  return {
    kind: "point",
    toReferencePlaneMm: json.positive("toReferencePlaneMm"),
    toSurfaceMm: json.positive("toSurfaceMm"),
    isocenterMm: optional("isocenterMm"),
    directionToSource: optional("directionToSource"),
  };
}

function parseShape(json: JsonObject, warn: (keys: readonly string[]) => void): PhotonShape {
  warn(
    json.unknownKeys([
      "kind",
      "diameterMm",
      "at",
      "widthMm",
      "heightMm",
      "widthAxis",
      "heightAxis",
      "centredOn",
      "note",
    ]),
  );
  if (json.choice("kind", ["circle", "rectangle"]) === "circle")
    return { kind: "circle", diameterMm: json.positive("diameterMm") };
  return {
    kind: "rectangle",
    widthMm: json.positive("widthMm"),
    heightMm: json.positive("heightMm"),
    widthAxis: json.has("widthAxis") ? json.unitVector("widthAxis") : undefined,
    heightAxis: json.has("heightAxis") ? json.unitVector("heightAxis") : undefined,
  };
}

function parseScalars(file: JsonObject): {
  scalars: { name: string; value: number }[];
  leftOut: string[];
} {
  const scalars: { name: string; value: number }[] = [];
  const leftOut: string[] = [];
  if (!file.has("scalars")) return { scalars, leftOut };
  const json = file.object("scalars");
  for (const name of json.keys()) {
    const value = json.raw(name);
    if (typeof value === "number" && Number.isFinite(value)) scalars.push({ name, value });
    else leftOut.push(name);
  }
  return { scalars, leftOut };
}

async function parseVolume(
  json: JsonObject,
  readFile: FileReader,
  warn: (keys: readonly string[]) => void,
): Promise<FileVolume> {
  warn(
    json.unknownKeys([
      "name",
      "quantity",
      "unit",
      "size",
      "spacingMm",
      "originMm",
      "axes",
      "file",
      "relativeSigmaFile",
      "compare",
      "note",
    ]),
  );
  const grid = parseGridKeys(json);
  const count = grid.size[0] * grid.size[1] * grid.size[2];
  const read = async (key: string) => {
    const name = json.text(key);
    return bytesToFloat32(await readFile(name), name, count);
  };
  const compare = json.object("compare");
  compare.choice("kind", ["gamma"]);
  const values = await read("file");
  if (!values.every((v) => v >= 0 && Number.isFinite(v)))
    throw new InvalidInputError(json.text("file"), "negative or not finite", "doses ≥ 0");
  return {
    ...grid,
    name: json.textOr("name", "dose"),
    quantity: json.choice("quantity", REFERENCE_QUANTITIES),
    unit: json.text("unit"),
    values,
    relativeSigma: json.has("relativeSigmaFile") ? await read("relativeSigmaFile") : undefined,
    compare: {
      dosePercent: compare.positive("dosePercent"),
      distanceMm: compare.positive("distanceMm"),
      local: compare.raw("local") === true,
      cutoffPercent: compare.has("cutoffPercent") ? compare.number("cutoffPercent") : 10,
      minDensityGPerCm3: compare.has("minDensityGPerCm3") ? compare.number("minDensityGPerCm3") : 0,
      passPercent: compare.number("passPercent"),
    },
  };
}
