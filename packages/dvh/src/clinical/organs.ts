/** Organs that the constraint tables speak of. */
export type OrganName =
  | "spinal cord"
  | "spinal cord PRV"
  | "spinal cord subvolume"
  | "thecal sac"
  | "spinal canal"
  | "cauda equina"
  | "sacral plexus"
  | "brachial plexus"
  | "nerve root"
  | "brainstem"
  | "optic pathway"
  | "cochlea"
  | "oesophagus"
  | "trachea and large bronchus"
  | "small bronchus"
  | "heart"
  | "great vessels"
  | "rib"
  | "skin"
  | "stomach"
  | "duodenum"
  | "jejunum and ileum"
  | "colon"
  | "rectum"
  | "bowel"
  | "liver"
  | "lung"
  | "lungs"
  | "kidney"
  | "kidneys"
  | "renal cortex"
  | "renal hilum"
  | "bladder wall"
  | "femoral heads"
  | "penile bulb";

/** Names that structures go by, lower case, words separated by a space. */
export const ORGAN_ALIASES: Readonly<Record<OrganName, readonly string[]>> = Object.freeze({
  "spinal cord": ["spinal cord", "spinalcord", "cord", "myelon", "medulla spinalis"],
  "spinal cord PRV": [],
  "spinal cord subvolume": ["cord subvolume", "cord sub volume", "cord sub", "partial cord", "cord partial"],
  "thecal sac": ["thecal sac", "thecalsac", "thecal", "dural sac", "dura"],
  "spinal canal": ["spinal canal", "spinalcanal", "vertebral canal"],
  "cauda equina": ["cauda equina", "caudaequina", "cauda"],
  "sacral plexus": [
    "sacral plexus",
    "sacralplexus",
    "plexus sacral",
    "plexus sacralis",
    "lumbosacral plexus",
    "sacral plex",
    "lumb sac plex",
  ],
  "brachial plexus": [
    "brachial plexus",
    "brachialplexus",
    "plexus brachial",
    "plexus brachialis",
    "brachial plex",
  ],
  "nerve root": ["nerve root", "nerve roots", "nerveroot"],
  brainstem: ["brainstem", "brain stem"],
  "optic pathway": [
    "optic pathway",
    "optic nerve",
    "optic nerves",
    "optic chiasm",
    "optic nrv",
    "chiasm",
    "optic tract",
  ],
  cochlea: ["cochlea", "cochleae"],
  oesophagus: ["oesophagus", "esophagus", "oesoph", "esoph", "gullet"],
  "trachea and large bronchus": [
    "trachea",
    "large bronchus",
    "large bronchi",
    "bronchus main",
    "main bronchus",
    "main bronchi",
    "carina",
    "proximal bronchial tree",
    "prox bronch tree",
    "bronchial tree",
  ],
  "small bronchus": ["small bronchus", "small bronchi", "small airways", "bronchus", "bronchi"],
  heart: ["heart", "pericardium"],
  "great vessels": [
    "great vessels",
    "great vessel",
    "great ves",
    "aorta",
    "a aorta",
    "vena cava",
    "venacava",
    "ivc",
    "svc",
  ],
  rib: ["rib", "ribs", "chest wall", "chestwall"],
  skin: ["skin"],
  stomach: ["stomach", "gastric"],
  duodenum: ["duodenum"],
  "jejunum and ileum": [
    "jejunum",
    "ileum",
    "small bowel",
    "bowel small",
    "smallbowel",
    "jejunum ileum",
    "small intestine",
  ],
  colon: ["colon", "large bowel", "bowel large", "colon sigmoid", "sigmoid"],
  rectum: ["rectum"],
  bowel: ["bowel", "intestine"],
  liver: ["liver"],
  lung: ["lung"],
  lungs: ["lungs"],
  kidney: ["kidney"],
  kidneys: ["kidneys"],
  "renal cortex": ["renal cortex", "kidney cortex", "cortex kidney", "kidneys cortex"],
  "renal hilum": [
    "renal hilum",
    "kidney hilum",
    "kidney hilus",
    "renal hilus",
    "hilum kidney",
    "vascular trunk",
  ],
  "bladder wall": ["bladder wall", "bladder", "urinary bladder"],
  "femoral heads": ["femoral heads", "femoral head", "femur head", "femur heads", "head femur"],
  "penile bulb": ["penile bulb", "bulb penis", "penilebulb"],
});

