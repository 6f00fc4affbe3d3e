import {
  type Beam,
  createVolume,
  type Grid,
  type Material,
  type Medium,
  type PatientPoint,
  type PhotonField,
  type RunControl,
  type Vec3,
  voxelCount,
  type Warning,
} from "@isodose/core";
import {
  collapsedConeDose,
  monteCarloDose,
  prepareMonteCarlo,
  rayTraceEngine,
  runBatch,
} from "@isodose/dose";
import { referenceCaseBeamData } from "@isodose/machines";
import { energySpectrumOf, MATERIALS, MOHAN_6_MV, PENCIL_KERNEL_6MV_MOHAN } from "@isodose/physics";

/** One round beam of unit fluence in the plane 800 mm from its source, or of parallel rays. */
export interface SceneBeam {
  readonly diameterMm: number;
  /** Unit vector, LPS. */
  readonly directionToSource: Vec3;
  /** Unit vector across it: where the machine's x axis lies. */
  readonly acrossAxis: Vec3;
  /** A point on the axis, LPS, mm. */
  readonly aimMm: PatientPoint;
  /** From the source to that point, mm; Infinity: parallel rays. */
  readonly distanceMm: number;
  readonly weight: number;
}

/** What an engine is asked: the dose of beams in one material. */
export interface Scene {
  readonly grid: Grid;
  readonly densityGPerCm3: Float32Array;
  /** Default: water. */
  readonly material?: Material;
  readonly beams: readonly SceneBeam[];
}

/** Fluence is 1/cm² at this distance from the source, mm. */
export const REFERENCE_MM = 800;
export const SPECTRUM = energySpectrumOf(MOHAN_6_MV);
/** Histories of a scene, and batches they are divided into. */
const HISTORIES = 16_000;
const BATCHES = 16;

/** Gy for unit fluence by voxel: of engines with statistics one array a batch, all alike; of others one. */
export interface EngineDose {
  readonly batches: readonly Float64Array[];
  readonly warnings: readonly Warning[];
}

/** One engine, or one backend of it. */
export interface EngineRow {
  readonly id: string;
  readonly isStatistical: boolean;
  /** Can its rays be parallel? */
  readonly hasParallelRays: boolean;
  /** Are lengths all lengths of matter (electron ranges, penumbra), so that they scale with the density? */
  readonly scalesWithDensity: boolean;
  /** How well mirrored points agree, share of the dose on the axis: 0 for engines with statistics. */
  readonly symmetryShare: number;
  /** How well doses that ought to be the same agree where voxels do not lie the same. */
  readonly accuracyShare: number;
  readonly dose: (scene: Scene, options?: { readonly seed?: number }) => Promise<EngineDose>;
  /** The scene over and over, or with a great many photons: a run that lasts much longer than a second. */
  readonly runLong: (scene: Scene, signal: AbortSignal) => Promise<unknown>;
}

export const ENGINE_ROWS: readonly EngineRow[] = [
  {
    id: "ray-trace",
    isStatistical: false,
    hasParallelRays: false,
    scalesWithDensity: false,
    symmetryShare: 1e-5,
    // Point doses: how many voxels' centres a sharp edge holds changes with the grid.
    accuracyShare: 0.03,
    dose: (scene) => rayTraced(scene),
    runLong: (scene, signal) => rayTraced(overAndOver(scene, 20_000), { signal }),
  },
  {
    id: "collapsed-cone",
    isStatistical: false,
    hasParallelRays: true,
    scalesWithDensity: true,
    // Rings of 6 or 10 cones do not fall onto themselves under a quarter turn.
    symmetryShare: 0.01,
    accuracyShare: 0.01,
    dose: (scene) => byCones(scene),
    runLong: (scene, signal) => byCones(overAndOver(scene, 1000), { signal }),
  },
  {
    id: "monte-carlo",
    isStatistical: true,
    hasParallelRays: true,
    scalesWithDensity: true,
    symmetryShare: 0,
    accuracyShare: 0,
    dose: byMonteCarlo,
    runLong: (scene, signal) =>
      monteCarloDose(
        { medium: mediumOf(scene), fields: scene.beams.map(fieldOf), histories: 1e9 },
        { signal },
      ),
  },
];

function overAndOver(scene: Scene, times: number): Scene {
  return { ...scene, beams: Array.from({ length: times }, () => scene.beams[0]!) };
}

/** Water, or another material, of one density. */
export function uniform(grid: Grid, densityGPerCm3 = 1): Float32Array {
  return new Float32Array(voxelCount(grid)).fill(densityGPerCm3);
}

export function mediumOf(scene: Scene): Medium {
  return {
    grid: scene.grid,
    densityGPerCm3: scene.densityGPerCm3,
    materialIndex: new Uint8Array(voxelCount(scene.grid)),
    materials: [scene.material ?? MATERIALS.water],
  };
}

