import {
  AXIAL_DIRECTION,
  type Grid,
  InvalidInputError,
  type Patient,
  type PatientPoint,
  type Radiograph,
  type RunControl,
  uidFromText,
  type Vec3,
  type Volume,
  yieldToEventLoop,
} from "@isodose/core";
import type { RigidTransform } from "@isodose/geometry";
import { paintVolume } from "../paint-volume.ts";
import type { PhantomPart } from "../phantom-part.ts";
import { castRadiograph } from "./cast-radiograph.ts";
import { RADIOGRAPH_VIEWS } from "./radiograph-views.ts";
import { type MrWeighting, renderMr } from "./render-mr.ts";
import { renderMyelogram } from "./render-myelogram.ts";

/** A kind of picture. "drr": the radiographs of {@link RADIOGRAPH_VIEWS}; "drr-contrast": the same after the myelogram. */
export type Modality = "ct" | "mr-t1" | "mr-t2" | "myelogram" | "drr" | "drr-contrast";

/** All there are. */
export const MODALITIES: readonly Modality[] = Object.freeze([
  "ct",
  "mr-t1",
  "mr-t2",
  "myelogram",
  "drr",
  "drr-contrast",
]);

const RADIOGRAPH_CSF_HU = 1200;

export interface PhantomImageOptions {
  readonly phantom: { readonly patient: Patient; readonly parts: readonly PhantomPart[] };
  /** Default all. */
  readonly modalities?: readonly Modality[];
  /** Seed of the noise. Default 1. */
  readonly seed?: number;
  /** Standard deviation of the MR's noise, in signal units (CSF on T2: 1000). Default 20. */
  readonly mrNoiseSigma?: number;
  /**
   * How the patient lay otherwise in the MR: rigid transform from the MR to the CT, LPS. Default: as in the CT, and in its frame of
   * reference; otherwise the MR has a frame of reference of its own, and must be registered.
   */
  readonly mrToCt?: RigidTransform;
  /** Voxel size of the MR, mm; default [1, 1, 2]. */
  readonly mrSpacingMm?: Vec3;
  /** Size of the MR, mm, around `isocenterMm`; default [200, 200, the length of the CT], cut to the CT. */
  readonly mrSizeMm?: Vec3;
  /** CT number of the CSF in the CT myelogram; default 300 HU. */
  readonly myelogramCsfHu?: number;
  /**
   * CT number of the CSF in the radiographs with contrast, which are taken before the contrast is diluted. Default 1200 HU, an
   * unverified default.
   */
  readonly radiographCsfHu?: number;
  /**
   * Voxel size of the picture of the solids that the radiographs are cast through, mm, 0.5 to 5; default 1. Finer than the CT, so that
   * its slices do not show as steps.
   */
  readonly radiographVoxelMm?: number;
  /** Point in the middle of the radiographs and of the MR, LPS, mm. Default: the middle of the first GTV, else of the CT. */
  readonly isocenterMm?: PatientPoint;
  /** Pixels of a radiograph across and down; default [320, 320], 1 mm on the detector. */
  readonly radiographSizePx?: readonly [number, number];
}

/** Pictures of one phantom; those not asked for are undefined. */
export interface PhantomImages {
  /** unit "HU": the phantom's own. */
  readonly ct?: Volume;
  /** unit "mr-signal": T1-weighted with contrast. */
  readonly mrT1?: Volume;
  /** unit "mr-signal": T2-weighted. */
  readonly mrT2?: Volume;
  /**
   * The patient with the myelogram as the CT (unit "HU"), in the same frame of reference, with UIDs of a series of its own: plan on it
   * with the structure ThecalSac overridden to water.
   */
  readonly myelogram?: Patient;
  /** One for each of {@link RADIOGRAPH_VIEWS}, in their order. */
  readonly radiographs?: readonly Radiograph[];
  /** The same with contrast in the CSF. */
  readonly contrastRadiographs?: readonly Radiograph[];
}

