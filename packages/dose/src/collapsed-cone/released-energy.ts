import { fluenceAt, type Medium, type PhotonField } from "@isodose/core";
import type { BeamBox } from "./beam-box.ts";
import type { BeamFrame, IndexOfBeam } from "./beam-frame.ts";
import type { EnergyGroups, GroupCoefficients } from "./energy-groups.ts";
import { fluenceShares, sourceBlurMm } from "./fluence-share.ts";
import { raySegments, traceRay } from "./trace-ray.ts";

/** Energy that the photons lose in each voxel (TERMA times mass), for a fluence of 1 photon/cm², MeV. */
export interface ReleasedEnergy {
  /** Voxels of the box that the field reaches. */
  readonly voxels: Int32Array;
  /** By [voxel of the list][group]: energy that starts on charged particles, and the rest. */
  readonly primary: Float32Array;
  readonly scatter: Float32Array;
}

/**
 * TERMA of a field, group by group along exact rays.
 *
 *   released in a step = Ψ_g (e^{−τ} − e^{−τ−Δτ}),  Δτ = (µ/ρ)_g(material) ρ Δ
 *
 * The primary part is (µ_en/ρ)/(µ/ρ) of it, by material. Rays fan out over the field; a voxel takes from the four next to it,
 * times fluence (inverse square) and the share of it that the field covers.
 */
export function releasedEnergy(
  medium: Medium,
  field: PhotonField,
  frame: BeamFrame,
  index: IndexOfBeam,
  box: BeamBox,
  groups: EnergyGroups,
  coefficients: GroupCoefficients,
): ReleasedEnergy {
  const G = groups.count;
  const [nx, ny, nz] = box.size;
  const cellMm = box.spacingMm[0];
  const blurAtMm = (z: number) => sourceBlurMm(field, z);
  const lastZ = box.firstMm[2] + (nz - 1) * box.spacingMm[2];
  const reachMm = 4 * Math.max(blurAtMm(box.firstMm[2]), blurAtMm(lastZ)) + cellMm;
  const fan = rayFan(frame, reachMm, Math.max(1, cellMm));
  const { raysX, raysY, spacingMm: raySpacingMm } = fan;
  const rays = releaseAlongRays(medium, frame, index, box, groups, coefficients, fan);
  // The field's edge moves slowly: planes between which it moves by less than a tenth of a millimetre are filled in straight.
  const edgeMm = Math.max(...frame.lowMm.map(Math.abs), ...frame.highMm.map(Math.abs));
  const edgePerPlaneMm = edgeMm * frame.perSourceDistance * box.spacingMm[2];
  const stride = Math.max(1, Math.min(nz, Math.floor(EDGE_STEP_MM / Math.max(1e-9, edgePerPlaneMm))));
  const cells = { firstMm: [box.firstMm[0], box.firstMm[1]], cellMm, nx, ny } as const;
  const sharesAt = (k: number, out: Float64Array) => {
    const z = box.firstMm[2] + k * box.spacingMm[2];
    fluenceShares(frame.opening, 1 + z * frame.perSourceDistance, blurAtMm(z), cells, out);
  };
  let above = new Float64Array(nx * ny);
  let below = new Float64Array(nx * ny);
  sharesAt(0, below);
  const weightOf = new Float32Array(nx * ny * nz);
  const perScale = new Float64Array(nz);
  const { fluenceProfile } = field;
  let count = 0;
  for (let k = 0; k < nz; k++) {
    const step = k % stride;
    if (step === 0) {
      [above, below] = [below, above];
      sharesAt(k + stride, below);
    }
    const t = step / stride;
    const scale = 1 + (box.firstMm[2] + k * box.spacingMm[2]) * frame.perSourceDistance;
    perScale[k] = 1 / scale;
    // Photons through a cell: 1 photon/cm² in the reference plane, cell in mm².
    const photons = (0.01 * cellMm * cellMm) / (scale * scale);
    for (let c = 0; c < nx * ny; c++) {
      let share = above[c]! + t * (below[c]! - above[c]!);
      if (share < LEAST_SHARE) continue;
      if (fluenceProfile) {
        const j = Math.floor(c / nx);
        const x = box.firstMm[0] + (c - nx * j) * cellMm;
        share *= fluenceAt(fluenceProfile, Math.hypot(x, box.firstMm[1] + j * cellMm) / scale);
      }
      weightOf[k + nz * c] = share * photons;
      count++;
    }
  }
  // In the order of memory: along z first.
  const voxels = new Int32Array(count);
  const primary = new Float32Array(count * G);
  const scatter = new Float32Array(count * G);
  const next = G * nz;
  const up = next * raysX;
  let n = 0;
  for (let c = 0; c < nx * ny; c++) {
    const j = Math.floor(c / nx);
    const xRays = (box.firstMm[0] + (c - nx * j) * cellMm) / raySpacingMm;
    const yRays = (box.firstMm[1] + j * cellMm) / raySpacingMm;
    for (let k = 0; k < nz; k++) {
      const w = weightOf[k + nz * c]!;
      if (w === 0) continue;
      const a = clamp(xRays * perScale[k]! - fan.firstX, raysX - 1);
      const b = clamp(yRays * perScale[k]! - fan.firstY, raysY - 1);
      const a0 = Math.min(raysX - 2, Math.floor(a));
      const b0 = Math.min(raysY - 2, Math.floor(b));
      const fa = a - a0;
      const fb = b - b0;
      const at = G * k + next * a0 + up * b0;
      const w00 = w * (1 - fa) * (1 - fb);
      const w10 = w * fa * (1 - fb);
      const w01 = w * (1 - fa) * fb;
      const w11 = w * fa * fb;
      voxels[n] = k + nz * c;
      for (let g = 0; g < G; g++) {
        const r = at + g;
        primary[n * G + g] =
          w00 * rays.primary[r]! +
          w10 * rays.primary[r + next]! +
          w01 * rays.primary[r + up]! +
          w11 * rays.primary[r + up + next]!;
        scatter[n * G + g] =
          w00 * rays.scatter[r]! +
          w10 * rays.scatter[r + next]! +
          w01 * rays.scatter[r + up]! +
          w11 * rays.scatter[r + up + next]!;
      }
      n++;
    }
  }
  return { voxels, primary, scatter };
}

