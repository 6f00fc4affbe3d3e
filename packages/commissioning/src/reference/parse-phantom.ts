import { InvalidInputError, type Material } from "@isodose/core";
import { assertMaterial, meanExcitationEvOf } from "@isodose/physics";
import { bytesToFloat32, bytesToUint8, type FileReader } from "./binary-file.ts";
import type { JsonObject } from "./json-object.ts";
import type { PointPhantom, SlabPhantom, VoxelPhantom } from "./reference-file.ts";

const KEYS = [
  "kind",
  "lateral",
  "above",
  "below",
  "layers",
  "material",
  "materials",
  "size",
  "spacingMm",
  "originMm",
  "axes",
  "description",
  "densityFile",
  "materialFile",
  "materialIndex",
  "outside",
  "note",
];
const MATERIAL_KEYS = [
  "densityGPerCm3",
  "massPercent",
  "meanExcitationEv",
  "radiationLengthGPerCm2",
  "relativeStoppingPower100MeV",
  "note",
  "source",
];

/** How far the percentages of a composition may be from 100 in sum. */
const PERCENT_SLACK = 0.5;

/**
 * The materials of a case; where it has no mean excitation energy, Bragg's rule gives one.
 * @param transported - true: engines of this version will use them, so that every element must be known
 * @throws InvalidInputError if a density is not > 0, the percentages do not add to 100 within 0.5, or an element is not known
 */
export function parseMaterials(
  json: JsonObject,
  transported: boolean,
  warn: (keys: readonly string[]) => void,
): Record<string, Material> {
  const found: Record<string, Material> = {};
  for (const name of json.keys()) {
    const one = json.object(name);
    warn(one.unknownKeys(MATERIAL_KEYS));
    const composition = one.object("massPercent");
    let sum = 0;
    const massFractions: Record<string, number> = {};
    for (const element of composition.keys()) {
      const percent = composition.number(element);
      if (!(percent >= 0)) throw new InvalidInputError(composition.at(element), percent, "a percentage ≥ 0");
      massFractions[element] = percent;
      sum += percent;
    }
    if (!(Math.abs(sum - 100) <= PERCENT_SLACK))
      throw new InvalidInputError(one.at("massPercent"), sum, "percentages that add to 100");
    for (const element of Object.keys(massFractions)) massFractions[element]! /= sum;
    const material = {
      name,
      densityGPerCm3: one.positive("densityGPerCm3"),
      massFractions,
      meanExcitationEv: one.has("meanExcitationEv") ? one.positive("meanExcitationEv") : 1,
    };
    if (transported) assertMaterial(material, one.path);
    found[name] =
      !transported || one.has("meanExcitationEv")
        ? material
        : { ...material, meanExcitationEv: meanExcitationEvOf(massFractions) };
  }
  return found;
}

/**
 * The phantom of a case.
 * @throws InvalidInputError if a key is missing, a material is not among `materials`, or a file has the wrong length
 */
export async function parsePhantom(
  json: JsonObject,
  materials: Readonly<Record<string, Material>>,
  readFile: FileReader,
  warn: (keys: readonly string[]) => void,
): Promise<SlabPhantom | VoxelPhantom | PointPhantom> {
  warn(json.unknownKeys(KEYS));
  const kind = json.choice("kind", ["slabs", "voxels", "infinite", "half-space"]);
  const known = (owner: JsonObject, key: string) => knownMaterial(owner.text(key), owner.at(key), materials);
  if (kind === "slabs") {
    const layers = json.objects("layers").map((layer) => {
      warn(layer.unknownKeys(["material", "thicknessMm", "note"]));
      return { material: known(layer, "material"), thicknessMm: layer.positive("thicknessMm") };
    });
    if (layers.length === 0) throw new InvalidInputError(json.at("layers"), [], "at least one layer");
    return { kind, layers };
  }
  if (kind === "voxels") return parseVoxels(json, materials, readFile);
  return { kind, material: known(json, "material") };
}

function knownMaterial(name: string, field: string, materials: Readonly<Record<string, Material>>): string {
  if (!Object.hasOwn(materials, name))
    throw new InvalidInputError(
      field,
      name,
      `one of the file's materials: ${Object.keys(materials).join(", ")}`,
    );
  return name;
}

async function parseVoxels(
  json: JsonObject,
  materials: Readonly<Record<string, Material>>,
  readFile: FileReader,
): Promise<VoxelPhantom> {
  const grid = parseGridKeys(json);
  const count = grid.size[0] * grid.size[1] * grid.size[2];
  const raw = bytesToUint8(await readFile(json.text("materialFile")), json.text("materialFile"), count);
  const index = json.object("materialIndex");
  const positionOf = new Int16Array(256).fill(-1);
  const materialNames: string[] = [];
  for (const key of index.keys()) {
    const value = Number(key);
    if (!(Number.isInteger(value) && value >= 0 && value <= 255))
      throw new InvalidInputError(index.at(key), key, "a whole number from 0 to 255");
    positionOf[value] = materialNames.length;
    materialNames.push(knownMaterial(index.text(key), index.at(key), materials));
  }
  const materialIndex = new Uint8Array(count);
  for (let v = 0; v < count; v++) {
    const position = positionOf[raw[v]!]!;
    if (position < 0)
      throw new InvalidInputError(json.text("materialFile"), raw[v], `one of ${index.keys().join(", ")}`);
    materialIndex[v] = position;
  }
  const densityGPerCm3 = new Float32Array(count);
  if (json.has("densityFile")) {
    const name = json.text("densityFile");
    densityGPerCm3.set(bytesToFloat32(await readFile(name), name, count));
    for (const density of densityGPerCm3)
      if (!(density >= 0 && Number.isFinite(density)))
        throw new InvalidInputError(name, density, "densities ≥ 0 g/cm3");
  } else {
    const densities = materialNames.map((name) => materials[name]!.densityGPerCm3);
    for (let v = 0; v < count; v++) densityGPerCm3[v] = densities[materialIndex[v]!]!;
  }
  return { kind: "voxels", ...grid, materialNames, materialIndex, densityGPerCm3 };
}

/** `size`, `spacingMm`, `originMm` of a phantom or volume. @throws InvalidInputError */
export function parseGridKeys(json: JsonObject): Pick<VoxelPhantom, "size" | "spacingMm" | "originMm"> {
  const size = json.vector("size");
  if (!size.every((n) => Number.isInteger(n) && n >= 1))
    throw new InvalidInputError(json.at("size"), size, "three whole numbers ≥ 1");
  const spacingMm = json.vector("spacingMm");
  if (!spacingMm.every((s) => s > 0))
    throw new InvalidInputError(json.at("spacingMm"), spacingMm, "three lengths > 0, mm");
  return { size, spacingMm, originMm: json.vector("originMm") };
}
