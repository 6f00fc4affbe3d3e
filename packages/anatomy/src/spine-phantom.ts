import {
  AXIAL_DIRECTION,
  type Grid,
  InvalidInputError,
  type Patient,
  type Structure,
  uidFromText,
  uniformStream,
  type Warning,
} from "@isodose/core";
import { contourSolid, type Solid } from "@isodose/geometry";
import type { BodyOutline } from "./body-outline.ts";
import { involvedSectors } from "./cox-sectors.ts";
import { holdsCord } from "./lesion-solids.ts";
import { isOsseous, type LesionSpec } from "./lesion-spec.ts";
import { paintVolume } from "./paint-volume.ts";
import { checkPhantomOptions, type PhantomRequest, type SpinePhantomOptions } from "./phantom-options.ts";
import type { PhantomPart } from "./phantom-part.ts";
import { type PhantomScene, phantomScene } from "./phantom-scene.ts";
import { type Drawn, drawnStructures } from "./phantom-structures.ts";
import type { SpineLine } from "./spine-line.ts";
import type { CoxSector } from "./vertebra.ts";

/** A lesion of the phantom, with what follows from it. */
export interface PhantomLesion extends LesionSpec {
  /** Names of its structures: "GTV_L1", … */
  readonly gtvName: string;
  readonly ctvName: string;
  readonly ptvName: string;
  /** Sectors that it involves and that its CTV covers; empty for lesions that are not in the bone. */
  readonly involvedSectors: readonly CoxSector[];
  readonly ctvSectors: readonly CoxSector[];
}

/** A phantom: a patient like any other, and the exact shapes behind it. */
export interface SpinePhantom {
  readonly patient: Patient;
  /** What the images show, in the order of painting: later over earlier. */
  readonly parts: readonly PhantomPart[];
  readonly lesions: readonly PhantomLesion[];
  /** By structure name, cc: in closed form or by chords to 0.1 %, not from contours or voxels; computed when read. */
  readonly exactVolumesCc: Readonly<Record<string, number>>;
  /** By structure name: LPS, mm. */
  readonly solids: Readonly<Record<string, Solid>>;
  readonly warnings: readonly Warning[];
}

/** Image beyond the first and last vertebra, and air around the body, mm. */
const BEYOND_MM = 30;
const AIR_MM = 5;
/** What a CT stores: 12 bits. */
const [LEAST_HU, MOST_HU] = [-1024, 3071];

/**
 * A spine phantom: vertebrae from C1 to S1 with discs, canal, sac, cord, conus, cauda equina and roots, the organs around
 * them, and lesions, as CT and contours. The origin is the middle of the first lesion's vertebral body.
 *
 * The shapes are exact solids; the CT samples them with 2 × 2 × 2 points per voxel, the contours lie on them in every
 * slice. Sizes are unverified defaults. The same options give the same phantom, UIDs and noise included.
 *
 * @throws InvalidInputError if an option is unknown or impossible: see {@link SpinePhantomOptions} and {@link LesionSpec}
 * @example spinePhantom({ level: "T6", lesion: "epidural" }).exactVolumesCc.PTV_T6 // cc
 */
export function spinePhantom(options: SpinePhantomOptions = {}): SpinePhantom {
  const request = checkPhantomOptions(options);
  const scene = phantomScene(request, options.curvature, options.hardware, (spine) =>
    zRange(request, options, spine),
  );
  const [lowMm, highMm] = zRange(request, options, scene.spine);
  const across = acrossRange(request, options, scene.body, lowMm, highMm);
  const grid = across.grid(lowMm, highMm);

  // The patient's position and the noise change no anatomy: the same UIDs would be wrong, so all options count.
  const uid = (part: string) => uidFromText(`isodose spine phantom ${JSON.stringify(options)} ${part}`);
  const frameOfReferenceUid = uid("frame of reference");
  const zPlanesMm = Array.from({ length: grid.size[2] }, (_, k) => grid.originMm[2] + k * grid.spacingMm[2]);
  const all = drawnStructures(request, scene, lowMm, highMm, across.cutMm).map((one) => ({
    ...one,
    contours: contourSolid(one.solid, zPlanesMm, one.resolutionMm),
  }));
  const gtvs = all.filter(({ name }) => name.startsWith("GTV_"));
  gtvs.forEach(({ contours }, n) => {
    if (contours.length > 0) return;
    const { level, location } = request.lesions[n]!;
    throw new InvalidInputError(
      `lesions[${n}]`,
      `${location} of ${level}`,
      "a lesion inside the image (levels, sizeVoxels)",
    );
  });
  const drawn = all.filter(({ contours }) => contours.length > 0);
  const structures = drawn.map(
    ({ name, type, colorRgb, contours }, n): Structure => ({
      name,
      number: n + 1,
      type,
      colorRgb,
      contours,
      frameOfReferenceUid,
    }),
  );
  const ct = paintVolume(scene.parts, grid, (tissue) => tissue.hu, "HU", frameOfReferenceUid);
  finishHu(ct.values.data, request);
  const warnings = phantomWarnings(request, scene, across.cutMm !== undefined);
  return {
    patient: {
      identity: {
        name: "ISODOSE^PHANTOM",
        id: `ISODOSE-${request.originLevel}`,
        studyInstanceUid: uid("study"),
        studyId: "1",
        studyDate: "",
      },
      position: request.position,
      ct,
      structures,
      references: {
        ctSeriesInstanceUid: uid("CT series"),
        ctSopInstanceUids: zPlanesMm.map((_, k) => uid(`CT slice ${k}`)),
        structureSetSopInstanceUid: uid("structure set"),
      },
      ...(warnings.length > 0 && { warnings }),
    },
    parts: scene.parts,
    lesions: phantomLesions(
      request,
      scene,
      gtvs.map(({ name }) => name),
    ),
    exactVolumesCc: lazyVolumes(drawn),
    solids: Object.fromEntries(drawn.map(({ name, solid }) => [name, solid])),
    warnings,
  };
}

