import { createVolume, type Volume } from "@isodose/core";
import { type GammaRequest, type GammaTestVector, gammaIndex, gammaTestVectors } from "@isodose/dvh";
import { describe, expect, it } from "vitest";

const vectors = gammaTestVectors();

describe.each(vectors.map((vector) => [vector.name, vector] as const))("%s", (_, vector) => {
  it("has the gamma of its closed form at every expected voxel", async () => {
    const { gamma } = await gammaIndex(vector.request);
    expect(vector.expected.length).toBeGreaterThan(0);
    const errors = vector.expected.map(({ voxel: [i, j, k], gamma: exact }) =>
      Math.abs(gamma.values.get(k, j, i) - exact),
    );
    expect(Math.max(...errors)).toBeLessThan(vector.tolerance);
  });
});

describe("published file", () => {
  it("holds the same vectors", async () => {
    await expect(`${JSON.stringify(vectors.map(asJson))}\n`).toMatchFileSnapshot(
      "../../test-vectors/gamma.json",
    );
  });

  it("can be read back and compared by someone else", async () => {
    const read = JSON.parse(JSON.stringify(vectors.map(asJson))) as ReturnType<typeof asJson>[];
    const shifted = read.find(({ name }) => name === "shifted ramp")!;
    const volume = ({ grid, doseGy }: { grid: Volume["grid"]; doseGy: number[] }) =>
      createVolume(grid, "Gy", "1.2", Float32Array.from(doseGy));
    const { reference, evaluated, ...criteria } = shifted;
    const { gamma } = await gammaIndex({
      ...(criteria.criteria as Omit<GammaRequest, "reference" | "evaluated">),
      reference: volume(reference),
      evaluated: volume(evaluated),
    });
    for (const { voxel, gamma: exact } of shifted.expected)
      expect(gamma.values.get(voxel[2], voxel[1], voxel[0])).toBeCloseTo(exact, 3);
  });
});

function asJson({ name, derivation, request, expected, tolerance }: GammaTestVector) {
  const { reference, evaluated, ...criteria } = request;
  const plain = ({ grid, values }: Volume) => ({ grid, doseGy: Array.from(values.data) });
  return {
    name,
    derivation,
    criteria,
    reference: plain(reference),
    evaluated: plain(evaluated),
    expected,
    tolerance,
  };
}
