import { InvalidInputError } from "@isodose/core";
import type { EvidenceStatus } from "../evidence-status.ts";
import { CLINICAL_NOTICE } from "./clinical-notice.ts";
import { CLINICAL_SOURCES } from "./sources.ts";

/** The six components of SINS and the points of their answers. */
export const SINS_POINTS = Object.freeze({
  /** junctional: occiput–C2, C7–T2, T11–L1, L5–S1; mobile: C3–C6, L2–L4; semirigid: T3–T10; rigid: S2–S5. */
  location: { junctional: 3, mobile: 2, semirigid: 1, rigid: 0 },
  /** mechanical: relieved by lying down, or brought on by movement or load. */
  pain: { mechanical: 3, "occasional not mechanical": 1, none: 0 },
  boneLesion: { lytic: 2, mixed: 1, blastic: 0 },
  /** deformity: new kyphosis or scoliosis; subluxation: subluxation or translation. */
  alignment: { subluxation: 4, deformity: 2, normal: 0 },
  /** Of the vertebral body; the third: no collapse, more than half of the body involved. */
  collapse: { "over 50 %": 3, "under 50 %": 2, "none, over 50 % involved": 1, none: 0 },
  /** Facet, pedicle or costovertebral joint. */
  posterolateral: { bilateral: 3, unilateral: 1, none: 0 },
} as const);

type Points = typeof SINS_POINTS;

/** Answers to the six components. */
export type SinsComponents = { readonly [K in keyof Points]: keyof Points[K] };

/** Class of a SINS total. */
export type SinsClass = "stable" | "potentially unstable" | "unstable";

/** A spinal instability neoplastic score. */
export interface SinsScore {
  readonly notice: typeof CLINICAL_NOTICE;
  /** 0 to 18. */
  readonly total: number;
  /** 0–6 stable, 7–12 potentially unstable, 13–18 unstable. */
  readonly class: SinsClass;
  readonly points: Readonly<Record<keyof Points, number>>;
  /** What the literature ties to this total. */
  readonly meaning: string;
  readonly source: string;
  readonly provenance: EvidenceStatus;
}

/**
 * Spinal instability neoplastic score: sum of six components.
 *
 *   total = location + pain + bone lesion + alignment + collapse + posterolateral involvement,   0 … 18
 *
 * @throws InvalidInputError if a component is missing or its answer unknown
 * @source Fisher et al., Spine 35 (2010) E1221; Fourney et al., J Clin Oncol 29 (2011) 3072
 */
export function sinsScore(components: SinsComponents): SinsScore {
  const points = {} as Record<keyof Points, number>;
  let total = 0;
  for (const key of Object.keys(SINS_POINTS) as (keyof Points)[]) {
    const answers: Readonly<Record<string, number>> = SINS_POINTS[key];
    const answer = components[key];
    if (!(typeof answer === "string" && Object.hasOwn(answers, answer)))
      throw new InvalidInputError(`sins.${key}`, answer, `one of ${Object.keys(answers).join(", ")}`);
    points[key] = answers[answer]!;
    total += points[key];
  }
  const sinsClass = classOfSins(total);
  return {
    notice: CLINICAL_NOTICE,
    total,
    class: sinsClass,
    points,
    meaning:
      sinsClass === "stable"
        ? "0–6: read as stable"
        : `${sinsClass === "unstable" ? "13–18: read as unstable" : "7–12: read as potentially unstable"}; the literature asks for a surgical opinion on stability from 7 on, before radiation`,
    source: CLINICAL_SOURCES.sins,
    provenance: "read",
  };
}

/**
 * Class of a SINS total: 0–6 stable, 7–12 potentially unstable, 13–18 unstable.
 * @throws InvalidInputError if it is no whole number from 0 to 18
 */
export function classOfSins(total: number): SinsClass {
  if (!(Number.isInteger(total) && total >= 0 && total <= 18))
    throw new InvalidInputError("sins", total, "a whole number from 0 to 18");
  return total <= 6 ? "stable" : total <= 12 ? "potentially unstable" : "unstable";
}

/**
 * SINS location of a vertebral level.
 * @param level - `C1` … `C7`, `T1` … `T12`, `L1` … `L5`, `S1` … `S5`; `C0` for the occiput
 * @throws InvalidInputError if it is none of these
 */
export function sinsLocation(level: string): SinsComponents["location"] {
  const match = /^([CTLS])(\d{1,2})$/.exec(level);
  const region = match?.[1];
  const number = Number(match?.[2]);
  const first = region === "C" ? 0 : 1;
  const last = region === "C" ? 7 : region === "T" ? 12 : 5;
  if (region === undefined || number < first || number > last)
    throw new InvalidInputError("level", level, "C0 (occiput) to C7, T1 to T12, L1 to L5 or S1 to S5");
  switch (region) {
    case "C":
      return number <= 2 || number === 7 ? "junctional" : "mobile";
    case "T":
      return number <= 2 || number >= 11 ? "junctional" : "semirigid";
    case "L":
      return number === 1 || number === 5 ? "junctional" : "mobile";
    default:
      return number === 1 ? "junctional" : "rigid";
  }
}
