import type { PatientPoint, Structure, Vec3, Volume } from "@isodose/core";
import type { ComparisonInput } from "./comparison-input.ts";
import {
  differenceLevelsGy,
  differenceScaleGy,
  renderDifferenceScale,
  signedGy,
} from "./difference-scale.ts";
import { escapeHtml, formatNumber } from "./escape-html.ts";
import { fieldOfView } from "./field-of-view.ts";
import { planLetter, structureStyles } from "./palette.ts";
import { renderDifference } from "./render-difference.ts";
import { sampleSlice } from "./sample-slice.ts";
import {
  type BoxMm,
  boxOfVolume,
  intersectBoxes,
  SLICE_VIEWS,
  type SliceAxis,
  windowOfBox,
} from "./slice-geometry.ts";

const AXES: readonly SliceAxis[] = ["axial", "sagittal", "coronal"];
/** Around a point that lies outside the usual field of view, mm. */
const AROUND_POINT_MM = 20;
const ROW_HEIGHT_PX = 330;
/** All maps together have about so many pixels: a page of any number of plans stays small. */
const ALL_PIXELS = 300_000;
const FINEST_PIXEL_MM = 0.75;

/** The section of a comparison with the dose differences: three slices through each point, one colour scale for all. */
export function differenceMaps(input: ComparisonInput, structures: readonly Structure[]): string {
  if (input.differences.length === 0) return "";
  const box = sharedBox(input);
  const maps = input.differences.flatMap((item) =>
    item.points.flatMap((point) => AXES.map((axis) => ({ item, point, axis }))),
  );
  const pixelMm = pixelSizeMm(box, maps.length / AXES.length);
  let largestGy = 0;
  for (const { item, point, axis } of maps) {
    const window = windowOfBox(axis, point.positionMm[SLICE_VIEWS[axis].across], box);
    for (const gy of sampleSlice(item.difference, window, pixelMm, Number.NaN).values) {
      if (Math.abs(gy) > largestGy) largestGy = Math.abs(gy);
    }
  }
  const scaleGy = differenceScaleGy(largestGy);
  const targetName = input.plans[0]!.targetName;
  const size = box.max.map((c, a) => c - box.min[a]!);
  // Three pictures of one height: their widths are as their sides.
  const ratios = AXES.map((axis) => size[SLICE_VIEWS[axis].right]! / size[SLICE_VIEWS[axis].down]!);
  const columns = ratios.map((ratio) => `${ratio.toFixed(3)}fr`).join(" ");

  const sections = input.differences.map((item) => {
    const title = `${planLetter(item.plan)} − A: ${escapeHtml(input.plans[item.plan]!.label)} minus ${escapeHtml(input.plans[0]!.label)}`;
    const rows = item.points.map((point) => {
      const figures = AXES.map((axis, n) => {
        const svg = renderDifference({
          ct: input.ct,
          difference: item.difference,
          scaleGy,
          structures,
          axis,
          positionMm: point.positionMm[SLICE_VIEWS[axis].across],
          targetName,
          pointMm: point.positionMm,
          boxMm: box,
          widthPx: Math.round(ROW_HEIGHT_PX * ratios[n]!),
          pixelMm,
        });
        return `<figure>${svg}</figure>`;
      });
      const place = point.positionMm.map((c) => formatNumber(c, 1)).join(", ");
      return `<p>Through the ${escapeHtml(point.text)}, at LPS ${place} mm</p><div class="maps" style="grid-template-columns: ${columns}">${figures.join("")}</div>`;
    });
    return `<h3>${title}</h3><p class="soft">${escapeHtml(`${rangeText(item.difference)} ${item.gridNote}`)}</p>${rows.join("")}`;
  });
  const minus = input.differences.length === 1 ? `${planLetter(input.differences[0]!.plan)} − A` : "plan − A";
  const levels = differenceLevelsGy(scaleGy).map((gy) => doseText(gy));
  const nothing = largestGy <= 1e-5 ? "<p><b>No difference in any of these slices.</b></p>" : "";
  return `<h2>Dose differences</h2>
<p class="soft">Orange and full lines: more dose than in A. Blue and dashed lines: less. Lines at ± ${levels.join(" and ± ")}. One scale for all maps.</p>
${nothing}${renderDifferenceScale(scaleGy, `${minus} (Gy)`)}
${sections.join("\n")}
${legend(structures, targetName)}`;
}

function doseText(gy: number): string {
  return `${signedGy(gy).replace("+", "")} Gy`;
}

/** Largest differences to both sides, over all voxels. */
function rangeText(difference: Volume): string {
  let low = 0;
  let high = 0;
  for (const gy of difference.values.data) {
    if (gy < low) low = gy;
    if (gy > high) high = gy;
  }
  return `All voxels: ${signedGy(low)} to ${signedGy(high)} Gy.`;
}

/** The usual field of view around the target, wide enough for every point of the maps. */
function sharedBox(input: ComparisonInput): BoxMm {
  const { ct, dose, plans } = input;
  const [plan] = plans;
  const target = input.structures.find((s) => s.name === plan!.targetName);
  const points = input.differences.flatMap((item) => item.points.map((point) => point.positionMm));
  const center: PatientPoint = points[0] ?? plan!.doseMax.positionMm;
  const view = fieldOfView(ct, dose, target, center, plan!.prescription.doseGy);
  const bound = (pick: "min" | "max", sign: 1 | -1): Vec3 =>
    view[pick].map((edge, a) =>
      Math[pick](edge, ...points.map((p) => p[a]! + sign * AROUND_POINT_MM)),
    ) as never;
  return intersectBoxes({ min: bound("min", -1), max: bound("max", 1) }, boxOfVolume(ct)) ?? view;
}

/** As fine as all maps together allow. */
function pixelSizeMm(box: BoxMm, rows: number): number {
  const [x, y, z] = box.max.map((c, a) => c - box.min[a]!) as [number, number, number];
  return Math.max(FINEST_PIXEL_MM, Math.sqrt((rows * (x * y + y * z + x * z)) / ALL_PIXELS));
}

function legend(structures: readonly Structure[], targetName: string): string {
  const styles = structureStyles(
    structures.map((s) => s.name),
    targetName,
  );
  const items = structures.map(
    ({ name }) =>
      `<span><i style="border-color:${styles.get(name)!.sliceColor}"></i>${escapeHtml(name)}${name === targetName ? " (target, thick)" : ""}</span>`,
  );
  return `<div class="legend">${items.join("")}<span>✛ the point</span></div>`;
}
