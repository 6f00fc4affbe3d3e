import { InvalidInputError, type Material } from "@isodose/core";
import { electronsPerGram, MATERIALS, materialByName } from "@isodose/physics";
import type { DensityOverride } from "../plan-file.ts";

/** Materials by voxel that were named, not found by CT number or density. */
export interface NamedMaterials {
  /** By voxel: 0, none; n, `materials[n − 1]`. */
  readonly index: Uint8Array;
  readonly materials: readonly Material[];
}

/** An override with everything filled in. */
export interface CompleteOverride {
  readonly massDensityGPerCm3: number;
  readonly relativeElectronDensity: number;
  /** Undefined: as the density suggests. */
  readonly material: Material | undefined;
}

/**
 * Fill in what a named material says: its usual density, and the electrons that its elements have at that density.
 * @param field - key path that an error names
 * @throws InvalidInputError if there is no such material, or no material and a density is missing
 */
export function completeOverride(override: DensityOverride, field: string): CompleteOverride {
  const material =
    override.material === undefined ? undefined : materialByName(override.material, `${field}.material`);
  const massDensityGPerCm3 = override.massDensityGPerCm3 ?? material?.densityGPerCm3;
  if (massDensityGPerCm3 === undefined)
    throw new InvalidInputError(`${field}.massDensityGPerCm3`, undefined, "a density, or a material");
  const relativeElectronDensity =
    override.relativeElectronDensity ??
    (material && (massDensityGPerCm3 * electronsPerGram(material)) / electronsPerGram(MATERIALS.water));
  if (relativeElectronDensity === undefined)
    throw new InvalidInputError(`${field}.relativeElectronDensity`, undefined, "a density, or a material");
  return { massDensityGPerCm3, relativeElectronDensity, material };
}
