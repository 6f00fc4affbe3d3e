import type { EvidenceStatus } from "../evidence-status.ts";
import type { HistologyGroup } from "./histology.ts";
import type { Radiosensitivity } from "./lesion.ts";
import { CLINICAL_SOURCES as S } from "./sources.ts";

/** A schedule with the evidence for it and the cases it is for. */
export interface PrescriptionPreset {
  readonly doseGy: number;
  readonly fractions: number;
  /** Range of total dose in the source, Gy, where it gives a range; `doseGy` is then a choice within it. */
  readonly doseRangeGy?: readonly [low: number, high: number];
  readonly why: string;
  readonly source: string;
  readonly provenance: EvidenceStatus;
  readonly cautions?: readonly string[];
  /** For which lesions. */
  readonly kind: "metastasis" | "re-irradiated metastasis" | "primary";
  readonly radiosensitivity?: readonly Radiosensitivity[];
  readonly groups?: readonly HistologyGroup[];
  /** WHO grades it is for. */
  readonly grades?: readonly (1 | 2 | 3 | 4)[];
  /** Most lesions that the source's patients had. */
  readonly mostLesions?: number;
  /** Larger comes first. */
  readonly rank: number;
}

const RESISTANT: readonly Radiosensitivity[] = ["radioresistant"];
const SENSITIVE: readonly Radiosensitivity[] = ["radiosensitive"];
const BENIGN: readonly HistologyGroup[] = ["meningioma", "schwannoma", "neurofibroma"];
const EPENDYMOMA: readonly HistologyGroup[] = ["ependymoma", "myxopapillary ependymoma"];

/**
 * Schedules by kind of lesion. Total dose in Gy, all fractions together. Origin: the source of each row; rows labelled
 * "unverified default" are customary and were not seen in an opened source. No row was made for a patient.
 */