/** Volumes by name, each computed when it is first read. */
function lazyVolumes(drawn: readonly Drawn[]): Readonly<Record<string, number>> {
  const volumes: Record<string, number> = {};
  for (const { name, volumeCc } of drawn) {
    let known: number | undefined;
    Object.defineProperty(volumes, name, {
      enumerable: true,
      get: () => {
        known ??= volumeCc();
        return known;
      },
    });
  }
  return volumes;
}

/** First and last face of the image along z: on whole slices from the origin. */
function zRange(
  request: PhantomRequest,
  { sizeVoxels }: SpinePhantomOptions,
  spine: SpineLine,
): readonly [number, number] {
  const [top, bottom] = [spine.vertebrae[request.first]!, spine.vertebrae[request.last]!];
  const high = top.centreMm[2] + top.d.bodyHeightMm / 2 + BEYOND_MM;
  const low = bottom.centreMm[2] - bottom.d.bodyHeightMm / 2 - BEYOND_MM;
  const sz = request.spacingMm[2];
  if (!sizeVoxels) return [Math.floor(low / sz) * sz, Math.ceil(high / sz) * sz];
  const first = Math.round((low + high) / 2 / sz - sizeVoxels[2] / 2) * sz;
  return [first, first + sizeVoxels[2] * sz];
}

function acrossRange(
  { spacingMm: [sx, sy, sz], spacingMm }: PhantomRequest,
  { sizeVoxels }: SpinePhantomOptions,
  { section }: BodyOutline,
  lowMm: number,
  highMm: number,
) {
  let [half, front, back] = [0, Infinity, -Infinity];
  for (let z = lowMm; z <= highMm; z += 1) {
    half = Math.max(half, section.a(z));
    front = Math.min(front, section.y(z) - section.b(z));
    back = Math.max(back, section.y(z) + section.b(z));
  }
  const nx = sizeVoxels?.[0] ?? Math.ceil((2 * (half + AIR_MM)) / sx);
  const ny = sizeVoxels?.[1] ?? Math.ceil((back - front + 2 * AIR_MM) / sy);
  const middleY = (front + back) / 2;
  const [minX, minY] = [(-nx / 2) * sx, Math.round(middleY / sy - ny / 2) * sy];
  const [maxX, maxY] = [minX + nx * sx, minY + ny * sy];
  const cuts = minX > -half || maxX < half || minY > front || maxY < back;
  return {
    cutMm: cuts ? ([minX, maxX, minY, maxY] as const) : undefined,
    grid: (low: number, high: number): Grid => ({
      size: [nx, ny, Math.round((high - low) / sz)],
      spacingMm,
      originMm: [minX + sx / 2, minY + sy / 2, low + sz / 2],
      direction: AXIAL_DIRECTION,
    }),
  };
}

/** Noise, then whole HU within what a CT stores. */
function finishHu(hu: Float32Array, { noiseHu, seed }: PhantomRequest): void {
  const uniform = uniformStream(seed, 0);
  for (let n = 0; n < hu.length; n++) {
    let value = hu[n]!;
    // Box and Muller, one of the pair.
    if (noiseHu > 0)
      value += noiseHu * Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
    hu[n] = Math.min(MOST_HU, Math.max(LEAST_HU, Math.round(value)));
  }
}

function phantomLesions(
  request: PhantomRequest,
  scene: PhantomScene,
  gtvs: readonly string[],
): PhantomLesion[] {
  return request.lesions.map((lesion, n) => {
    const suffix = gtvs[n]!.slice(4);
    return {
      ...lesion,
      gtvName: `GTV_${suffix}`,
      ctvName: `CTV_${suffix}`,
      ptvName: `PTV_${suffix}`,
      involvedSectors: involvedSectors(lesion),
      ctvSectors: scene.targets[n]!.ctvSectors,
    };
  });
}

function phantomWarnings(request: PhantomRequest, scene: PhantomScene, cut: boolean): Warning[] {
  const warnings: Warning[] = [];
  request.lesions.forEach((lesion, n) => {
    const grade = lesion.bilskyGrade ?? "0";
    const v = scene.spine.at(lesion.level);
    if (isOsseous(lesion.location) && ["1c", "2", "3"].includes(grade) && !holdsCord(v, scene.neural)) {
      warnings.push({
        code: "BILSKY_BELOW_CONUS",
        message: `lesion ${n + 1} at ${lesion.level}: no cord there; Bilsky ${grade} is drawn against the cauda equina`,
      });
    }
    if (!scene.targets[n]!.sparesCord) {
      warnings.push({
        code: "PTV_IN_CORD",
        message: `lesion ${n + 1} at ${lesion.level} is intramedullary: its PTV keeps the cord's planning volume`,
      });
    }
  });
  if (cut)
    warnings.push({
      code: "BODY_CUT",
      message: "the image is narrower than the body: structures end at its faces",
    });
  return warnings;
}
