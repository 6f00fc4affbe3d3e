import {
  InvalidInputError,
  type Material,
  type Patient,
  type Structure,
  type Volume,
  type Warning,
} from "@isodose/core";
import { rasterizeOccupancy } from "@isodose/geometry";
import { densityFromHu, type HuCurve, SCHNEIDER_HU_CURVE } from "@isodose/physics";
import type { DensityOverride } from "../plan-file.ts";
import { completeOverride, type NamedMaterials } from "./complete-override.ts";
import { findStructure } from "./find-structure.ts";

/** What the engines see of a patient. */
export interface PatientDensity {
  readonly relativeElectronDensity: Volume;
  readonly massDensity: Volume;
  readonly huCurve: string;
  /** Materials that overrides name, for engines that transport particles. */
  readonly named: NamedMaterials;
  readonly warnings: readonly Warning[];
}

/**
 * From CT numbers to densities: the HU curve, then overrides by structure, then nothing outside the external contour.
 *
 * A voxel that a structure covers to a fraction w gets w · override + (1 − w) · curve. Where a structure of type EXTERNAL
 * exists, voxels wholly outside it (couch, mask, air) are vacuum.
 *
 * @throws InvalidInputError if an override names a structure or a material that is not there
 */
export function patientDensity(
  patient: Patient,
  options: {
    readonly huCurve?: HuCurve | undefined;
    readonly overrides?: readonly DensityOverride[] | undefined;
  } = {},
): PatientDensity {
  const curve = options.huCurve ?? SCHNEIDER_HU_CURVE;
  const density = densityFromHu(patient.ct, curve);
  const warnings: Warning[] = [];
  const electrons = density.relativeElectronDensity.values.data;
  const mass = density.massDensity.values.data;

  /** 1 where an override says more than the CT. */
  const isOverridden = new Uint8Array(electrons.length);
  const named = { index: new Uint8Array(electrons.length), materials: [] as Material[] };
  (options.overrides ?? []).forEach((override, n) => {
    const { massDensityGPerCm3, relativeElectronDensity, material } = completeOverride(
      override,
      `patient.overrides[${n}]`,
    );
    const number = material ? named.materials.push(material) : 0;
    const structure = findStructure(
      patient.structures,
      override.structure,
      `patient.overrides[${n}].structure`,
    );
    const part = rasterizeOccupancy(structure, patient.ct.grid).values.data;
    for (let v = 0; v < part.length; v++) {
      const w = part[v]!;
      if (w === 0) continue;
      if (w >= 0.5) {
        isOverridden[v] = 1;
        named.index[v] = number;
      }
      electrons[v] = w * relativeElectronDensity + (1 - w) * electrons[v]!;
      mass[v] = w * massDensityGPerCm3 + (1 - w) * mass[v]!;
    }
  });

  const external = externalStructure(patient.structures);
  const highestHu = curve.points[curve.points.length - 1]!.hu;
  const hu = patient.ct.values.data;
  const topHu = SATURATED_HU.find((top) => top === largest(hu)) ?? Number.POSITIVE_INFINITY;
  const isAbove = (v: number) => (hu[v]! > highestHu || hu[v]! >= topHu) && isOverridden[v] === 0;
  let aboveInside = 0;
  if (external) {
    const inside = rasterizeOccupancy(external, patient.ct.grid).values.data;
    for (let v = 0; v < inside.length; v++) {
      const w = inside[v]!;
      if (w > 0 && isAbove(v)) aboveInside++;
      // Voxels on the outline keep what the CT says: it has averaged tissue and air already.
      if (w > 0) continue;
      electrons[v] = 0;
      mass[v] = 0;
    }
  } else {
    for (let v = 0; v < hu.length; v++) if (isAbove(v)) aboveInside++;
    warnings.push({
      code: "NO_EXTERNAL",
      message:
        "no structure of type EXTERNAL or named BODY: everything in the CT, couch included, attenuates the beams",
    });
  }
  if (aboveInside > 0) {
    const advice = `override their structure, e.g. "material": "titanium"`;
    warnings.push(
      topHu > highestHu
        ? {
            code: "HU_ABOVE_CURVE",
            message: `${aboveInside} voxels lie above the HU curve (${highestHu} HU): metal or a saturated CT; they got its last density: ${advice}`,
          }
        : {
            code: "HU_SATURATED",
            message: `${aboveInside} voxels are at ${topHu} HU, the top of the CT's range: metal of which the HU curve cannot know the density: ${advice}`,
          },
    );
  }
  return { ...density, huCurve: curve.name, named, warnings };
}

/** Where 12 bits end, for rescale intercepts of −1024 and −1000. */
const SATURATED_HU: readonly number[] = [3071, 3095];

function largest(values: ArrayLike<number>): number {
  let most = Number.NEGATIVE_INFINITY;
  for (let v = 0; v < values.length; v++) if (values[v]! > most) most = values[v]!;
  return most;
}

/** The patient's outline: the structure of type EXTERNAL, else the one called BODY or EXTERNAL. */
export function externalStructure(structures: readonly Structure[]): Structure | undefined {
  return (
    structures.find((s) => s.type === "EXTERNAL") ??
    structures.find((s) => /^(body|external|skin)$/i.test(s.name))
  );
}

/** Set to 0 all voxels of a dose that lie wholly outside a structure: tables of water say nothing about air. */
export function clearOutside(dose: Volume, external: Structure | undefined): void {
  if (!external) return;
  if (dose.unit !== "Gy") throw new InvalidInputError("dose.unit", dose.unit, '"Gy"');
  const inside = rasterizeOccupancy(external, dose.grid).values.data;
  const values = dose.values.data;
  for (let v = 0; v < inside.length; v++) if (inside[v] === 0) values[v] = 0;
}