export const PRESCRIPTION_PRESETS: readonly PrescriptionPreset[] = Object.freeze<PrescriptionPreset[]>([
  // Metastases, first irradiation.
  {
    kind: "metastasis",
    doseGy: 24,
    fractions: 2,
    why: "randomised trial for painful metastases: complete pain response at 3 months in 35 %, against 14 % after conventional radiotherapy",
    source: S.sc24,
    provenance: "read",
    rank: 90,
  },
  {
    kind: "metastasis",
    doseGy: 24,
    fractions: 1,
    mostLesions: 5,
    why: "randomised trial in oligometastases: local recurrence 2.7 % and 5.8 % at 2 and 3 years, against 9.1 % and 22 % after 27 Gy in 3",
    source: S.zelefsky,
    provenance: "read",
    cautions: ["24 Gy and more in one fraction carried the highest risk of vertebral fracture (Sahgal 2013)"],
    rank: 70,
  },
  {
    kind: "metastasis",
    doseGy: 24,
    fractions: 1,
    groups: ["renal cell"],
    why: "renal cell carcinoma, secondary analysis of two trials: local control 95 % at 1 and 86 % at 2 years, against 71 % and 55 % in 3 or 5 fractions",
    source: S.ghia,
    provenance: "read",
    cautions: ["24 Gy and more in one fraction carried the highest risk of vertebral fracture (Sahgal 2013)"],
    rank: 95,
  },
  {
    kind: "metastasis",
    doseGy: 27,
    fractions: 3,
    why: "comparison arm of the randomised trial of 24 Gy × 1, and the median three-fraction dose of an earlier series",
    source: `${S.zelefsky}; ${S.boehling}`,
    provenance: "read",
    rank: 75,
  },
  {
    kind: "metastasis",
    doseGy: 24,
    fractions: 3,
    why: "median dose and number of fractions of a cohort of 387 vertebrae: local control 83.9 % at 2 years",
    source: S.guckenberger,
    provenance: "read",
    rank: 60,
  },
  {
    kind: "metastasis",
    doseGy: 30,
    fractions: 5,
    why: "median five-fraction dose of a series of 123 vertebral bodies",
    source: S.boehling,
    provenance: "read",
    rank: 55,
  },
  {
    kind: "metastasis",
    doseGy: 18,
    fractions: 1,
    doseRangeGy: [16, 18],
    mostLesions: 3,
    why: "radiosurgery arm of a randomised trial",
    source: S.rtog0631,
    provenance: "read",
    cautions: ["pain response was not better than after 8 Gy in one fraction in that trial"],
    rank: 45,
  },
  {
    kind: "metastasis",
    doseGy: 30,
    fractions: 10,
    radiosensitivity: SENSITIVE,
    why: "the most common longer conventional course; radiosensitive tumours are described as treatable with conventional beams",
    source: `${S.rades}; ${S.nomsReview}`,
    provenance: "read",
    rank: 92,
  },
  {
    kind: "metastasis",
    doseGy: 8,
    fractions: 1,
    radiosensitivity: SENSITIVE,
    why: "conventional arm of a randomised trial that radiosurgery with 16–18 Gy did not surpass in pain response",
    source: S.rtog0631,
    provenance: "read",
    rank: 91,
  },
  {
    kind: "metastasis",
    doseGy: 28,
    fractions: 2,
    radiosensitivity: RESISTANT,
    why: "customary for radioresistant histologies",
    source: S.customary,
    provenance: "unverified default",
    rank: 40,
  },
  {
    kind: "metastasis",
    doseGy: 30,
    fractions: 3,
    radiosensitivity: RESISTANT,
    why: "customary for radioresistant histologies",
    source: S.customary,
    provenance: "unverified default",
    rank: 39,
  },
  {
    kind: "metastasis",
    doseGy: 35,
    fractions: 5,
    doseRangeGy: [35, 40],
    radiosensitivity: RESISTANT,
    why: "customary for radioresistant histologies",
    source: S.customary,
    provenance: "unverified default",
    rank: 38,
  },
  // Metastases irradiated before.
  {
    kind: "re-irradiated metastasis",
    doseGy: 24,
    fractions: 3,
    why: "median dose of a series with 37 tumours irradiated before: no myelopathy; progression-free 96 % at 1 year in the salvage group",
    source: S.sahgalSalvage,
    provenance: "read",
    rank: 90,
  },
  {
    kind: "re-irradiated metastasis",
    doseGy: 25,
    fractions: 5,
    why: "dose of a series of 40 patients irradiated again: pain relief in 60 %, no myelopathy",
    source: S.reirradiation25,
    provenance: "read",
    rank: 85,
  },
  {
    kind: "re-irradiated metastasis",
    doseGy: 24,
    fractions: 2,
    why: "customary after earlier conventional irradiation",
    source: S.customary,
    provenance: "unverified default",
    rank: 40,
  },
  // Benign tumours of the coverings and roots.
  {
    kind: "primary",
    groups: BENIGN,
    grades: [1],
    doseGy: 12,
    fractions: 1,
    doseRangeGy: [10, 13],
    why: "single-fraction doses of a series of benign spinal tumours; 12 Gy is a choice within the range and the lower end of three others",
    source: `${S.marchetti}; ${S.benignSeries}`,
    provenance: "read",
    rank: 80,
  },
  {
    kind: "primary",
    groups: BENIGN,
    grades: [1],
    doseGy: 20,
    fractions: 5,
    doseRangeGy: [18.5, 25],
    why: "doses of 4 to 6 fractions in a series of benign spinal tumours; 20 Gy in 5 is a choice within the range",
    source: S.marchetti,
    provenance: "read",
    rank: 75,
  },
  {
    kind: "primary",
    groups: BENIGN,
    grades: [1],
    doseGy: 18,
    fractions: 2,
    doseRangeGy: [14, 30],
    why: "series of 103 tumours, 14–30 Gy (mean 19.4) in 1–5 fractions (median 2), 99 % controlled at 33 months; 18 Gy in 2 is a choice within the range",
    source: S.sachdev,
    provenance: "read",
    rank: 70,
  },
  {
    kind: "primary",
    groups: ["haemangioblastoma"],
    grades: [1],
    doseGy: 20,
    fractions: 1,
    doseRangeGy: [15, 35],
    why: "mean 21.6 Gy (15–35) to the edge in a series of 46 spinal tumours, control 92 % at 5 years; number of fractions not read",
    source: S.haemangioblastoma,
    provenance: "unverified default",
    rank: 70,
  },
  // Primary tumours of bone and soft tissue.
  {
    kind: "primary",
    groups: ["chordoma"],
    doseGy: 40,
    fractions: 5,
    doseRangeGy: [20, 45],
    why: "most common dose for new tumours in a series of 73 sites (20–45 Gy in 1–6 fractions)",
    source: S.chordomaStanford,
    provenance: "read",
    rank: 80,
  },
  {
    kind: "primary",
    groups: ["chordoma"],
    doseGy: 16,
    fractions: 1,
    doseRangeGy: [11, 16],
    why: "median dose of 12 cases: control in 75 %",
    source: S.chordomaCleveland,
    provenance: "read",
    cautions: ["median follow-up 9.7 months; one grade 2 myelopathy"],
    rank: 50,
  },
  {
    kind: "primary",
    groups: ["chordoma", "chondrosarcoma"],
    doseGy: 37.5,
    fractions: 5,
    doseRangeGy: [25, 40],
    why: "median dose of a series of chordoma and chondrosarcoma",
    source: S.chondrosarcoma,
    provenance: "read",
    cautions: ["mostly skull base; grade 4 or 5 late toxicity in two of twenty patients"],
    rank: 60,
  },
  {
    kind: "primary",
    groups: ["sarcoma"],
    doseGy: 30,
    fractions: 3,
    why: "customary for radioresistant histologies",
    source: S.customary,
    provenance: "unverified default",
    rank: 40,
  },
  {
    kind: "primary",
    groups: ["sarcoma"],
    doseGy: 24,
    fractions: 1,
    why: "customary for radioresistant histologies",
    source: S.customary,
    provenance: "unverified default",
    cautions: ["24 Gy and more in one fraction carried the highest risk of vertebral fracture (Sahgal 2013)"],
    rank: 39,
  },
  {
    kind: "primary",
    groups: ["myeloma", "lymphoma"],
    doseGy: 40,
    fractions: 20,
    why: "customary conventional course for a solitary radiosensitive tumour",
    source: S.customary,
    provenance: "unverified default",
    rank: 40,
  },
  // Primary tumours of the cord.
  {
    kind: "primary",
    groups: EPENDYMOMA,
    grades: [2, 3],
    doseGy: 15,
    fractions: 1,
    why: "median dose (to the 70 % isodose) of 32 spinal lesions of grade 2 or 3, 84 % of them in one session: control 92, 85 and 77 % at 1, 3 and 5 years",
    source: S.ependymomaErc,
    provenance: "read",
    rank: 70,
  },
  {
    kind: "primary",
    groups: EPENDYMOMA,
    doseGy: 18,
    fractions: 1,
    doseRangeGy: [18, 20],
    why: "most common doses in a series with 10 spinal lesions, none of which progressed within 2 years",
    source: S.ependymomaStanford,
    provenance: "read",
    rank: 50,
  },
  {
    kind: "primary",
    groups: EPENDYMOMA,
    doseGy: 50.4,
    fractions: 28,
    why: "customary conventional course",
    source: S.customary,
    provenance: "unverified default",
    rank: 60,
  },
  {
    kind: "primary",
    groups: ["astrocytoma or glioma"],
    grades: [1, 2],
    doseGy: 50.4,
    fractions: 28,
    why: "total dose given for low-grade gliomas of the cord; 1.8 Gy a fraction is assumed",
    source: S.spinalGlioma,
    provenance: "unverified default",
    rank: 60,
  },
  {
    kind: "primary",
    groups: ["astrocytoma or glioma"],
    grades: [3, 4],
    doseGy: 54,
    fractions: 30,
    doseRangeGy: [54, 60],
    why: "total dose given for high-grade gliomas of the cord; 1.8 Gy a fraction is assumed",
    source: S.spinalGlioma,
    provenance: "unverified default",
    rank: 60,
  },
]);
