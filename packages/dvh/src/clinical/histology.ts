import type { EvidenceStatus } from "../evidence-status.ts";
import type { ClinicalLesion, Radiosensitivity } from "./lesion.ts";
import { CLINICAL_SOURCES as S } from "./sources.ts";

/** Tumours that the tables tell apart. */
export type HistologyGroup =
  | "lymphoma"
  | "myeloma"
  | "germ cell"
  | "small cell lung"
  | "breast"
  | "prostate"
  | "ovary"
  | "renal cell"
  | "melanoma"
  | "sarcoma"
  | "non-small cell lung"
  | "colorectal"
  | "gastrointestinal"
  | "thyroid"
  | "hepatocellular"
  | "chordoma"
  | "chondrosarcoma"
  | "meningioma"
  | "schwannoma"
  | "neurofibroma"
  | "haemangioblastoma"
  | "myxopapillary ependymoma"
  | "subependymoma"
  | "ependymoma"
  | "astrocytoma or glioma"
  | "unknown";

/** A histology, put in a group. */
export interface HistologyClass {
  readonly group: HistologyGroup;
  readonly radiosensitivity: Radiosensitivity;
  readonly source: string;
  readonly provenance: EvidenceStatus;
}

interface Rule {
  readonly group: Exclude<HistologyGroup, "unknown">;
  /** In the histology, or in histology and source together. */
  readonly pattern: RegExp;
  readonly radiosensitivity: Radiosensitivity;
  readonly source: string;
  readonly provenance: EvidenceStatus;
}

const rule = (
  group: Rule["group"],
  pattern: RegExp,
  radiosensitivity: Radiosensitivity,
  source: string = S.radiosensitivityEscc,
  provenance: EvidenceStatus = "read",
): Rule => ({ group, pattern, radiosensitivity, source, provenance });

/** First match wins. Origin: the source of each row. Breast and prostate are "radiosensitive" or "favourable" there. */
const RULES: readonly Rule[] = [
  rule("lymphoma", /lymphoma/, "radiosensitive", S.radiosensitivityAo),
  rule("myeloma", /myeloma|plasmacytoma|plasma cell/, "radiosensitive", S.radiosensitivityAo),
  rule("germ cell", /seminoma|germ cell|germinoma/, "radiosensitive"),
  rule("small cell lung", /(?<!non-|non |non)small[- ]cell|\bsclc\b/, "radiosensitive"),
  rule(
    "chondrosarcoma",
    /chondrosarcoma/,
    "radioresistant",
    `${S.chondrosarcoma}; group: sarcoma`,
    "unverified default",
  ),
  rule("chordoma", /chordoma/, "radioresistant", S.chordomaCleveland),
  rule("sarcoma", /ewing/, "radiosensitive", S.customary, "unverified default"),
  rule("sarcoma", /sarcoma/, "radioresistant"),
  rule("melanoma", /melanoma/, "radioresistant", S.radiosensitivityAo),
  rule("meningioma", /meningioma/, "unknown", S.marchetti),
  rule("schwannoma", /schwannoma|neurinoma|neurilemm?oma/, "unknown", S.sachdev),
  rule("neurofibroma", /neurofibroma/, "unknown", S.sachdev),
  rule("haemangioblastoma", /ha?emangioblastoma/, "unknown", S.haemangioblastoma),
  rule("myxopapillary ependymoma", /myxopapillary/, "unknown", S.whoEpendymoma),
  rule("subependymoma", /subependymoma/, "unknown", S.whoEpendymoma),
  rule("ependymoma", /ependymoma/, "unknown", S.ependymomaErc),
  rule("astrocytoma or glioma", /astrocytoma|glioma|glioblastoma/, "unknown", S.spinalGlioma),
  rule("breast", /breast|mammary/, "radiosensitive"),
  rule("prostate", /prostat/, "radiosensitive"),
  rule("ovary", /ovar/, "radiosensitive"),
  rule("renal cell", /renal|kidney|hypernephr|\brcc\b/, "radioresistant", S.radiosensitivityAo),
  rule("non-small cell lung", /\bnsclc\b|non-? ?small|lung|bronchial/, "radioresistant"),
  rule("colorectal", /colorectal|colon|rectal|rectum/, "radioresistant", S.radiosensitivityAo),
  rule("thyroid", /thyroid/, "radioresistant", S.radiosensitivityAo),
  rule("hepatocellular", /hepatocellular|\bhcc\b|liver/, "radioresistant", S.customary, "unverified default"),
  rule("gastrointestinal", /gastric|stomach|esophag|pancrea|duoden|bile|cholangio/, "radioresistant"),
];

/**
 * Put a lesion's histology in a group, by the words of its histology and of where it comes from ("adenocarcinoma", "metastasis
 * of lung"), with the radiosensitivity that the literature gives the group. Groupings differ between authors; breast and
 * prostate stand between the ends in some.
 *
 * @returns group "unknown" where no word is known
 */
export function classifyHistology(lesion: Pick<ClinicalLesion, "histology" | "source">): HistologyClass {
  const own = lesion.histology.toLowerCase();
  const all = `${own} ${lesion.source.toLowerCase()}`;
  const found =
    RULES.find(({ pattern }) => pattern.test(own)) ?? RULES.find(({ pattern }) => pattern.test(all));
  if (found === undefined)
    return {
      group: "unknown",
      radiosensitivity: "unknown",
      source: "no table names this histology",
      provenance: "unverified default",
    };
  const { group, radiosensitivity, source, provenance } = found;
  return { group, radiosensitivity, source, provenance };
}
