import type { EvidenceStatus } from "../evidence-status.ts";
import { constraint, type DoseConstraint } from "./constraint.ts";
import type { OrganName } from "./organs.ts";
import { CLINICAL_SOURCES as S } from "./sources.ts";

/** Limits for 1, 3 and 5 fractions, Gy. */
type Limits = readonly [one: number | undefined, three: number | undefined, five: number | undefined];

interface Serial {
  readonly organ: OrganName;
  /** Volumes that may receive more than the dose beside them: a metric and its limits. */
  readonly volumes: readonly (readonly [metric: string, limitsGy: Limits])[];
  /** Highest point dose. */
  readonly pointGy?: Limits;
  readonly endpoint: string;
}

const FRACTIONS = [1, 3, 5] as const;

/**
 * Serial tissues. "At most 0.35 cc above 10 Gy" is written as D0.35cc ≤ 10 Gy, which says the same; the point dose is read as
 * D0.035cc, the volume that stands for a point.
 *
 * Units: Gy in 1, 3, 5 fractions; no interpolation between them. Origin: see CLINICAL_SOURCES.tg101; all entries were read
 * there. The one-fraction entries agree with a second transcription, the five-fraction entries with a third.
 */
const SERIAL: readonly Serial[] = [
  {
    organ: "spinal cord",
    volumes: [
      ["D0.35cc", [10, 18, 23]],
      ["D1.2cc", [7, 12.3, 14.5]],
    ],
    pointGy: [14, 21.9, 30],
    endpoint: "myelitis",
  },
  { organ: "spinal cord subvolume", volumes: [["D10%", [10, 18, 23]]], endpoint: "myelitis" },
  { organ: "cauda equina", volumes: [["D5cc", [14, 21.9, 30]]], pointGy: [16, 24, 32], endpoint: "neuritis" },
  {
    organ: "sacral plexus",
    volumes: [["D5cc", [14.4, 22.5, 30]]],
    pointGy: [16, 24, 32],
    endpoint: "neuropathy",
  },
  {
    organ: "oesophagus",
    volumes: [["D5cc", [11.9, 17.7, 19.5]]],
    pointGy: [15.4, 25.2, 35],
    endpoint: "stenosis or fistula",
  },
  {
    organ: "brachial plexus",
    volumes: [["D3cc", [14, 20.4, 27]]],
    pointGy: [17.5, 24, 30.5],
    endpoint: "neuropathy",
  },
  { organ: "heart", volumes: [["D15cc", [16, 24, 32]]], pointGy: [22, 30, 38], endpoint: "pericarditis" },
  { organ: "great vessels", volumes: [["D10cc", [31, 39, 47]]], pointGy: [37, 45, 53], endpoint: "aneurysm" },
  {
    organ: "trachea and large bronchus",
    volumes: [["D4cc", [10.5, 15, 16.5]]],
    pointGy: [20.2, 30, 40],
    endpoint: "stenosis or fistula",
  },
  {
    organ: "small bronchus",
    volumes: [["D0.5cc", [12.4, 18.9, 21]]],
    pointGy: [13.3, 23.1, 33],
    endpoint: "stenosis or atelectasis",
  },
  {
    organ: "rib",
    volumes: [
      ["D1cc", [22, 28.8, 35]],
      ["D30cc", [undefined, 30, undefined]],
    ],
    pointGy: [30, 36.9, 43],
    endpoint: "pain or fracture",
  },
  {
    organ: "skin",
    volumes: [["D10cc", [23, 30, 36.5]]],
    pointGy: [26, 33, 39.5],
    endpoint: "ulceration",
  },
  {
    organ: "stomach",
    volumes: [["D10cc", [11.2, 16.5, 18]]],
    pointGy: [12.4, 22.2, 32],
    endpoint: "ulceration",
  },
  {
    organ: "duodenum",
    volumes: [
      ["D5cc", [11.2, 16.5, 18]],
      ["D10cc", [9, 11.4, 12.5]],
    ],
    pointGy: [12.4, 22.2, 32],
    endpoint: "ulceration",
  },
  {
    organ: "jejunum and ileum",
    volumes: [["D5cc", [11.9, 17.7, 19.5]]],
    pointGy: [15.4, 25.2, 35],
    endpoint: "enteritis or obstruction",
  },
  {
    organ: "colon",
    volumes: [["D20cc", [14.3, 24, 25]]],
    pointGy: [18.4, 28.2, 38],
    endpoint: "colitis or fistula",
  },
  {
    organ: "rectum",
    volumes: [["D20cc", [14.3, 24, 25]]],
    pointGy: [18.4, 28.2, 38],
    endpoint: "colitis or fistula",
  },
  {
    organ: "brainstem",
    volumes: [["D0.5cc", [10, 18, 23]]],
    pointGy: [15, 23.1, 31],
    endpoint: "cranial neuropathy",
  },
  {
    organ: "optic pathway",
    volumes: [["D0.2cc", [8, 15.3, 23]]],
    pointGy: [10, 17.4, 25],
    endpoint: "neuritis",
  },
  { organ: "cochlea", volumes: [], pointGy: [9, 17.1, 25], endpoint: "hearing loss" },
];

