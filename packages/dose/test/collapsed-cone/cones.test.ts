import { packedKernels } from "@isodose/physics";
import { describe, expect, test } from "vitest";
import { collapseKernel } from "../../src/collapsed-cone/collapse-kernel.ts";
import { azimuthDirections, primaryCones, SCATTER_CONES } from "../../src/collapsed-cone/cone-layout.ts";
import { directSuperposition } from "../../src/collapsed-cone/direct-superposition.ts";
import { energyGroups } from "../../src/collapsed-cone/energy-groups.ts";
import { sweepAllCones } from "../../src/collapsed-cone/sweep-all-cones.ts";
import { sweepCone, sweepScratch } from "../../src/collapsed-cone/sweep-cones.ts";

const kernels = packedKernels();
const line = (energyMeV: number) =>
  energyGroups({ binLowMeV: [energyMeV], binHighMeV: [energyMeV], relativeNumber: [1] }, 8);
const collapse = (part: "primary" | "scatter", energyMeV: number) =>
  collapseKernel(
    kernels,
    part,
    line(energyMeV),
    [[1]],
    [1],
    part === "primary" ? primaryCones(5, 1) : SCATTER_CONES,
  );

/** Share of the kernel inside a radius, over all angles, of the energy that this part divides. */
function heldInside(part: "primary" | "scatter", energyIndex: number, radiusIndex: number): number {
  let held = 0;
  let primary = 0;
  for (let a = 0; a < 48; a++) {
    for (let e = 0; e < 24; e++) {
      const at = (energyIndex * 48 + a) * 24 + e;
      if (e < radiusIndex) held += kernels[part][at]!;
      primary += kernels.primary[at]!;
    }
  }
  return held / (part === "primary" ? primary : 1 - primary);
}

function uniformMatter(count: number, density: number) {
  return { classOf: new Uint16Array(count), ofClass: Float64Array.of(density) };
}

const wholeBox = (size: readonly [number, number, number]) => ({
  first: [0, 0, 0] as const,
  last: [size[0] - 1, size[1] - 1, size[2] - 1] as const,
});

describe("collapsed kernels", () => {
  test("the primary cones of a photon energy hold its whole primary energy", () => {
    for (const energyMeV of [0.2, 1, 3, 6]) {
      let sum = 0;
      for (const bin of collapse("primary", energyMeV)) for (const a of bin.amplitudes) sum += a;
      expect(sum).toBeCloseTo(1, 6);
    }
  });

  test.each([
    ["primary", 2],
    ["primary", 6],
    ["scatter", 1],
    ["scatter", 4],
  ] as const)(
    "%s at %f MeV: energy inside every radius as in the kernel, within 3.5 %",
    (part, energyMeV) => {
      const energyIndex = kernels.energiesMeV.findIndex((e) => Math.abs(e - energyMeV) < 1e-9);
      const bins = collapse(part, energyMeV);
      for (let e = 1; e <= 24; e++) {
        const r = kernels.radiusEdgesMm[e]!;
        let sum = 0;
        for (const bin of bins) {
          bin.amplitudes.forEach((a, m) => {
            sum += a * (1 - Math.exp(-r / bin.lengthsMm[m]!));
          });
        }
        expect(Math.abs(sum - heldInside(part, energyIndex, e)), `${r} mm`).toBeLessThan(0.035);
      }
    },
  );

  test("directions are unit vectors that balance across the beam", () => {
    for (const [ring, edge] of primaryCones(20, 1).entries()) {
      const sum = [0, 0];
      for (const u of azimuthDirections(0.7, edge.azimuths, ring)) {
        expect(Math.hypot(...u)).toBeCloseTo(1, 12);
        sum[0]! += u[0];
        sum[1]! += u[1];
      }
      expect(Math.hypot(...sum)).toBeLessThan(1e-12);
    }
  });
});

