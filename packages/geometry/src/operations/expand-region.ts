import { type Volume, voxelVolumeMm3, type Warning } from "@isodose/core";
import { growFractions } from "./grow-fractions.ts";
import { type MarginsMm, marginsAlongGrid } from "./margins-along-grid.ts";
import {
  assertRegion,
  assertResolved,
  boxOfRegion,
  cutOutWidened,
  putBack,
  type VoxelBox,
} from "./region.ts";
import { thinSheets } from "./thin-sheets.ts";

/** What a margin could not do, and how much of the region that is. */
export interface MarginWarning extends Warning {
  readonly code: "MARGIN_CUT_BY_GRID" | "MARGIN_THIN_PARTS" | "MARGIN_LEAVES_NOTHING" | "MARGIN_COARSE";
  /** Volume that the warning is about, cc; undefined for MARGIN_COARSE. */
  readonly amountCc?: number;
}

/** A region with what should be known about how it was made. */
export interface ExpandedRegion extends Volume {
  /** Empty if the margin was made as asked. */
  readonly warnings: readonly MarginWarning[];
}

/** Less than this part of a voxel is no finding. */
const LEAST_VOXELS = 1e-3;

/**
 * A region grown by a margin, or shrunk by a negative one.
 *
 *   result = { p : |(p − q) / m| ≤ 1 for some q in the region }
 *
 * with m the margin towards p from q on each axis: a ball for one number, eight octants of ellipsoids for six. Shrinking grows the outside
 * by the mirrored margins. The surface is located within the voxels ({@link signedDistanceMm}) and moved by the margin; the
 * result's fractions are those of its tangent planes, so that margins add up without steps of whole voxels. A face towards a
 * margin of 0 stays as it is. A structure or a solid says more than its fractions: {@link expandStructure}.
 *
 * At the edge of the grid the region goes on: a region that reaches it does not shrink from there, and what would grow
 * beyond is cut. `warnings` of the result say what was cut (`MARGIN_CUT_BY_GRID`: the grown region's volume beyond the grid, as far as
 * the margin reaches), what filled no voxel by half (`MARGIN_THIN_PARTS`: grown from its right thickness, its place good to half a
 * voxel; gone if the region shrinks) and whether nothing is left (`MARGIN_LEAVES_NOTHING`).
 *
 * @param region - unit "fraction"
 * @param marginsMm - mm, all ≥ 0 (grow) or all ≤ 0 (shrink)
 * @throws InvalidInputError if a margin is not finite or signs are mixed, or `region` is no region
 * @throws UnsupportedError if margins differ and the grid's axes are not those of the patient; or the region has volume,
 * but no voxel that is half full
 */
export function expandRegion(region: Volume, marginsMm: number | MarginsMm): ExpandedRegion {
  assertRegion(region);
  const { plus, minus, shrinks } = marginsAlongGrid(region.grid, marginsMm);
  const whole: VoxelBox = { first: [0, 0, 0], size: region.grid.size };
  const unchanged = () => ({ ...putBack(region, whole, region.values.data), warnings: [] });
  if (Math.max(...plus, ...minus) === 0) return unchanged();
  assertResolved(region, "a margin");
  const { spacingMm, size: gridSize } = region.grid;
  const three = (of: (axis: 0 | 1 | 2) => number) => [of(0), of(1), of(2)] as const;
  const voxels = (m: readonly [number, number, number]) =>
    three((a) => (shrinks ? 0 : Math.ceil(m[a] / spacingMm[a])));
  const up = voxels(plus);
  const down = voxels(minus);
  const around = boxOfRegion(
    region,
    three((a) => 3 + Math.max(up[a], down[a])),
  );
  if (!around) return unchanged();
  // Growth beyond the grid is worked out as well, so that it can be told how much is cut.
  const occupied = boxOfRegion(region, [0, 0, 0])!;
  const before = three((a) => (occupied.first[a] - down[a] < 0 ? down[a] : 0));
  const after = three((a) => (occupied.first[a] + occupied.size[a] + up[a] > gridSize[a] ? up[a] : 0));
  const box: VoxelBox = {
    first: three((a) => around.first[a] - before[a]),
    size: three((a) => around.size[a] + before[a] + after[a]),
  };
  const data = cutOutWidened(region, box);
  if (shrinks) for (let v = 0; v < data.length; v++) data[v] = 1 - data[v]!;
  const { fractions, thinVoxels } = growFractions(data, box.size, spacingMm, plus, minus, shrinks);
  if (shrinks) for (let v = 0; v < fractions.length; v++) fractions[v] = 1 - fractions[v]!;

  const result = putBack(region, box, fractions);
  const ccPerVoxel = voxelVolumeMm3(region.grid) / 1000;
  const inGrid = sumOf(result.values.data);
  const cutVoxels = sumOf(fractions) - inGrid;
  const thin = shrinks ? thinSheets(region.values.data, gridSize, spacingMm, () => {}) : thinVoxels;
  const warnings: MarginWarning[] = [];
  const warn = (code: MarginWarning["code"], amountCc: number, text: string) =>
    warnings.push({ code, amountCc, message: `${amountCc.toPrecision(3)} cc ${text}` });
  if (!shrinks && cutVoxels > LEAST_VOXELS)
    warn("MARGIN_CUT_BY_GRID", cutVoxels * ccPerVoxel, "of the grown region lie beyond the grid and are cut");
  if (thin > LEAST_VOXELS)
    warn(
      "MARGIN_THIN_PARTS",
      thin * ccPerVoxel,
      shrinks
        ? "of the region fill no voxel by half and are gone"
        : "of the region fill no voxel by half; their place is good to half a voxel",
    );
  if (shrinks && !(inGrid > LEAST_VOXELS))
    warn(
      "MARGIN_LEAVES_NOTHING",
      sumOf(region.values.data) * ccPerVoxel,
      "are all of the region: nothing is left",
    );
  return { ...result, warnings };
}

function sumOf(data: Float32Array): number {
  let sum = 0;
  for (let v = 0; v < data.length; v++) sum += data[v]!;
  return sum;
}