/**
 * A phantom as the images that a diagnosis uses, made of the exact solids behind it. The same input and seed give the same images.
 * @throws InvalidInputError for an unknown modality, or as {@link renderMr}, {@link renderMyelogram} and {@link castRadiograph}
 * @throws CancelledError if the signal is aborted
 * @example const { mrT2 } = await renderPhantomImages({ phantom: spinePhantom(), modalities: ["mr-t2"] })
 */
export async function renderPhantomImages(
  options: PhantomImageOptions,
  control: RunControl = {},
): Promise<PhantomImages> {
  const { phantom, modalities = MODALITIES, seed = 1, mrToCt, mrNoiseSigma } = options;
  const { patient, parts } = phantom;
  const { ct } = patient;
  for (const modality of modalities) {
    if (!MODALITIES.includes(modality))
      throw new InvalidInputError("modalities", modality, `one of ${MODALITIES.join(", ")}`);
  }
  const wants = (modality: Modality) => modalities.includes(modality);
  let done = 0;
  const next = async (stage: string): Promise<void> => {
    control.onProgress?.({ stage, done: done++, total: modalities.length });
    await yieldToEventLoop(control.signal);
  };
  const middleMm = options.isocenterMm ?? middleOfTarget(patient);
  const grid = mrGrid(options, ct.grid, middleMm);
  const mrFrame = mrToCt
    ? uidFromText(`mr frame of ${ct.frameOfReferenceUid} ${mrToCt.join(" ")}`)
    : undefined;
  const mr = async (weighting: MrWeighting): Promise<Volume> => {
    await next(weighting === "t2" ? "T2-weighted MR" : "T1-weighted MR");
    return renderMr({
      parts,
      grid,
      weighting,
      seed,
      frameOfReferenceUid: mrFrame ?? ct.frameOfReferenceUid,
      ...(mrToCt && { mrToCt }),
      ...(mrNoiseSigma !== undefined && { noiseSigma: mrNoiseSigma }),
    });
  };
  const fine = radiographGrid(options, ct.grid);
  const radiographs = async (suffix: string, csfHu?: number): Promise<Radiograph[]> => {
    await next(`radiographs${suffix}`);
    const { frameOfReferenceUid } = ct;
    const solids =
      csfHu === undefined
        ? paintVolume(parts, fine, ({ hu }) => hu, "HU", frameOfReferenceUid)
        : renderMyelogram({ parts, grid: fine, frameOfReferenceUid, csfHu });
    const made: Radiograph[] = [];
    for (const { name, directionToSource } of RADIOGRAPH_VIEWS) {
      made.push(
        await castRadiograph(
          {
            ct: solids,
            isocenterMm: middleMm,
            directionToSource,
            position: patient.position,
            label: `${name}${suffix}`,
            ...(options.radiographSizePx && { sizePx: options.radiographSizePx }),
          },
          control.signal ? { signal: control.signal } : {},
        ),
      );
    }
    return made;
  };

  const mrT1 = wants("mr-t1") ? await mr("t1-contrast") : undefined;
  const mrT2 = wants("mr-t2") ? await mr("t2") : undefined;
  const { myelogramCsfHu, radiographCsfHu = RADIOGRAPH_CSF_HU } = options;
  let myelogram: Patient | undefined;
  if (wants("myelogram")) {
    await next("myelogram");
    const painted = renderMyelogram({
      parts,
      grid: ct.grid,
      frameOfReferenceUid: ct.frameOfReferenceUid,
      ...(myelogramCsfHu !== undefined && { csfHu: myelogramCsfHu }),
    });
    myelogram = withCt(patient, painted);
  }
  const plain = wants("drr") ? await radiographs("") : undefined;
  const contrast = wants("drr-contrast") ? await radiographs(" with contrast", radiographCsfHu) : undefined;
  return {
    ...(wants("ct") && { ct }),
    ...(mrT1 && { mrT1 }),
    ...(mrT2 && { mrT2 }),
    ...(myelogram && { myelogram }),
    ...(plain && { radiographs: plain }),
    ...(contrast && { contrastRadiographs: contrast }),
  };
}