describe("one cone", () => {
  const size = [9, 11, 40] as const;
  const count = 9 * 11 * 40;
  const box = { size, spacingMm: [1, 1, 1] as const };
  const lengths = [2, 5, 9];

  test("straight ahead, the deposit is the integral of the exponentials", () => {
    const source = new Float32Array(3 * count);
    const column = 40 * (4 + 9 * 5);
    const amplitudes = [1, -0.5, 2];
    source.set(amplitudes, 3 * (column + 3));
    const deposit = new Float32Array(count);
    sweepCone(
      box,
      uniformMatter(count, 1),
      [0, 0, 1],
      lengths,
      source,
      wholeBox(size),
      1,
      0,
      deposit,
      sweepScratch(),
    );
    // Released evenly over [3, 4] mm, so what passes the depth z > 4 is A λ (e^{−(z−4)/λ} − e^{−(z−3)/λ}).
    const passes = (z: number) =>
      amplitudes.reduce((sum, a, m) => {
        const l = lengths[m]!;
        return sum + a * l * (Math.exp(-(z - 4) / l) - Math.exp(-(z - 3) / l));
      }, 0);
    for (let k = 4; k < 39; k++) expect(deposit[column + k]).toBeCloseTo(passes(k) - passes(k + 1), 5);
    for (let k = 0; k < 3; k++) expect(deposit[column + k]).toBe(0);
  });

  test("energy is kept: a long box takes what voxels send, whatever the direction", () => {
    for (const u of [
      [0, 0, 1],
      [0.1, 0.2, -Math.sqrt(0.95)],
      [0.6, -0.64, 0.48],
      [-0.8, 0.36, 0.48],
    ] as const) {
      const wide = [61, 61, 61] as const;
      const source = new Float32Array(3 * 61 ** 3);
      const middle = 30 + 61 * (30 + 61 * 30);
      source.set([1, 0.5, 0.25], 3 * middle);
      const deposit = new Float32Array(61 ** 3);
      const matter = uniformMatter(61 ** 3, 4);
      const at = { first: [30, 30, 30] as const, last: [30, 30, 30] as const };
      sweepCone(
        { size: wide, spacingMm: [1, 1, 1] },
        matter,
        u,
        lengths,
        source,
        at,
        0.5,
        1e-9,
        deposit,
        sweepScratch(),
      );
      const sum = deposit.reduce((a, b) => a + b, 0);
      expect(sum).toBeCloseTo(0.875, 4);
    }
  });

  test("mirrored directions leave mirrored deposits", () => {
    const source = new Float32Array(3 * count).map((_, n) => ((n * 7919) % 101) / 101);
    const mirrored = new Float32Array(3 * count);
    for (let j = 0; j < 11; j++) {
      for (let i = 0; i < 9; i++) {
        const from = 3 * 40 * (i + 9 * j);
        mirrored.set(source.subarray(from, from + 120), 3 * 40 * (8 - i + 9 * j));
      }
    }
    const run = (states: Float32Array, u: [number, number, number]) => {
      const deposit = new Float32Array(count);
      const matter = uniformMatter(count, 1);
      sweepCone(box, matter, u, lengths, states, wholeBox(size), 1, 0, deposit, sweepScratch());
      return deposit;
    };
    const a = run(source, [0.48, 0.36, 0.8]);
    const b = run(mirrored, [-0.48, 0.36, 0.8]);
    for (let j = 0; j < 11; j++) {
      for (let i = 0; i < 9; i++) {
        for (let k = 0; k < 40; k++) {
          expect(b[k + 40 * (8 - i + 9 * j)]).toBe(a[k + 40 * (i + 9 * j)]);
        }
      }
    }
  });

  test("distances scale with density: half the voxels at twice the density, the same deposits", () => {
    const source = new Float32Array(3 * count).map((_, n) => ((n * 31) % 17) / 17);
    const run = (spacing: number, density: number) => {
      const deposit = new Float32Array(count);
      const scaled = { size, spacingMm: [spacing, spacing, spacing] as const };
      const matter = uniformMatter(count, density);
      sweepCone(
        scaled,
        matter,
        [0.36, 0.48, 0.8],
        lengths,
        source,
        wholeBox(size),
        1,
        0,
        deposit,
        sweepScratch(),
      );
      return deposit;
    };
    expect(run(0.5, 2)).toEqual(run(1, 1));
  });
});

describe("all cones", () => {
  test("uniform release in matter wider than the electrons' range: dose = released energy", async () => {
    const n = 41;
    const box = {
      size: [n, n, n] as const,
      spacingMm: [2, 2, 2] as const,
      firstMm: [0, 0, 0] as const,
    };
    const voxels = Int32Array.from({ length: n ** 3 }, (_, v) => v);
    const energy = new Float32Array(n ** 3).fill(1);
    const { depositMeV } = await sweepAllCones(
      box,
      uniformMatter(n ** 3, 1),
      { voxels, energy },
      1,
      collapse("primary", 2),
      "primary",
      {},
    );
    const middle = 20 + n * (20 + n * 20);
    expect(Math.abs(depositMeV[middle]! - 1)).toBeLessThan(0.003);
  });

  test("10 mm beam of 2 MeV against the kernel itself, superposed voxel by voxel", async () => {
    const size = [17, 17, 24] as const;
    const count = 17 * 17 * 24;
    const box = { size, spacingMm: [2, 2, 2] as const, firstMm: [-16, -16, 1] as const };
    const source = new Float64Array(count);
    const voxels: number[] = [];
    for (let j = 6; j < 11; j++) {
      for (let i = 6; i < 11; i++) {
        for (let k = 0; k < 24; k++) voxels.push(k + 24 * (i + 17 * j));
      }
    }
    for (const v of voxels) source[v] = 1;
    const energyIndex = kernels.energiesMeV.findIndex((e) => Math.abs(e - 2) < 1e-9);
    for (const part of ["primary", "scatter"] as const) {
      const direct = directSuperposition(box, kernels, part, energyIndex, source);
      let share = 0;
      for (let n = 0; n < 48 * 24; n++) share += kernels.primary[energyIndex * 48 * 24 + n]!;
      const energy = new Float32Array(voxels.length).fill(part === "primary" ? share : 1 - share);
      const { depositMeV } = await sweepAllCones(
        box,
        uniformMatter(count, 1),
        { voxels: Int32Array.from(voxels), energy },
        1,
        collapse(part, 2),
        part,
        {},
      );
      const axis = (values: ArrayLike<number>, k: number) => values[k + 24 * (8 + 17 * 8)]!;
      const plane = (values: ArrayLike<number>, k: number) => {
        let sum = 0;
        for (let c = 0; c < 17 * 17; c++) sum += values[k + 24 * c]!;
        return sum;
      };
      const most = axis(direct, 20);
      for (let k = 4; k < 20; k++) {
        // Voxels of the scatter kernel carry 3 to 5 % noise, which the fits smooth.
        const onAxis = Math.abs(axis(depositMeV, k) - axis(direct, k)) / most;
        expect(onAxis, `${part}, axis, layer ${k}`).toBeLessThan(part === "primary" ? 0.02 : 0.12);
        const inPlane = Math.abs(plane(depositMeV, k) / plane(direct, k) - 1);
        expect(inPlane, `${part}, plane, layer ${k}`).toBeLessThan(part === "primary" ? 0.015 : 0.03);
      }
    }
  });
});
