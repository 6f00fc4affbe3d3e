import { type Beam, type BeamData, type Grid, type Volume, voxelCount, voxelToPatient } from "@isodose/core";
import { radiologicalPathMm } from "@isodose/geometry";
import { beamAxesOf, inBeam } from "./beam-axes.ts";
import { lookUpConeTable, makeConeTable } from "./cone-table.ts";
import { lookUpRectangle } from "./rectangle-table.ts";

/**
 * The dose formula written out for every voxel, with a ray traced from the source to each: slow and obvious. The engine is
 * held against it.
 *
 *   D = Σ_b MU_b · T(f, d, r · SAD / f) · (SAD / f)²   (rectangles: T(f, d, x, y)),  d = ∫ ρ_e,rel dl from source to voxel centre
 *
 * @returns Gy, length nx · ny · nz, x fastest
 */
export function fullGridDose(
  relativeElectronDensity: Volume,
  beams: readonly Beam[],
  beamData: BeamData,
  monitorUnits: ArrayLike<number>,
  grid: Grid,
): Float64Array {
  const dose = new Float64Array(voxelCount(grid));
  beams.forEach((beam, b) => {
    const axes = beamAxesOf(beam);
    const { aperture } = beam;
    const cone =
      aperture.kind === "circle" ? makeConeTable(beamData, beamData.cone(aperture.diameterMm)) : undefined;
    const rectangle =
      aperture.kind === "rectangle" ? beamData.rectangle(aperture.widthMm, aperture.heightMm) : undefined;
    const [centerX, centerY] = (aperture.kind === "rectangle" && aperture.centerMm) || [0, 0];
    let voxel = 0;
    for (let k = 0; k < grid.size[2]; k++) {
      for (let j = 0; j < grid.size[1]; j++) {
        for (let i = 0; i < grid.size[0]; i++, voxel++) {
          const p = voxelToPatient(grid, [i, j, k]);
          const s = axes.sourceMm;
          const [x, y, f] = inBeam(axes, p[0] - s[0], p[1] - s[1], p[2] - s[2]);
          if (f <= 0) continue;
          const toSad = beam.sadMm / f;
          const depthMm = radiologicalPathMm(relativeElectronDensity, s, p);
          if (depthMm <= 0) continue;
          const looked = cone
            ? lookUpConeTable(cone, f, depthMm, Math.hypot(x, y) * toSad)
            : lookUpRectangle(rectangle!, f, depthMm, x * toSad - centerX, y * toSad - centerY);
          dose[voxel] += monitorUnits[b]! * looked * toSad ** 2;
        }
      }
    }
  });
  return dose;
}
