import { describe, expect, it } from "vitest";
import { type PhotonReference, parseReferenceFile, photonScene, slabMedium } from "../../src/index.ts";
import { slabCase, voxelCase, voxelFiles } from "./support/case-json.ts";

async function slabs(thicknesses: number[]): Promise<PhotonReference> {
  const layers = thicknesses.map((thicknessMm, i) => ({
    material: i % 2 === 0 ? "water" : "lung",
    thicknessMm,
  }));
  const file = await parseReferenceFile(
    slabCase({ phantom: { kind: "slabs", layers } }),
    async () => new Uint8Array(),
  );
  return file as PhotonReference;
}
const build = (file: PhotonReference, depthMm = 1000) => {
  if (file.phantom.kind !== "slabs") throw new Error("slabs expected");
  return slabMedium(file.phantom, file.materials, {
    lateralSpacingMm: 5,
    depthSpacingMm: 1,
    halfWidthMm: 20,
    depthMm,
  });
};

describe("slabs as voxels", () => {
  it.each([[[30, 20, 50]], [[30, 5, 200]], [[12.5, 7.5, 30]], [[33.6, 2.4, 60]], [[250]]])(
    "%j: the mass of each layer is exact",
    async (thicknesses) => {
      const { medium, warnings } = build(await slabs(thicknesses));
      expect(warnings).toEqual([]);
      const [nx, ny, nz] = medium.grid.size;
      const dz = medium.grid.spacingMm[2];
      let column = 0;
      for (let k = 0; k < nz; k++) column += medium.densityGPerCm3[k * nx * ny]! * dz;
      const mass = thicknesses.reduce((sum, t, i) => sum + t * (i % 2 === 0 ? 1 : 0.26), 0);
      expect(column).toBeCloseTo(mass, 4);
      expect(medium.grid.originMm[2]).toBeCloseTo(dz / 2, 12);
      expect(dz).toBeLessThanOrEqual(1);
    },
  );

  it("warns where no voxel of 0.4 mm or more meets a face, and keeps the mass", async () => {
    const { medium, warnings } = build(await slabs([10, 3.217, 40]));
    expect(warnings[0]!.code).toBe("FACE_BETWEEN_VOXELS");
    const [nx, ny, nz] = medium.grid.size;
    let column = 0;
    // The last voxel reaches beyond the phantom: up to its end.
    for (let k = 0; k < nz; k++) {
      const inside = Math.min(medium.grid.spacingMm[2], 53.217 - k * medium.grid.spacingMm[2]);
      column += medium.densityGPerCm3[k * nx * ny]! * inside;
    }
    expect(column).toBeCloseTo(10 + 3.217 * 0.26 + 40, 4);
  });

  it("puts the axis through the middle of a voxel and ends where asked", async () => {
    const { medium } = build(await slabs([30, 20, 50]), 60);
    expect(medium.grid.size).toEqual([9, 9, 60]);
    expect(medium.grid.originMm[0] + 4 * 5).toBe(0);
  });
});

describe("where a field lies", () => {
  it("brings the reference plane of a point source below the surface", async () => {
    const scene = photonScene(await slabs([100]));
    expect(scene.surfaceMm).toEqual([0, 0, 0]);
    expect(scene.field.isocenterMm).toEqual([0, 0, 15]);
    expect(scene.field.sourceDistanceMm).toBe(800);
  });

  it("finds where parallel rays enter voxels that are not air", async () => {
    const files = voxelFiles();
    const file = (await parseReferenceFile(voxelCase(), async (name) => files[name]!)) as PhotonReference;
    const scene = photonScene(file);
    // The first row of voxels lies around y = 1 mm: its face is y = 0.
    expect(scene.surfaceMm[1]).toBeGreaterThanOrEqual(0);
    expect(scene.surfaceMm[1]).toBeLessThan(0.1);
    expect(scene.depthAxis[1]).toBeCloseTo(1, 12);
  });
});
