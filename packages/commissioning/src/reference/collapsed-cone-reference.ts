import { AXIAL_DIRECTION, type Grid, type Medium } from "@isodose/core";
import { collapsedConeDose } from "@isodose/dose";
import { type PhotonScene, photonScene, pointOfSample, reachOfCurves } from "./photon-scene.ts";
import type { ComputedReference, ReferenceEngine, ReferenceRun } from "./reference-engine.ts";
import type { FileCurve, PhotonReference } from "./reference-file.ts";
import { sampleVolume } from "./sample-volume.ts";
import { slabMedium, voxelMedium } from "./slab-medium.ts";
import { fieldSizeMm } from "./tolerances.ts";

/** Slabs are uniform across: wide voxels hold them, as far as scatter comes from, mm. */
const SLAB_VOXEL_MM = 50;
const SLAB_HALF_WIDTH_MM = 500;
/** Voxels of the curves: this part of the field, between these lengths, mm. */
const VOXELS_PER_FIELD = 40;
const FINEST_MM = 0.5;
const COARSEST_MM = 1;
const DEPTH_MM = 1;
/** Matter behind the deepest point scatters back; none from farther, mm. */
const BACKING_MM = 100;

/** The collapsed-cone engine on any photon case: dose to medium on a grid around the points that the curves ask for, and on volumes. */
export function collapsedConeReference(): ReferenceEngine {
  return {
    id: "collapsed-cone",
    title: "Collapsed-cone superposition of EGSnrc kernels",
    reasonAgainst: (file) =>
      file.particle === "photon" ? undefined : `for photons, the case is about a ${file.particle}`,
    compute,
  };
}

async function compute(file: PhotonReference, run: ReferenceRun): Promise<ComputedReference> {
  const control = run.signal ? { signal: run.signal } : {};
  const scene = photonScene(file);
  const built =
    file.phantom.kind === "slabs"
      ? slabMedium(file.phantom, file.materials, {
          lateralSpacingMm: SLAB_VOXEL_MM,
          depthSpacingMm: DEPTH_MM,
          halfWidthMm: SLAB_HALF_WIDTH_MM,
          depthMm: reachOfCurves(file).depthMm + BACKING_MM,
        })
      : { medium: voxelMedium(file.phantom, file.materials), warnings: [] };
  const { medium } = built;
  const warnings = [...built.warnings];
  const settings: string[] = [];
  const across = Math.min(COARSEST_MM, Math.max(FINEST_MM, fieldSizeMm(file) / VOXELS_PER_FIELD));
  const curves: ComputedReference["curves"][number][] = [];
  const wanted = file.curves.filter((curve) => isComputed(file, curve));
  const grid = wanted.length > 0 ? gridOfCurves(wanted, scene, medium, across) : undefined;
  if (grid) {
    const depthSpacingMm = file.phantom.kind === "slabs" ? medium.grid.spacingMm[2] : DEPTH_MM;
    const {
      dose,
      warnings: found,
      croppedFraction,
    } = await collapsedConeDose(
      { medium, field: scene.field, grid, options: { spacingMm: across, depthSpacingMm } },
      control,
    );
    warnings.push(...found);
    const material = materialOn(grid, medium);
    const values = dose.values.data;
    for (const curve of file.curves)
      curves.push(
        isComputed(file, curve)
          ? sampleVolume(grid, { values, material }, scene, curve)
          : "gives dose to medium only",
      );
    settings.push(
      `curves on voxels of ${across} mm, ${depthSpacingMm.toFixed(2)} mm deep; ${(100 * croppedFraction).toFixed(1)} % of the released energy leaves the boxes`,
    );
  } else curves.push(...file.curves.map(() => "gives dose to medium only"));
  const volumes: ComputedReference["volumes"][number][] = [];
  for (const volume of file.volumes) {
    if (volume.quantity !== "dose-to-medium") {
      volumes.push("gives dose to medium only");
      continue;
    }
    const { size, spacingMm, originMm } = volume;
    const { dose, warnings: found } = await collapsedConeDose(
      {
        medium,
        field: scene.field,
        grid: { size, spacingMm, originMm, direction: AXIAL_DIRECTION },
        options: { spacingMm: across, depthSpacingMm: DEPTH_MM },
      },
      control,
    );
    warnings.push(...found);
    volumes.push({ values: dose.values.data, sigma: undefined });
    settings.push(`volume: means over its voxels of ${spacingMm[0]} mm, computed on ${across} mm`);
  }
  return { curves, volumes, warnings, settings: settings.join("; ") };
}