function withCt(patient: Patient, ct: Volume): Patient {
  const uid = (text: string) => uidFromText(`myelogram ${text}`);
  const { references } = patient;
  return {
    ...patient,
    ct,
    references: {
      ...references,
      ctSeriesInstanceUid: uid(references.ctSeriesInstanceUid),
      ctSopInstanceUids: references.ctSopInstanceUids.map(uid),
      structureSetSopInstanceUid: uid(references.structureSetSopInstanceUid),
    },
  };
}

function radiographGrid({ radiographVoxelMm: s = 1 }: PhantomImageOptions, ct: Grid): Grid {
  if (!(s >= 0.5 && s <= 5)) throw new InvalidInputError("radiographVoxelMm", s, "a length from 0.5 to 5 mm");
  const first = ct.originMm.map((c, a) => c + (s - ct.spacingMm[a]!) / 2);
  return {
    size: ct.size.map((n, a) =>
      Math.max(1, Math.floor((n * ct.spacingMm[a]!) / s + 1e-6)),
    ) as unknown as Vec3,
    spacingMm: [s, s, s],
    originMm: first as unknown as Vec3,
    direction: AXIAL_DIRECTION,
  };
}

/** Middle of the box around the first GTV; of the CT if there is none. */
function middleOfTarget({ structures, ct }: Patient): PatientPoint {
  const points = structures.find(({ type }) => type === "GTV")?.contours.map((c) => c.pointsMm) ?? [];
  if (points.length === 0) {
    const { originMm: o, size, spacingMm } = ct.grid;
    return o.map((c, a) => c + ((size[a]! - 1) / 2) * spacingMm[a]!) as unknown as Vec3;
  }
  const middle = (a: 0 | 1 | 2) => {
    let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (const contour of points) {
      for (let n = a; n < contour.length; n += 3) {
        low = Math.min(low, contour[n]!);
        high = Math.max(high, contour[n]!);
      }
    }
    return (low + high) / 2;
  };
  return [middle(0), middle(1), middle(2)];
}

function mrGrid(options: PhantomImageOptions, ct: Grid, middleMm: PatientPoint): Grid {
  const { mrSpacingMm: spacingMm = [1, 1, 2] } = options;
  if (!spacingMm.every((s) => s >= 0.25 && s <= 10))
    throw new InvalidInputError("mrSpacingMm", spacingMm, "three lengths from 0.25 to 10 mm");
  const lengthMm = ct.size[2] * ct.spacingMm[2];
  const { mrSizeMm = [200, 200, lengthMm] } = options;
  if (!mrSizeMm.every((s) => s >= 10 && s <= 1000))
    throw new InvalidInputError("mrSizeMm", mrSizeMm, "three lengths from 10 to 1000 mm");
  const axis = (a: 0 | 1 | 2): { n: number; first: number } => {
    // Edges, not centres, are kept within the CT.
    const edge = ct.originMm[a] - ct.spacingMm[a] / 2;
    const low = Math.max(edge, middleMm[a] - mrSizeMm[a] / 2);
    const high = Math.min(edge + ct.size[a] * ct.spacingMm[a], middleMm[a] + mrSizeMm[a] / 2);
    const n = Math.max(2, Math.floor((high - low) / spacingMm[a] + 1e-6));
    return { n, first: low + spacingMm[a] / 2 };
  };
  const [x, y, z] = [axis(0), axis(1), axis(2)];
  return {
    size: [x.n, y.n, z.n],
    spacingMm,
    originMm: [x.first, y.first, z.first],
    direction: AXIAL_DIRECTION,
  };
}
