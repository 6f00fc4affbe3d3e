import type { Beam } from "./beam.ts";
import type { BeamData } from "./beam-data.ts";
import type { Grid } from "./grid.ts";
import type { Warning } from "./notice.ts";
import type { Medium } from "./photon-field.ts";
import type { RunControl } from "./run-control.ts";
import type { Volume } from "./volume.ts";

export const ENGINE_IDS = ["ray-trace", "collapsed-cone", "monte-carlo"] as const;
export type EngineId = (typeof ENGINE_IDS)[number];

export const BACKEND_IDS = ["auto", "reference", "wasm", "workers", "gpu-webgl", "gpu-webgpu"] as const;
export type BackendId = (typeof BACKEND_IDS)[number];

/** What every dose computation starts from. */
export interface DoseScene extends RunControl {
  /** Electron density relative to water; outside its grid is vacuum. */
  readonly relativeElectronDensity: Volume;
  readonly beams: readonly Beam[];
  readonly beamData: BeamData;
}

/** Dose of one monitor unit of each beam at points. */
export interface PointDoseRequest extends DoseScene {
  /** LPS, mm: x0, y0, z0, x1, … */
  readonly pointsMm: Float64Array;
}

/** Dose of all beams together on a grid. */
export interface GridDoseRequest extends DoseScene {
  readonly grid: Grid;
  /** Per beam. */
  readonly monitorUnits: Float64Array;
}

/** Dose of one monitor unit of each beam apart, on a grid. */
export interface ColumnDoseRequest extends DoseScene {
  readonly grid: Grid;
}

/** Dose of one monitor unit of one beam in the voxels that it reaches; good until the next is made. */
export interface DoseColumn {
  /** Number of the beam in the request. */
  readonly beam: number;
  /** So many entries of the arrays count. */
  readonly count: number;
  /** i + nx (j + ny k), increasing. */
  readonly voxels: Uint32Array;
  readonly doseGyPerMonitorUnit: Float32Array;
}

/** One way to compute dose. Input is checked once by the caller; engines throw EngineError or CancelledError only. */
export interface DoseEngine {
  readonly id: EngineId;
  readonly title: string;
  /** Gy/MU, [beam, point] in one array: beam b at b · nPoints. */
  readonly doseAtPoints: (request: PointDoseRequest) => Promise<Float32Array>;
  /** unit "Gy", frame of reference of the density volume. */
  readonly doseOnGrid: (request: GridDoseRequest) => Promise<Volume>;
  /** Beam after beam, in order, one column each, touching only the voxels that the beam reaches. Default: `doseOnGrid` of each. */
  readonly doseColumns?: (
    request: ColumnDoseRequest,
    take: (column: DoseColumn) => void | Promise<void>,
  ) => Promise<void>;
}

/** How long an engine with statistical errors runs. */
export interface DoseStatistics {
  readonly seed: number;
  /** Relative standard error to reach, %: root mean square over the voxels above half of the maximum. */
  readonly uncertaintyPercent: number;
  /** Most photons to spend. */
  readonly histories: number;
}

/** What an engine that transports particles needs beside a grid. */
export interface TransportDoseRequest extends GridDoseRequest {
  /** The patient's matter, on any grid. */
  readonly medium: Medium;
  readonly statistics: DoseStatistics;
}

/** An engine that transports particles through matter: it computes whole grids, no single points. */
export interface TransportEngine {
  readonly id: EngineId;
  readonly title: string;
  /** The dose, unit "Gy", to medium, frame of reference of the density volume; and what is doubtful about it. */
  readonly transportDose: (
    request: TransportDoseRequest,
  ) => Promise<{ readonly dose: Volume; readonly warnings: readonly Warning[] }>;
}
