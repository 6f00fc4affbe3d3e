import { type Panel, type PanelLine, type PanelPoint, panelGroup, svgPicture } from "./draw-panel.ts";
import { photonScene, pointOfSample } from "./photon-scene.ts";
import type { ComputedReference } from "./reference-engine.ts";
import type { FileVolume, PhotonReference } from "./reference-file.ts";

/** What one engine found for the case that is drawn. */
export interface DrawnEngine {
  readonly engine: string;
  readonly found: ComputedReference;
}

/** One colour an engine, legible on white and on dark; told apart by dashes too. */
const LOOKS: Readonly<Record<string, { colour: string; dash: string }>> = {
  "monte-carlo": { colour: "#2f7ed8", dash: "" },
  "collapsed-cone": { colour: "#d95f02", dash: "6 3" },
  "ray-trace": { colour: "#1b9e77", dash: "2 2" },
};
const OTHER_LOOK = { colour: "#7570b3", dash: "8 2 2 2" };
/** Points of the line through a volume, mm apart. */
const LINE_STEP_MM = 2.5;

/**
 * A case as a picture (SVG): every curve with the reference's points and standard errors and a line for each engine, below it the
 * deviation in % of the reference dose on the axis at the same depth. Volumes are drawn along the field's axis.
 */
export function drawReference(file: PhotonReference, engines: readonly DrawnEngine[]): string {
  const panels: Panel[] = [];
  file.curves.forEach((curve, i) => {
    const lines: PanelLine[] = [];
    for (const { engine, found } of engines) {
      const computed = found.curves[i];
      if (computed === undefined || typeof computed === "string") continue;
      lines.push({
        name: engine,
        ...(LOOKS[engine] ?? OTHER_LOOK),
        x: curve.samples.map((s) => s.positionMm),
        y: [...computed.values],
      });
    }
    const points = curve.samples.map((s): PanelPoint => ({ x: s.positionMm, y: s.value, sigma: s.sigma }));
    const axis = curve.along === "depth" ? undefined : Math.max(...points.slice(0, 1).map((p) => p.y));
    panels.push({
      title: `${curve.name} (${curve.quantity})`,
      xLabel: curve.along === "depth" ? "depth, mm" : "distance from the axis, mm",
      yLabel: curve.unit,
      points,
      lines,
      percentOf: (k) => axis ?? points[k]!.y,
    });
  });
  file.volumes.forEach((volume, i) => {
    panels.push(volumePanel(file, volume, engines, i));
  });
  return svgPicture(file.title, panels.map(panelGroup));
}

function volumePanel(
  file: PhotonReference,
  volume: FileVolume,
  engines: readonly DrawnEngine[],
  index: number,
): Panel {
  const scene = photonScene(file);
  const depths: number[] = [];
  const voxels: number[] = [];
  for (let depth = LINE_STEP_MM / 2; depth < 1000; depth += LINE_STEP_MM) {
    const voxel = voxelAt(volume, pointOfSample(scene, depth, 0));
    if (voxel < 0) break;
    depths.push(depth);
    voxels.push(voxel);
  }
  const maximum = voxels.reduce((most, v) => Math.max(most, volume.values[v]!), 0);
  const lines: PanelLine[] = [];
  for (const { engine, found } of engines) {
    const computed = found.volumes[index];
    if (computed === undefined || typeof computed === "string") continue;
    lines.push({
      name: engine,
      ...(LOOKS[engine] ?? OTHER_LOOK),
      x: depths,
      y: voxels.map((v) => computed.values[v]!),
    });
  }
  return {
    title: `${volume.name} along the axis (${volume.quantity})`,
    xLabel: "depth, mm",
    yLabel: volume.unit,
    points: voxels.map((v, k) => ({
      x: depths[k]!,
      y: volume.values[v]!,
      sigma: (volume.relativeSigma?.[v] ?? 0) * volume.values[v]!,
    })),
    lines,
    percentOf: () => maximum,
  };
}

function voxelAt({ size, spacingMm, originMm }: FileVolume, at: readonly number[]): number {
  const index = at.map((x, a) => Math.round((x - originMm[a]!) / spacingMm[a]!));
  if (index.some((i, a) => i < 0 || i >= size[a]!)) return -1;
  return index[0]! + size[0] * (index[1]! + size[1] * index[2]!);
}