/** Dose to water is dose to the medium where everything is water. */
function isComputed({ phantom }: PhotonReference, { quantity }: FileCurve): boolean {
  if (quantity === "dose-to-medium") return true;
  const isDose = quantity === "dose-to-water" || quantity === "dose-to-water-in-medium";
  return isDose && phantom.kind === "slabs" && phantom.layers.every(({ material }) => material === "water");
}

/** The smallest grid of that spacing that holds every point of the curves; across and along the grid of the medium. */
function gridOfCurves(
  curves: readonly FileCurve[],
  scene: PhotonScene,
  medium: Medium,
  across: number,
): Grid {
  const low = [Infinity, Infinity, Infinity];
  const high = [-Infinity, -Infinity, -Infinity];
  const include = (depthMm: number, alongLineMm: number, alongThirdMm = 0) => {
    pointOfSample(scene, depthMm, alongLineMm, alongThirdMm).forEach((x, a) => {
      low[a] = Math.min(low[a]!, x);
      high[a] = Math.max(high[a]!, x);
    });
  };
  for (const curve of curves) {
    for (const s of curve.samples) {
      for (const depth of [s.depthLowMm, s.depthHighMm]) {
        include(depth, s.offAxisLowMm);
        include(depth, s.offAxisHighMm);
        if (curve.lateral === "ring") {
          include(depth, -s.offAxisHighMm, -s.offAxisHighMm);
          include(depth, s.offAxisHighMm, s.offAxisHighMm);
        }
      }
    }
  }
  const isSlab = medium.grid.spacingMm[0] === SLAB_VOXEL_MM;
  const spacingMm = [across, across, isSlab ? medium.grid.spacingMm[2] : DEPTH_MM] as const;
  // Slabs: voxels in depth are the medium's, so that layers' faces lie between them.
  const first = low.map((x, a) =>
    isSlab && a === 2
      ? medium.grid.originMm[2] + Math.floor((x + 1e-9) / spacingMm[2]) * spacingMm[2]
      : x - spacingMm[a]!,
  );
  const size = high.map((x, a) =>
    Math.max(1, Math.ceil((x - first[a]!) / spacingMm[a]! + (isSlab && a === 2 ? 0.5 : 1) - 1e-6)),
  );
  const most = isSlab ? medium.grid.size[2] : Number.POSITIVE_INFINITY;
  return {
    size: [size[0]!, size[1]!, Math.min(size[2]!, most)],
    spacingMm,
    originMm: [first[0]!, first[1]!, first[2]!],
    direction: AXIAL_DIRECTION,
  };
}

/** Material of the medium at each voxel of a grid. */
function materialOn(grid: Grid, medium: Medium): Uint8Array {
  const [nx, ny, nz] = grid.size;
  const out = new Uint8Array(nx * ny * nz);
  const { size, spacingMm, originMm } = medium.grid;
  const at = (a: 0 | 1 | 2, n: number) => {
    const i = Math.round((grid.originMm[a] + n * grid.spacingMm[a] - originMm[a]) / spacingMm[a]);
    return Math.min(Math.max(i, 0), size[a] - 1);
  };
  let v = 0;
  for (let k = 0; k < nz; k++)
    for (let j = 0; j < ny; j++)
      for (let i = 0; i < nx; i++)
        out[v++] = medium.materialIndex[at(0, i) + size[0] * (at(1, j) + size[1] * at(2, k))]!;
  return out;
}
