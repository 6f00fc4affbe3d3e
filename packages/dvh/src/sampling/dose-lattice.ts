import { type Grid, type PatientPoint, patientToVoxel, type Vec3, voxelVolumeMm3 } from "@isodose/core";

/**
 * The coordinates in which a structure is cut into boxes: x, y, z with cells at whole numbers.
 *
 * - bounded: the voxel coordinates of the dose grid, its axes in the order `perm`. A cell lies between neighbouring voxel
 *   centres, so that dose in it is one trilinear (or tricubic) polynomial; the outermost half voxels are cells of their
 *   own, and what lies beyond them is outside the grid.
 * - not bounded: axes of the structure, where they are oblique to those of the dose; dose has kinks within cells.
 */
export interface DoseLattice {
  readonly bounded: boolean;
  /** Which axis of the dose grid each axis of the lattice is; bounded lattices only. */
  readonly perm: Vec3;
  /** Voxels of the dose grid along each axis of the lattice; bounded lattices only. */
  readonly size: Vec3;
  /** Length of a lattice unit along each axis, mm. */
  readonly unitsMm: Vec3;
  readonly unitMm3: number;
  /** Lattice coordinates of LPS: L = rows · p + offset. */
  readonly fromPatient: Affine;
  /** Dose voxel coordinates of lattice coordinates. */
  readonly toVoxel: Affine;
}

/** Row-major 3 × 4: [a, b, c, t] per row. */
export type Affine = Float64Array;

export function applyAffine(m: Affine, [x, y, z]: Vec3): Vec3 {
  return [
    m[0]! * x + m[1]! * y + m[2]! * z + m[3]!,
    m[4]! * x + m[5]! * y + m[6]! * z + m[7]!,
    m[8]! * x + m[9]! * y + m[10]! * z + m[11]!,
  ];
}

function affineOf(map: (p: Vec3) => Vec3): Affine {
  const zero = map([0, 0, 0]);
  const columns = [map([1, 0, 0]), map([0, 1, 0]), map([0, 0, 1])];
  return Float64Array.from(
    [0, 1, 2].flatMap((row) => [...columns.map((column) => column[row]! - zero[row]!), zero[row]!]),
  );
}

/** The lattice of a dose grid, its axis `lastAxis` as z. */
export function boundedLattice(grid: Grid, lastAxis = 2): DoseLattice {
  const perm: Vec3 = lastAxis === 2 ? [0, 1, 2] : lastAxis === 1 ? [0, 2, 1] : [1, 2, 0];
  const pick = (v: Vec3): Vec3 => [v[perm[0]]!, v[perm[1]]!, v[perm[2]]!];
  return {
    bounded: true,
    perm,
    size: pick(grid.size),
    unitsMm: pick(grid.spacingMm),
    unitMm3: voxelVolumeMm3(grid),
    fromPatient: affineOf((p) => pick(patientToVoxel(grid, p as PatientPoint))),
    toVoxel: affineOf((l) => {
      const v: [number, number, number] = [0, 0, 0];
      perm.forEach((axis, n) => {
        v[axis] = l[n]!;
      });
      return v;
    }),
  };
}

/**
 * A lattice along any axes.
 * @param axes - three orthonormal vectors, LPS
 * @param originMm - LPS, at lattice (0, 0, 0)
 */
export function obliqueLattice(
  grid: Grid,
  axes: readonly [Vec3, Vec3, Vec3],
  originMm: Vec3,
  unitsMm: Vec3,
): DoseLattice {
  const toPatient = (l: Vec3): Vec3 =>
    [0, 1, 2].map(
      (a) => originMm[a]! + [0, 1, 2].reduce((s, n) => s + l[n]! * unitsMm[n]! * axes[n]![a]!, 0),
    ) as unknown as Vec3;
  return {
    bounded: false,
    perm: [0, 1, 2],
    size: [0, 0, 0],
    unitsMm,
    unitMm3: unitsMm[0] * unitsMm[1] * unitsMm[2],
    fromPatient: affineOf(
      (p) =>
        axes.map(
          (axis, n) => [0, 1, 2].reduce((s, a) => s + (p[a]! - originMm[a]!) * axis[a]!, 0) / unitsMm[n]!,
        ) as unknown as Vec3,
    ),
    toVoxel: affineOf((l) => patientToVoxel(grid, toPatient(l) as PatientPoint)),
  };
}

/** Axes count as parallel if they leave each other by less than this part of their length. */
const PARALLEL_WITHIN = 1e-6;

/** The axis of the grid that is parallel to a unit vector (either way), if there is one. */
export function axisAlong(grid: Grid, [x, y, z]: Vec3): number | undefined {
  const d = grid.direction;
  return [0, 1, 2].find((a) => {
    const dot = x * d[a]! + y * d[3 + a]! + z * d[6 + a]!;
    const s = Math.sign(dot);
    return Math.hypot(x - s * d[a]!, y - s * d[3 + a]!, z - s * d[6 + a]!) < PARALLEL_WITHIN;
  });
}

/** Lower edge of cell c on an axis of n voxels: cells 0 … n are inside, 0 and n the half voxels at the edge. */
export function cellLow(lattice: DoseLattice, axis: number, c: number): number {
  if (!lattice.bounded) return c;
  const n = lattice.size[axis]!;
  return c <= 0 ? c - 0.5 : c > n ? c - 1.5 : c - 1;
}

/** Upper edge of cell c. */
export function cellHigh(lattice: DoseLattice, axis: number, c: number): number {
  if (!lattice.bounded) return c + 1;
  const n = lattice.size[axis]!;
  return c < 0 ? c + 0.5 : c >= n ? c - 0.5 : c;
}

/** The cell that holds coordinate x. */
export function cellAt(lattice: DoseLattice, axis: number, x: number): number {
  if (!lattice.bounded) return Math.floor(x);
  if (x < -0.5) return Math.floor(x + 0.5);
  return x >= lattice.size[axis]! - 0.5 ? Math.floor(x + 0.5) + 1 : Math.floor(x) + 1;
}
