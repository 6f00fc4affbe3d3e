import { constraint, type DoseConstraint } from "./constraint.ts";
import type { OrganName } from "./organs.ts";
import { CLINICAL_SOURCES as S } from "./sources.ts";

/** Point maximum of the cord, Gy, by number of fractions, as printed in the abstract. */
const HYTEC_CORD_GY = [
  [1, 12.4],
  [2, 17],
  [3, 20.3],
  [4, 23],
  [5, 25.3],
] as const;

const hytecNote = (range: string) => `${range} of myelopathy; no earlier irradiation`;

/** Cord limits of HyTEC for 1 to 5 fractions, first irradiation: 1–5 % risk of myelopathy. */
export const HYTEC: readonly DoseConstraint[] = Object.freeze([
  ...HYTEC_CORD_GY.map(([fractions, limit]) =>
    constraint({
      set: "hytec",
      organ: "spinal cord",
      metric: "max",
      limit,
      fractions,
      endpoint: "radiation myelopathy",
      source: S.hytec,
      provenance: "read",
      note: hytecNote(fractions === 1 ? "lower end of 12.4–14.0 Gy, 1–5 % risk" : "1–5 % risk"),
    }),
  ),
  constraint({
    set: "hytec",
    organ: "spinal cord",
    metric: "max",
    limit: 14,
    fractions: 1,
    endpoint: "radiation myelopathy",
    source: S.hytec,
    provenance: "read",
    note: hytecNote("upper end of 12.4–14.0 Gy, 1–5 % risk"),
  }),
]);

/** QUANTEC: cord for radiosurgery and for 1.8–2 Gy a fraction; other organs of a spine plan for 1.8–2 Gy a fraction. */
export const QUANTEC: readonly DoseConstraint[] = Object.freeze([
  constraint({
    set: "quantec",
    organ: "spinal cord",
    metric: "max",
    limit: 13,
    fractions: 1,
    endpoint: "radiation myelopathy",
    source: S.quantecCord,
    provenance: "read",
    note: "myelopathy seems rare (< 1 %) below it",
  }),
  constraint({
    set: "quantec",
    organ: "spinal cord",
    metric: "max",
    limit: 20,
    fractions: 3,
    endpoint: "radiation myelopathy",
    source: S.quantecCord,
    provenance: "read",
    note: "myelopathy seems rare (< 1 %) below it",
  }),
  constraint({
    set: "quantec",
    organ: "spinal cord",
    metric: "max",
    limit: 50,
    fractions: "conventional",
    endpoint: "radiation myelopathy",
    source: S.quantecCordTwoGray,
    provenance: "read",
    note: "estimated myelopathy 0.2 % at 50 Gy, 6 % at 60 Gy, 50 % at 69 Gy in 2 Gy fractions",
  }),
  constraint({
    set: "quantec",
    organ: "oesophagus",
    metric: "mean",
    limit: 34,
    fractions: "conventional",
    endpoint: "oesophagitis",
    source: S.quantecUnread,
    provenance: "unverified default",
  }),
  constraint({
    set: "quantec",
    organ: "lungs",
    metric: "V20Gy",
    limit: 30,
    fractions: "conventional",
    endpoint: "pneumonitis",
    source: S.quantecUnread,
    provenance: "unverified default",
  }),
  constraint({
    set: "quantec",
    organ: "kidneys",
    metric: "mean",
    limit: 18,
    fractions: "conventional",
    endpoint: "renal dysfunction",
    source: S.quantecUnread,
    provenance: "unverified default",
  }),
]);

type Row = readonly [organs: readonly OrganName[], metric: string, limit: number, note?: string];

const ROOTS: readonly OrganName[] = ["nerve root", "sacral plexus", "brachial plexus"];
const BOWEL: readonly OrganName[] = ["bowel", "colon", "stomach", "jejunum and ileum", "duodenum", "rectum"];
const ROOT_ROW: Row = [
  ROOTS,
  "V110%[cc]",
  0.03,
  "D0.03cc below 105–110 % of the prescription; the upper figure is used",
];

/**
 * One institution's limits for 1 and 2 fractions; those for 2 fractions were made from those for 1 with α/β = 2 Gy there.
 *
 * Limits in cc for `[cc]`, % of the volume or Gy. Origin and place of reading: CLINICAL_SOURCES.spineInstitution.
 */
const INSTITUTION: Readonly<Record<1 | 2, readonly Row[]>> = {
  1: [
    [["spinal cord PRV"], "V14Gy[cc]", 0.03, "PRV: cord plus 0–2 mm"],
    [["spinal cord PRV"], "V10Gy[cc]", 0.35, "PRV: cord plus 0–2 mm"],
    [["oesophagus"], "V14Gy[cc]", 2.5],
    [["oesophagus"], "V12Gy[cc]", 3.8],
    [["oesophagus"], "V20Gy[cc]", 0.03],
    [BOWEL, "V15Gy[cc]", 0.03],
    [["kidney"], "mean", 6, "each kidney"],
    [["lung"], "V20Gy", 5, "each lung; printed as 3–5 %, the upper figure is used"],
    [["lung"], "V10Gy", 10, "each lung"],
    [["lung"], "V5Gy", 35, "each lung"],
    [["lung"], "mean", 5, "each lung"],
    [["cauda equina"], "V16Gy[cc]", 0.03],
    [["cauda equina"], "V12Gy[cc]", 0.35],
    ROOT_ROW,
  ],
  2: [
    [["spinal cord PRV"], "V19Gy[cc]", 0.03, "PRV: cord plus 0–2 mm"],
    [["spinal cord PRV"], "V13.5Gy[cc]", 0.3, "PRV: cord plus 0–2 mm"],
    [["oesophagus"], "V19Gy[cc]", 2.5],
    [["oesophagus"], "V16.5Gy[cc]", 3.8],
    [["oesophagus"], "V27.5Gy[cc]", 0.03],
    [BOWEL, "V20Gy[cc]", 0.03],
    [["cauda equina"], "V22Gy[cc]", 0.03],
    [["cauda equina"], "V16.5Gy[cc]", 0.35],
    ROOT_ROW,
  ],
};

/** One institution's spine limits for 1 and 2 fractions (PMC11846292, Table 1). */
export const SPINE_INSTITUTION: readonly DoseConstraint[] = Object.freeze(
  ([1, 2] as const).flatMap((fractions) =>
    INSTITUTION[fractions].flatMap(([organs, metric, limit, note]) =>
      organs.map((organ) =>
        constraint({
          set: "spine-institution-2025",
          organ,
          metric,
          limit,
          fractions,
          endpoint: "not stated",
          source: S.spineInstitution,
          provenance: "read",
          ...(note === undefined ? {} : { note }),
        }),
      ),
    ),
  ),
);
