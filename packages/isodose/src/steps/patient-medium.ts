import type { Material, Medium, Volume } from "@isodose/core";
import { type HuCurve, materialByName, mediumOfHu, SCHNEIDER_HU_CURVE } from "@isodose/physics";
import type { NamedMaterials } from "./complete-override.ts";

/** Overridden voxels differ from the curve by more than this part of their density: their material follows the density. */
const OVERRIDDEN = 1e-3;
/** g/cm³: from here on an override is bone, from there on metal. */
const BONE_FROM = 1.2;
const METAL_FROM = 3;

/**
 * The patient's matter: materials by CT number, densities as the plan has them (overrides by structure, vacuum outside). Where an
 * override names a material, that; where one has only changed the density, water, compact bone or titanium by that density.
 * @param massDensity - from `patientDensity`, on the grid of the CT
 * @param named - from `patientDensity`
 */
export function patientMedium(
  ct: Volume,
  massDensity: Volume,
  huCurve?: HuCurve,
  named?: NamedMaterials,
): Medium {
  const found = mediumOfHu(ct, huCurve ?? SCHNEIDER_HU_CURVE);
  const byCurve = found.densityGPerCm3;
  const density = massDensity.values.data as Float32Array;
  const materials = [...found.materials];
  const indexOf = (material: Material): number => {
    const at = materials.indexOf(material);
    return at >= 0 ? at : materials.push(material) - 1;
  };
  const materialIndex = Uint8Array.from(found.materialIndex);
  for (let v = 0; v < density.length; v++) {
    const rho = density[v]!;
    const name = named?.index[v] ?? 0;
    if (name > 0) {
      materialIndex[v] = indexOf(named!.materials[name - 1]!);
      continue;
    }
    if (rho === 0 || Math.abs(rho - byCurve[v]!) <= OVERRIDDEN * rho) continue;
    materialIndex[v] = indexOf(
      materialByName(rho >= METAL_FROM ? "titanium" : rho >= BONE_FROM ? "compact-bone" : "water"),
    );
  }
  return { grid: ct.grid, densityGPerCm3: Float32Array.from(density), materialIndex, materials };
}
