import type { Material } from "@isodose/core";
import { collisionStopping, electronsPerGram, MATERIALS } from "@isodose/physics";

/** Electrons per gram of a material over those of water: what scattered photons see of it. */
export function electronRatio(material: Material): number {
  return electronsPerGram(material) / electronsPerGram(MATERIALS.water);
}

/** Kinetic energy at which stopping powers are compared, MeV: about that of the electrons that a 6 MV beam sets in motion. */
const ELECTRON_ENERGY_MEV = 1;

/**
 * Collision mass stopping power of a material over that of water at 1 MeV: how fast charged particles lose their energy per
 * g/cm². From 0.5 to 2 MeV it changes by less than 1 % up to bone, 2 % in titanium.
 */
export function stoppingRatio(material: Material): number {
  return stoppingOf(material) / stoppingOf(MATERIALS.water);
}

function stoppingOf(material: Material): number {
  return collisionStopping(material, Number.POSITIVE_INFINITY)(ELECTRON_ENERGY_MEV);
}
