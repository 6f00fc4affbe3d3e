import {
  type Beam,
  createVolume,
  type Direction,
  type Grid,
  type GridDoseRequest,
  InvalidInputError,
  type Vec3,
} from "@isodose/core";
import { beamFrame } from "@isodose/geometry";
import { beamDataOf, MACHINES } from "@isodose/machines";

/** Beam data of the built-in CyberKnife: its tables are made once. */
export const beamData = beamDataOf(MACHINES.cyberknife);

/** What a scene is made from. */
export interface SceneOptions {
  readonly size?: Vec3;
  readonly spacingMm?: Vec3;
  readonly doseSize?: Vec3;
  readonly doseSpacingMm?: Vec3;
  readonly direction?: Direction;
  readonly beams?: number;
  readonly diametersMm?: readonly number[];
  readonly firstGantryDeg?: number;
  readonly couchDeg?: readonly number[];
}

/** An elliptic body of uneven density with a light and a heavy insert in vacuum, and beams around it. */
export function scene(options: SceneOptions = {}): GridDoseRequest {
  const {
    size = [60, 50, 40],
    spacingMm = [3, 3.5, 4],
    doseSize = [40, 38, 36],
    doseSpacingMm = [4, 4, 4],
    direction = [1, 0, 0, 0, 1, 0, 0, 0, 1],
    beams: count = 6,
    diametersMm = [20, 10],
    firstGantryDeg = 3.7,
    couchDeg = [0, 30, 330],
  } = options;
  const density = new Float32Array(size[0] * size[1] * size[2]);
  for (let v = 0; v < density.length; v++) {
    const x = (2 * ((v % size[0]) + 0.5)) / size[0] - 1;
    const y = (2 * ((Math.floor(v / size[0]) % size[1]) + 0.5)) / size[1] - 1;
    const z = (2 * (Math.floor(v / (size[0] * size[1])) + 0.5)) / size[2] - 1;
    if (x * x + 1.3 * y * y > 0.7 || Math.abs(z) > 0.9) continue;
    density[v] = 1 + 0.2 * Math.sin(0.7 * v);
    if (x > 0.2 && y > 0) density[v] = 0.25;
    if ((x + 0.2) ** 2 + y * y + z * z < 0.03) density[v] = 3.7;
  }
  return {
    relativeElectronDensity: createVolume(
      centred(size, spacingMm, direction),
      "relative-electron-density",
      "1.2.3",
      density,
    ),
    beamData,
    beams: Array.from({ length: count }, (_, b) =>
      beam(
        b,
        firstGantryDeg + (360 * b) / count,
        couchDeg[b % couchDeg.length]!,
        diametersMm[b % diametersMm.length]!,
      ),
    ),
    grid: centred(doseSize, doseSpacingMm, direction),
    monitorUnits: Float64Array.from({ length: count }, (_, b) => 50 + 10 * b),
  };
}

function centred(size: Vec3, spacingMm: Vec3, direction: Direction): Grid {
  const half = size.map((n, c) => (-(n - 1) / 2) * spacingMm[c]!) as [number, number, number];
  const d = direction;
  return {
    size,
    spacingMm,
    direction,
    originMm: [0, 3, 6].map(
      (r) => d[r]! * half[0] + d[r + 1]! * half[1] + d[r + 2]! * half[2],
    ) as unknown as Vec3,
  };
}

function beam(b: number, gantryDeg: number, couchDeg: number, diameterMm: number): Beam {
  const frame = beamFrame({ gantryDeg, couchDeg, collimatorDeg: 15 * b, position: "HFS" });
  const [x, y, z] = frame.zAxis;
  const aimMm: Vec3 = [3 * Math.sin(b), 2 * Math.cos(b), b % 3];
  return {
    name: `B${b}`,
    sourceMm: [aimMm[0] + 800 * x, aimMm[1] + 800 * y, aimMm[2] + 800 * z],
    aimMm,
    bldXAxis: frame.xAxis,
    bldYAxis: frame.yAxis,
    sadMm: 800,
    aperture: { kind: "circle", diameterMm },
    gantryDeg,
    couchDeg,
    collimatorDeg: 15 * b,
    node: b,
  };
}

/** Largest difference of two doses, of the first's maximum. */
export function worstDifference(a: Float32Array, b: Float32Array): number {
  if (a.length !== b.length) throw new InvalidInputError("length", b.length, String(a.length));
  let worst = 0;
  let peak = 0;
  for (let v = 0; v < a.length; v++) {
    peak = Math.max(peak, a[v]!);
    worst = Math.max(worst, Math.abs(a[v]! - b[v]!));
  }
  return worst / peak;
}
