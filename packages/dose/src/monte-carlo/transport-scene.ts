import type { Material } from "@isodose/core";
import { alikeMaterials, DEFAULT_ALIKE_SCATTERING } from "./alike-materials.ts";
import type { MonteCarloCutoffs } from "./cutoffs.ts";
import { buildLeptonTables, type LeptonTables } from "./lepton-tables.ts";
import { buildPhotonTables, PHOTON_COLUMNS, type PhotonTables } from "./photon-tables.ts";

/** Boxes of matter between planes, x fastest: voxels of a patient, or slabs (one column that is laterally endless). Lengths in mm. */
export interface TransportGeometry {
  readonly nx: number;
  readonly ny: number;
  readonly nz: number;
  /** Planes, increasing: n + 1 each. */
  readonly xMm: Float64Array;
  readonly yMm: Float64Array;
  readonly zMm: Float64Array;
  /** 1 / distance of planes, where it is one number; 0 where it is not. */
  readonly perX: number;
  readonly perY: number;
  readonly perZ: number;
  /** g/cm³; 0 is vacuum. */
  readonly density: Float32Array;
  readonly material: Uint8Array;
}

/** Rings around the z axis instead of voxels; see `slab-pencil.ts`. */
export interface RingScore {
  /** Depth planes, mm, increasing. */
  readonly depthMm: Float64Array;
  /** First depth bin at each of equal small steps from the first plane. */
  readonly depthLookup: Int32Array;
  readonly lookupsPerMm: number;
  readonly rings: number;
  /** s² of the first ring's edge, mm²; the others follow by a constant factor. */
  readonly firstSquared: number;
  /** 1 / ln of that factor, of s². */
  readonly perLnSquared: number;
  /** s = r · (1 + …): magnification from depth z to the reference plane is 1/(a + b z). */
  readonly magnificationA: number;
  readonly magnificationB: number;
  /** Instead of depths and rings: polar angles and shells around the origin, as many of them as `depthMm` and `rings` say. */
  readonly shells?: ShellScore;
}

/** Shells around the origin, cut by polar angle from the z axis; see `energy-deposition-kernel.ts`. */
export interface ShellScore {
  /** Squared edges of the shells from 0, mm². */
  readonly radiusSquared: Float64Array;
  /** Polar bins of equal width over π, per radian. */
  readonly anglesPerRadian: number;
}

/** All that does not change while particles are followed: typed arrays and numbers only. */
export interface TransportScene {
  readonly geometry: TransportGeometry;
  readonly photons: PhotonTables;
  /** Largest attenuation of all boxes by energy node, 1/mm. */
  readonly majorant: Float64Array;
  readonly leptons: LeptonTables;
  readonly materialCount: number;
  /** [a][b]: soft stopping power of b over that of a where electrons in both scatter alike, else 0; see `alikeMaterials`. */
  readonly alike: Float64Array;
  readonly electronCutMeV: number;
  readonly photonCutMeV: number;
  readonly secondaryCutMeV: number;
  readonly bremsstrahlungCutMeV: number;
  readonly rejectBelowMeV: number;
  /** Null: energy is scored in the boxes. */
  readonly rings: RingScore | null;
  /** Number of score cells. */
  readonly cells: number;
  /** Is dose to water scored besides dose to the medium? */
  readonly scoresWater: boolean;
}

/** Build tables and majorants. */
export function buildTransportScene(
  geometry: TransportGeometry,
  materials: readonly Material[],
  highestMeV: number,
  cutoffs: MonteCarloCutoffs,
  rings: RingScore | null,
  scoresWater: boolean,
  alikeScattering = DEFAULT_ALIKE_SCATTERING,
): TransportScene {
  const photons = buildPhotonTables(materials, cutoffs.photonMeV, Math.max(highestMeV, 0.6));
  const leptons = buildLeptonTables(materials, cutoffs, highestMeV);
  const densest = new Float64Array(materials.length);
  const { density, material } = geometry;
  for (let c = 0; c < density.length; c++) {
    if (density[c] > densest[material[c]]) densest[material[c]] = density[c];
  }
  const majorant = new Float64Array(photons.nodes);
  for (let m = 0; m < materials.length; m++) {
    for (let i = 0; i < photons.nodes; i++) {
      const value = photons.values[(m * photons.nodes + i) * PHOTON_COLUMNS] * densest[m];
      if (value > majorant[i]) majorant[i] = value;
    }
  }
  return {
    geometry,
    photons,
    majorant,
    leptons,
    materialCount: materials.length,
    alike: alikeMaterials(leptons, materials.length, alikeScattering),
    electronCutMeV: cutoffs.electronMeV,
    photonCutMeV: cutoffs.photonMeV,
    secondaryCutMeV: cutoffs.secondaryMeV,
    bremsstrahlungCutMeV: cutoffs.bremsstrahlungMeV,
    rejectBelowMeV: rings ? 0 : cutoffs.rangeRejectionMeV,
    rings,
    cells: rings ? (rings.depthMm.length - 1) * rings.rings : density.length,
    scoresWater,
  };
}

/** Index of the interval of planes that holds x; −1 or n outside. */
export function locate(planes: Float64Array, n: number, perMm: number, x: number): number {
  if (perMm > 0) return Math.floor((x - planes[0]) * perMm);
  if (x < planes[0]) return -1;
  if (x >= planes[n]) return n;
  let i = 0;
  while (x >= planes[i + 1]) i++;
  return i;
}
