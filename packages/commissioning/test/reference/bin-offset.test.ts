import { describe, expect, it } from "vitest";
import { binOffsetOf } from "../../src/reference/bin-offset.ts";
import type { FileCurve, PhotonReference, RegionSample } from "../../src/reference/reference-file.ts";

/** A case of water with an exponential on the axis, one bin of which is off by a part. */
function caseWithOffset(part: number, material = "water"): { file: PhotonReference; profile: FileCurve } {
  const doseAt = (z: number) => Math.exp(-0.005 * z) * (Math.abs(z - 100) < 1 ? 1 + part : 1);
  const sample = (z: number, x: number): RegionSample =>
    ({
      positionMm: x === 0 ? z : x,
      depthLowMm: z - 2.5,
      depthHighMm: z + 2.5,
      offAxisLowMm: x,
      offAxisHighMm: x,
      value: doseAt(z),
      sigma: 0.003 * doseAt(z),
    }) as RegionSample;
  const common = { quantity: "dose-to-medium", lateral: "point" };
  const axis = {
    ...common,
    name: "axis",
    along: "depth",
    samples: Array.from({ length: 40 }, (_, i) => sample(5 * (i + 1), 0)),
  } as unknown as FileCurve;
  const profile = {
    ...common,
    name: "profile",
    along: "off-axis",
    samples: [sample(100, 0), sample(100, 5)],
  } as unknown as FileCurve;
  const densityGPerCm3 = material === "water" ? 1 : 0.26;
  const file = {
    phantom: { kind: "slabs", layers: [{ material, thicknessMm: 300 }] },
    materials: { [material]: { densityGPerCm3 } },
    curves: [axis, profile],
  } as unknown as PhotonReference;
  return { file, profile };
}

describe("a depth bin that lies off its neighbours", () => {
  it.each([0.006, -0.02, 0])("is found: by %d", (part) => {
    const { file, profile } = caseWithOffset(part);
    const found = binOffsetOf(file, profile)!;
    expect(found.percent).toBeCloseTo(100 * part, 6);
    // The bin's own 0.3 % and what 18 neighbours leave.
    expect(found.sigmaPercent).toBeGreaterThan(0.3);
    expect(found.sigmaPercent).toBeLessThan(0.4);
  });
  it("is not looked for in depth curves, nor in lung", () => {
    const { file } = caseWithOffset(0.01);
    expect(binOffsetOf(file, file.curves[0]!)).toBeUndefined();
    const lung = caseWithOffset(0.01, "lung");
    expect(binOffsetOf(lung.file, lung.profile)).toBeUndefined();
  });
});
