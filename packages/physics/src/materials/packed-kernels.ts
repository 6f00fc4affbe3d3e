import {
  KERNEL_ENERGIES_MEV,
  KERNEL_HISTORIES,
  KERNEL_RADIUS_EDGES_MM,
  LOG_HIGH,
  LOG_LOW,
  PACKED,
} from "./kernel-data.ts";

const ANGLE_COUNT = 48;

/** Energy-deposition point kernels of monoenergetic photons in water. */
export interface PointKernels {
  /** Photon energies, MeV, increasing: 0.05 … 10. */
  readonly energiesMeV: Float64Array;
  /** Edges of the polar bins from the photon's direction, degrees: 49 from 0 to 180. */
  readonly angleEdgesDeg: Float64Array;
  /** Edges of the spherical shells, mm of water at 1 g/cm3: 25 from 0 to 600. */
  readonly radiusEdgesMm: Float64Array;
  /**
   * Share of the photon's energy that charged particles of the first interaction deposit in a voxel (polar bin × shell, all
   * azimuths); shape [energy][angle][radius], radius fastest.
   */
  readonly primary: Float32Array;
  /** The same for all later photons: scattered once or more, bremsstrahlung, annihilation. */
  readonly scatter: Float32Array;
  /** Photons followed, by energy. */
  readonly histories: Float64Array;
  readonly provenance: string;
}

let decoded: PointKernels | undefined;

/**
 * The kernels that come with this package, decoded at the first call; callers share the arrays and must not write to them.
 *
 * Per interaction, where coherent scattering counts as one (then primary is 0): pair them with µ/ρ including coherent
 * scattering, `total` of {@link photonCoefficients}. What is missing from 1 left the sphere of 600 mm. The sum of the primary
 * part is µ_en/µ within 0.3 % from 0.2 to 6 MeV. Voxels of the scatter part carry 3 to 5 % noise (1 standard error): smooth or
 * fit them; sums are good to 0.1 %.
 *
 * @returns arrays of 19 × 48 × 24 fractions
 * @source computed for this project with EGSnrc edknrc; settings in the header of kernel-data.ts
 */
export function packedKernels(): PointKernels {
  decoded ??= decode();
  return decoded;
}

function decode(): PointKernels {
  const radii = KERNEL_RADIUS_EDGES_MM.length - 1;
  const perEnergy = ANGLE_COUNT * radii;
  const value = new Float32Array(65536);
  for (let c = 1; c < 65536; c++) value[c] = Math.exp(LOG_LOW + ((c - 1) * (LOG_HIGH - LOG_LOW)) / 65534);
  const primary = new Float32Array(PACKED.length * perEnergy);
  const scatter = new Float32Array(PACKED.length * perEnergy);
  PACKED.forEach((text, e) => {
    const bytes = atob(text);
    for (let i = 0; i < perEnergy; i++) {
      primary[e * perEnergy + i] = value[codeAt(bytes, i)]!;
      scatter[e * perEnergy + i] = value[codeAt(bytes, perEnergy + i)]!;
    }
  });
  return {
    energiesMeV: Float64Array.from(KERNEL_ENERGIES_MEV),
    angleEdgesDeg: Float64Array.from({ length: ANGLE_COUNT + 1 }, (_, i) => (i * 180) / ANGLE_COUNT),
    radiusEdgesMm: Float64Array.from(KERNEL_RADIUS_EDGES_MM),
    primary,
    scatter,
    histories: Float64Array.from(KERNEL_HISTORIES),
    provenance:
      "EGSnrc 9edee3eb (December 2025), edknrc, water 1.0 g/cm3, ECUT 0.521 MeV, PCUT 0.01 MeV, XCOM, Rayleigh on, spin effects off",
  };
}

function codeAt(bytes: string, i: number): number {
  return bytes.charCodeAt(2 * i) | (bytes.charCodeAt(2 * i + 1) << 8);
}