/** How far the edge of the field may move between planes where its shares are computed, mm. */
const EDGE_STEP_MM = 0.1;

/** Cells of the penumbra with less of the open fluence are left out: together 0.1 % of a 20 mm field at σ = 1 mm. */
const LEAST_SHARE = 5e-4;

/** Rays through the points (firstX + i, firstY + j) · spacingMm of the reference plane. */
interface RayFan {
  readonly firstX: number;
  readonly firstY: number;
  readonly raysX: number;
  readonly raysY: number;
  readonly spacingMm: number;
}

/** Rays over the opening and its penumbra. */
function rayFan(frame: BeamFrame, reachMm: number, spacingMm: number): RayFan {
  const first = frame.lowMm.map((low) => Math.floor((low - reachMm) / spacingMm)) as [number, number];
  const last = frame.highMm.map((high) => Math.ceil((high + reachMm) / spacingMm)) as [number, number];
  return {
    firstX: first[0],
    firstY: first[1],
    raysX: last[0] - first[0] + 1,
    raysY: last[1] - first[1] + 1,
    spacingMm,
  };
}

/** Energy released per photon in every layer of the box, MeV, by [ray][layer][group]. */
function releaseAlongRays(
  medium: Medium,
  frame: BeamFrame,
  index: IndexOfBeam,
  box: BeamBox,
  groups: EnergyGroups,
  coefficients: GroupCoefficients,
  { firstX, firstY, raysX, raysY, spacingMm }: RayFan,
): { primary: Float32Array; scatter: Float32Array } {
  const G = groups.count;
  const nz = box.size[2];
  const dz = box.spacingMm[2];
  const topMm = box.firstMm[2] - dz / 2;
  const primary = new Float32Array(nz * raysX * raysY * G);
  const scatter = new Float32Array(nz * raysX * raysY * G);
  const segments = raySegments(medium);
  const left = new Float64Array(G);
  const absorbedShare = coefficients.total.map((total, n) => coefficients.energyAbsorption[n]! / total);
  const { total } = coefficients;
  for (let r = 0; r < raysX * raysY; r++) {
    const u = (firstX + (r % raysX)) * spacingMm;
    const v = (firstY + Math.floor(r / raysX)) * spacingMm;
    traceRay(frame, index, medium.grid.size, u, v, segments);
    // cm of path per mm of depth.
    const slant = 0.1 * Math.hypot(1, u * frame.perSourceDistance, v * frame.perSourceDistance);
    left.set(groups.energyFluenceMeV);
    let z = segments.startMm;
    for (let n = 0; n < segments.count; n++) {
      const voxel = segments.voxel[n]!;
      const rho = medium.densityGPerCm3[voxel]!;
      const material = medium.materialIndex[voxel]! * G;
      const endMm = segments.endMm[n]!;
      while (z < endMm - 1e-9) {
        const layer = Math.floor((z - topMm) / dz + 1e-9);
        const stop = layer < nz ? Math.min(endMm, topMm + (layer + 1) * dz) : endMm;
        const thickness = rho * slant * (stop - z);
        z = stop;
        if (thickness <= 0) continue;
        const inside = layer >= 0 && layer < nz;
        const at = G * (layer + nz * r);
        for (let g = 0; g < G; g++) {
          const t = total[material + g]! * thickness;
          // 1 − e^{−t}: six terms of the series hold to 2e-11 below 0.1.
          const lost =
            t < 0.1
              ? t * (1 - t * (1 / 2 - t * (1 / 6 - t * (1 / 24 - t * (1 / 120 - t / 720)))))
              : -Math.expm1(-t);
          const released = left[g]! * lost;
          left[g]! -= released;
          if (inside) {
            const charged = released * absorbedShare[material + g]!;
            primary[at + g]! += charged;
            scatter[at + g]! += released - charged;
          }
        }
      }
    }
  }
  return { primary, scatter };
}

function clamp(x: number, most: number): number {
  return x < 0 ? 0 : Math.min(x, most);
}