/** The photons of a beam: the reference plane lies 800 mm from the source wherever it is aimed. */
export function fieldOf(beam: SceneBeam): PhotonField {
  const [x, y, z] = beam.aimMm;
  const isParallel = beam.distanceMm === Number.POSITIVE_INFINITY;
  const towards = isParallel ? 0 : beam.distanceMm - REFERENCE_MM;
  const [u, v, w] = beam.directionToSource;
  return {
    spectrum: SPECTRUM,
    isocenterMm: [x + towards * u, y + towards * v, z + towards * w],
    directionToSource: beam.directionToSource,
    sourceDistanceMm: isParallel ? Number.POSITIVE_INFINITY : REFERENCE_MM,
    sourceSigmaMm: 0,
    shape: { kind: "circle", diameterMm: beam.diameterMm },
  };
}

function beamOf(beam: SceneBeam): Beam {
  const [x, y, z] = beam.aimMm;
  const d = beam.distanceMm;
  const w = beam.directionToSource;
  const u = beam.acrossAxis;
  return {
    name: "beam",
    sourceMm: [x + d * w[0], y + d * w[1], z + d * w[2]],
    aimMm: beam.aimMm,
    bldXAxis: u,
    bldYAxis: [w[1] * u[2] - w[2] * u[1], w[2] * u[0] - w[0] * u[2], w[0] * u[1] - w[1] * u[0]],
    sadMm: REFERENCE_MM,
    aperture: { kind: "circle", diameterMm: beam.diameterMm },
    gantryDeg: 0,
    couchDeg: 0,
    collimatorDeg: 0,
    node: 1,
  };
}

async function rayTraced(scene: Scene, control: RunControl = {}): Promise<EngineDose> {
  const { grid, densityGPerCm3, beams } = scene;
  const diametersMm = [...new Set(beams.map((beam) => beam.diameterMm))];
  const dose = await rayTraceEngine.doseOnGrid({
    relativeElectronDensity: createVolume(grid, "relative-electron-density", "1.2.3", densityGPerCm3),
    beams: beams.map(beamOf),
    beamData: referenceCaseBeamData(PENCIL_KERNEL_6MV_MOHAN, diametersMm, REFERENCE_MM),
    grid,
    monitorUnits: Float64Array.from(beams, (beam) => beam.weight),
    ...control,
  });
  return { batches: [Float64Array.from(dose.values.data)], warnings: [] };
}

async function byCones(scene: Scene, control: RunControl = {}): Promise<EngineDose> {
  const sum = new Float64Array(voxelCount(scene.grid));
  const warnings: Warning[] = [];
  for (const beam of scene.beams) {
    const found = await collapsedConeDose({ medium: mediumOf(scene), field: fieldOf(beam) }, control);
    found.dose.values.data.forEach((gy, v) => {
      sum[v]! += beam.weight * gy;
    });
    warnings.push(...found.warnings);
  }
  return { batches: [sum], warnings };
}

const GY_PER_MEV_PER_GRAM = 1.602176634e-10;

async function byMonteCarlo(scene: Scene, { seed = 1 }: { seed?: number } = {}): Promise<EngineDose> {
  const prepared = prepareMonteCarlo({
    medium: mediumOf(scene),
    fields: scene.beams.map(fieldOf),
    weights: scene.beams.map((beam) => beam.weight),
    histories: HISTORIES,
    batches: BATCHES,
    seed,
  });
  const cm3 = scene.grid.spacingMm.reduce((a, b) => a * b, 1e-3);
  const batches = Array.from({ length: BATCHES }, (_, b) =>
    Float64Array.from(runBatch(prepared, b).score, (mev, v) => {
      const grams = scene.densityGPerCm3[v]! * cm3;
      return grams > 0 ? (GY_PER_MEV_PER_GRAM * mev) / grams : 0;
    }),
  );
  return { batches, warnings: [] };
}

/** A weighted mean of doses with its standard error: 0 for engines without statistics. */
export interface Estimate {
  readonly value: number;
  readonly sigma: number;
}

/** Mean dose over voxels. */
export function meanOver({ batches }: EngineDose, voxels: readonly number[]): Estimate {
  const means = batches.map((dose) => voxels.reduce((sum, v) => sum + dose[v]!, 0) / voxels.length);
  const value = means.reduce((sum, m) => sum + m, 0) / means.length;
  if (means.length === 1) return { value, sigma: 0 };
  const squares = means.reduce((sum, m) => sum + (m - value) ** 2, 0);
  return { value, sigma: Math.sqrt(squares / means.length / (means.length - 1)) };
}

/** Mean dose by voxel. */
export function meanDose({ batches }: EngineDose): Float64Array {
  return batches[0]!.map((_, v) => batches.reduce((sum, dose) => sum + dose[v]!, 0) / batches.length);
}
