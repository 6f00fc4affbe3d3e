import { InvalidInputError, type Material, type Medium, type Volume, voxelCount } from "@isodose/core";
import { densityFromHu, type HuCurve } from "../hu-curve.ts";
import { assertMaterial } from "./assert-material.ts";
import { materialByName } from "./materials.ts";
import { TISSUE_CLASSES } from "./tissue-classes.ts";

/** Voxels whose matter is known otherwise than by their CT number: implants, contrast, artefacts, the air around. */
export interface MediumOverride {
  /** One number per voxel of the CT, x fastest; voxels that are not 0 take the override. */
  readonly mask: ArrayLike<number>;
  /** A material, or the name of a built-in one. */
  readonly material: Material | string;
  /** g/cm³, > 0; default the usual density of the material. */
  readonly densityGPerCm3?: number;
}

/** Matter of a CT, with what the HU curve could not say. */
export interface HuMedium extends Medium {
  /** Voxels below the first point of the curve (padding, mostly), which got its density; overrides not counted. */
  readonly voxelsBelow: number;
  /** Voxels above the last point (metal, or a saturated CT), which got its density; overrides not counted. */
  readonly voxelsAbove: number;
}

/**
 * Matter of a CT: density by the HU curve, material by CT number ({@link TISSUE_CLASSES}), overrides last and in order.
 *
 * Above 2001 HU the built-in curve bridges to titanium at 2995 HU; CT numbers saturate in metal, so that an implant needs an
 * override with its material and density.
 *
 * @param ct - unit "HU"
 * @param curve - densities of this scanner
 * @param options.overrides - default none
 * @returns materials in use only; their order is that of the classes, then that of the overrides
 * @throws InvalidInputError if the CT or the curve is not usable, a mask has another number of voxels, or a material or density
 * of an override is not usable
 * @source Schneider, Bortfeld, Schlegel (2000), doi:10.1088/0031-9155/45/2/314
 */
export function mediumOfHu(
  ct: Volume,
  curve: HuCurve,
  options: { readonly overrides?: readonly MediumOverride[] } = {},
): HuMedium {
  const overrides = (options.overrides ?? []).map((override, i) => checked(override, i, voxelCount(ct.grid)));
  const densityGPerCm3 = densityFromHu(ct, curve).massDensity.values.data;
  const hu = ct.values.data;
  const n = hu.length;
  const all: Material[] = TISSUE_CLASSES.map((c) => c.material);
  const index = new Uint8Array(n);
  for (let v = 0; v < n; v++) index[v] = classAt(hu[v]!);
  const overridden = new Uint8Array(n);
  for (const { mask, material, density } of overrides) {
    let at = all.indexOf(material);
    if (at < 0) at = all.push(material) - 1;
    if (at > 255) throw new InvalidInputError("overrides", at, "at most 244 materials");
    for (let v = 0; v < n; v++) {
      if (mask[v] === 0) continue;
      index[v] = at;
      densityGPerCm3[v] = density;
      overridden[v] = 1;
    }
  }
  const low = curve.points[0]!.hu;
  const high = curve.points.at(-1)!.hu;
  let voxelsBelow = 0;
  let voxelsAbove = 0;
  for (let v = 0; v < n; v++) {
    if (overridden[v] !== 0) continue;
    if (hu[v]! < low) voxelsBelow++;
    else if (hu[v]! > high) voxelsAbove++;
  }
  return { grid: ct.grid, densityGPerCm3, ...inUse(index, all), voxelsBelow, voxelsAbove };
}

function classAt(hu: number): number {
  let found = 0;
  for (let c = 1; c < TISSUE_CLASSES.length && TISSUE_CLASSES[c]!.fromHu <= hu; c++) found = c;
  return found;
}

function checked(override: MediumOverride, i: number, voxels: number) {
  const field = `overrides[${i}]`;
  const material =
    typeof override.material === "string"
      ? materialByName(override.material, `${field}.material`)
      : override.material;
  assertMaterial(material, `${field}.material`);
  if (override.mask.length !== voxels) {
    throw new InvalidInputError(
      `${field}.mask length`,
      override.mask.length,
      `${voxels}, the voxels of the CT`,
    );
  }
  const density = override.densityGPerCm3 ?? material.densityGPerCm3;
  if (!(Number.isFinite(density) && density > 0)) {
    throw new InvalidInputError(`${field}.densityGPerCm3`, density, "a finite number > 0, g/cm3");
  }
  return { mask: override.mask, material, density };
}

/** Drop materials that no voxel has. */
function inUse(index: Uint8Array, all: readonly Material[]): Pick<Medium, "materialIndex" | "materials"> {
  const isUsed = new Uint8Array(256);
  for (let v = 0; v < index.length; v++) isUsed[index[v]!] = 1;
  const materials: Material[] = [];
  const renumbered = new Uint8Array(256);
  all.forEach((material, m) => {
    if (isUsed[m] !== 0) renumbered[m] = materials.push(material) - 1;
  });
  for (let v = 0; v < index.length; v++) index[v] = renumbered[index[v]!]!;
  return { materialIndex: index, materials };
}