/** Words that make a structure something other than an organ: targets, helpers of planning, what was cut off or grown. */
const NOT_AN_ORGAN = new Set(
  "gtv ctv ptv itv igtv tumor tumour lesion ring shell avoid avoidance opt optimisation optimization dummy minus without expanded ext artifact couch vocal gall".split(
    " ",
  ),
);
const SIDES = new Set("l r lt rt left right ipsi contra ipsilateral contralateral".split(" "));
const BOTH = new Set("both bilateral total combined all".split(" "));

/** `Kidney_L`, `SpinalCord`, `PRV02`, `cord+2mm` as lower-case words. */
function wordsOf(name: string): string[] {
  return name
    .replace(/([a-z])([A-Z])/g, "$1 $2")
    .replace(/([A-Za-z])(\d)/g, "$1 $2")
    .replace(/(\d)([A-Za-z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^a-z0-9.]+/)
    .filter((word) => word !== "");
}

function contains(words: readonly string[], alias: string): boolean {
  const wanted = alias.split(" ");
  for (let i = 0; i + wanted.length <= words.length; i++) {
    if (wanted.every((word, k) => words[i + k] === word)) return true;
  }
  return false;
}

/**
 * The organ that a structure's name means, by the longest alias of {@link ORGAN_ALIASES} among its words. Capitals, underscores,
 * sides and numbers do not matter: `Kidney_L`, `SPINAL CORD`, `Esophagus 1`. A cord with PRV or a margin in mm in its name is
 * the cord's PRV; "lungs", "kidneys" or the word "both" mean the pair, otherwise one of it.
 *
 * Targets and planning helpers (`PTV_cord`, `Ring`, `Lungs minus GTV`) are no organ. A name is a guess, not proof: callers show
 * the organ beside the structure, and may name the organ themselves.
 *
 * @returns undefined where the name means none
 */
export function organOfStructure(name: string): OrganName | undefined {
  const words = wordsOf(name);
  if (words.some((word) => NOT_AN_ORGAN.has(word))) return undefined;
  const bare = words.filter((word) => !SIDES.has(word) && !BOTH.has(word) && !/^\d+(\.\d+)?$/.test(word));
  let best: OrganName | undefined;
  let length = 0;
  for (const organ of Object.keys(ORGAN_ALIASES) as OrganName[]) {
    for (const alias of ORGAN_ALIASES[organ]) {
      if (alias.length > length && contains(bare, alias)) {
        best = organ;
        length = alias.length;
      }
    }
  }
  if (best === undefined) return undefined;
  const grown = words.includes("prv") || words.includes("mm");
  if (best === "spinal cord" && grown) return "spinal cord PRV";
  if (grown) return undefined;
  if (words.some((word) => BOTH.has(word))) {
    if (best === "lung") return "lungs";
    if (best === "kidney") return "kidneys";
  }
  return best;
}

/** A structure that stands in for an organ that was not drawn. */
export interface Surrogate {
  readonly organ: OrganName;
  /** What that does to the reading. */
  readonly effect: string;
}

/** Which structures may stand in for an organ, best first. */
export const SURROGATES: Readonly<Partial<Record<OrganName, readonly Surrogate[]>>> = Object.freeze({
  "spinal cord": [
    { organ: "spinal cord PRV", effect: "the PRV contains the cord: dose is over-stated" },
    { organ: "thecal sac", effect: "the sac contains the cord: dose is over-stated" },
    { organ: "spinal canal", effect: "the canal contains the cord: dose is over-stated" },
  ],
  "renal cortex": [
    { organ: "kidneys", effect: "kidneys hold more than their cortex: the volume spared is over-stated" },
  ],
});