interface Parallel {
  readonly organ: OrganName;
  readonly endpoint: string;
  /** Volume that must receive less than the dose, cc; or a metric of the serial kind. */
  readonly spareCc?: number;
  readonly metric?: string;
  readonly limitsGy: Limits;
  /** Fractions whose entry was read, and where. The other entries are unverified defaults. */
  readonly read: Readonly<Partial<Record<1 | 3 | 5, string>>>;
}

const FIVE = { 5: S.tg101FiveFractions };

/** Parallel tissues ("critical volume": spare at least so much) and the rest of the table's lower part. */
const PARALLEL: readonly Parallel[] = [
  {
    organ: "lungs",
    endpoint: "basic lung function",
    spareCc: 1500,
    limitsGy: [7, 11.6, 12.5],
    read: FIVE,
  },
  { organ: "lungs", endpoint: "pneumonitis", spareCc: 1000, limitsGy: [7.4, 12.4, 13.5], read: FIVE },
  {
    organ: "liver",
    endpoint: "basic liver function",
    spareCc: 700,
    limitsGy: [9.1, 19.2, 21],
    read: { 1: S.tg101SingleFraction, 5: S.tg101FiveFractions },
  },
  {
    organ: "renal cortex",
    endpoint: "basic renal function",
    spareCc: 200,
    limitsGy: [8.4, 16, 17.5],
    read: { 1: S.tg101SingleFraction, 5: S.tg101FiveFractions },
  },
  {
    organ: "renal hilum",
    endpoint: "malignant hypertension",
    metric: "D66.7%",
    limitsGy: [10.6, 18.6, 23],
    read: FIVE,
  },
  {
    organ: "bladder wall",
    endpoint: "cystitis or fistula",
    metric: "D15cc",
    limitsGy: [11.4, 16.8, 18.3],
    read: FIVE,
  },
  {
    organ: "bladder wall",
    endpoint: "cystitis or fistula",
    metric: "D0.035cc",
    limitsGy: [18.4, 28.2, 38],
    read: FIVE,
  },
  {
    organ: "femoral heads",
    endpoint: "necrosis",
    metric: "D10cc",
    limitsGy: [undefined, undefined, 30],
    read: FIVE,
  },
  {
    organ: "penile bulb",
    endpoint: "impotence",
    metric: "D3cc",
    limitsGy: [undefined, undefined, 30],
    read: FIVE,
  },
  {
    organ: "penile bulb",
    endpoint: "impotence",
    metric: "D0.035cc",
    limitsGy: [undefined, undefined, 50],
    read: FIVE,
  },
];

const POINT_NOTE = "point dose, read as D0.035cc";

function expand(limits: Limits, make: (limitGy: number, fractions: 1 | 3 | 5) => DoseConstraint) {
  return limits.flatMap((limitGy, i) => (limitGy === undefined ? [] : [make(limitGy, FRACTIONS[i]!)]));
}

function serial(row: Serial): DoseConstraint[] {
  const common = {
    set: "tg-101",
    organ: row.organ,
    endpoint: row.endpoint,
    source: S.tg101,
    provenance: "read",
  } as const;
  const volumes = row.volumes.flatMap(([metric, limits]) =>
    expand(limits, (limit, fractions) => constraint({ ...common, metric, limit, fractions })),
  );
  const points = expand(row.pointGy ?? [undefined, undefined, undefined], (limit, fractions) =>
    constraint({ ...common, metric: "D0.035cc", limit, fractions, note: POINT_NOTE }),
  );
  return [...volumes, ...points];
}

function parallel(row: Parallel): DoseConstraint[] {
  return expand(row.limitsGy, (doseGy, fractions) => {
    const source = row.read[fractions];
    const provenance: EvidenceStatus = source === undefined ? "unverified default" : "read";
    const common = {
      set: "tg-101",
      organ: row.organ,
      endpoint: row.endpoint,
      fractions,
      source: source ?? S.tg101Unread,
      provenance,
    } as const;
    if (row.spareCc === undefined) return constraint({ ...common, metric: row.metric!, limit: doseGy });
    return constraint({
      ...common,
      metric: `CV${doseGy}Gy[cc]`,
      limit: row.spareCc,
      comparison: "at least",
      note: `critical volume: at least ${row.spareCc} cc must receive less than ${doseGy} Gy`,
    });
  });
}

/** Constraints of AAPM Task Group 101 for 1, 3 and 5 fractions. */
export const TG_101: readonly DoseConstraint[] = Object.freeze([
  ...SERIAL.flatMap(serial),
  ...PARALLEL.flatMap(parallel),
]);
