import {
  AXIAL_DIRECTION,
  createVolume,
  type Grid,
  InvalidInputError,
  type Patient,
  type Structure,
  uidFromText,
  type Vec3,
} from "@isodose/core";

/** One slab. */
export interface SlabLayer {
  readonly hu: number;
  /** > 0. */
  readonly thicknessMm: number;
}

/** A box of slabs. */
export interface SlabPhantomOptions {
  /** Size along x, y, z, mm; each a whole number of voxels. */
  readonly sizeMm: Vec3;
  /** Voxel size, mm. */
  readonly spacingMm: Vec3;
  /** LPS y of the surface that faces anterior (gantry 0, HFS), mm. Default 0. */
  readonly surfaceMm?: number;
  /** From the surface to the back; together as thick as `sizeMm[1]`. Default: water (0 HU). */
  readonly layersHuThicknessMm?: readonly SlabLayer[];
}

/**
 * A box of slabs stacked along y, from anterior to posterior, centred on x = z = 0: for checks of dose engines. Its faces
 * are the CT's edges: there is no air around it. A voxel that two slabs share has their mean, weighted by thickness.
 *
 * @returns a patient, head first supine, with the structure BODY
 * @throws InvalidInputError if a size is not a whole number of voxels, or the layers do not add up to it
 * @example slabPhantom({ sizeMm: [200, 300, 200], spacingMm: [2, 2, 2] }).patient // water
 */
export function slabPhantom(options: SlabPhantomOptions): { readonly patient: Patient } {
  const { sizeMm, spacingMm, surfaceMm = 0 } = options;
  const layers = options.layersHuThicknessMm ?? [{ hu: 0, thicknessMm: sizeMm[1] }];
  const size = sizeMm.map((mm, a) => {
    const n = mm / spacingMm[a]!;
    if (!(n >= 1 && Math.abs(n - Math.round(n)) < 1e-6)) {
      throw new InvalidInputError(
        "sizeMm",
        sizeMm,
        `a whole number of voxels of ${spacingMm.join(" × ")} mm`,
      );
    }
    return Math.round(n);
  }) as unknown as Vec3;
  const total = layers.reduce((sum, layer) => sum + layer.thicknessMm, 0);
  if (!layers.every((layer) => layer.thicknessMm > 0) || !(Math.abs(total - sizeMm[1]) < 1e-6)) {
    throw new InvalidInputError(
      "layersHuThicknessMm",
      layers.map((l) => l.thicknessMm),
      `thicknesses > 0 mm that add up to ${sizeMm[1]} mm`,
    );
  }
  const grid: Grid = {
    size,
    spacingMm,
    originMm: [
      (-(size[0] - 1) / 2) * spacingMm[0],
      surfaceMm + spacingMm[1] / 2,
      (-(size[2] - 1) / 2) * spacingMm[2],
    ],
    direction: AXIAL_DIRECTION,
  };
  const uid = (part: string) => uidFromText(`isodose slab phantom ${JSON.stringify(options)} ${part}`);
  const frameOfReferenceUid = uid("frame of reference");
  const rows = rowHu(layers, size[1], spacingMm[1]);
  const hu = new Float32Array(size[0] * size[1] * size[2]);
  for (let row = 0; row < size[1] * size[2]; row++) {
    hu.fill(rows[row % size[1]]!, row * size[0], (row + 1) * size[0]);
  }
  const zPlanesMm = Array.from({ length: size[2] }, (_, k) => grid.originMm[2] + k * spacingMm[2]);
  const [x, y] = [sizeMm[0] / 2, surfaceMm + sizeMm[1]];
  const body: Structure = {
    name: "BODY",
    number: 1,
    type: "EXTERNAL",
    colorRgb: [0, 160, 80],
    contours: zPlanesMm.map((z) => ({
      type: "CLOSED_PLANAR",
      pointsMm: Float64Array.of(-x, surfaceMm, z, x, surfaceMm, z, x, y, z, -x, y, z),
    })),
    frameOfReferenceUid,
  };
  return {
    patient: {
      identity: {
        name: "ISODOSE^SLABS",
        id: "ISODOSE-SLABS",
        studyInstanceUid: uid("study"),
        studyId: "1",
        studyDate: "",
      },
      position: "HFS",
      ct: createVolume(grid, "HU", frameOfReferenceUid, hu),
      structures: [body],
      references: {
        ctSeriesInstanceUid: uid("CT series"),
        ctSopInstanceUids: zPlanesMm.map((_, k) => uid(`CT slice ${k}`)),
        structureSetSopInstanceUid: uid("structure set"),
      },
    },
  };
}

/** HU of each row of voxels: mean over the layers in it, weighted by thickness. */
function rowHu(layers: readonly SlabLayer[], rows: number, rowMm: number): Float32Array {
  const sums = new Float64Array(rows);
  let top = 0;
  for (const { hu, thicknessMm } of layers) {
    const bottom = top + thicknessMm;
    for (let j = Math.max(0, Math.floor(top / rowMm)); j < rows && j * rowMm < bottom; j++) {
      const overlap = Math.min(bottom, (j + 1) * rowMm) - Math.max(top, j * rowMm);
      if (overlap > 0) sums[j] += (hu * overlap) / rowMm;
    }
    top = bottom;
  }
  return Float32Array.from(sums, (value) => Math.round(value));
}
