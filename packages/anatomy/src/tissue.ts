/** A tissue of the phantom: what each kind of image shows of it. */
export interface Tissue {
  readonly id: TissueId;
  /** CT number. */
  readonly hu: number;
  /** T1-weighted MR after gadolinium: 0 black (air, cortical bone) … 1000 the brightest. */
  readonly t1ContrastSignal: number;
  /** T2-weighted MR: 0 black … 1000 the brightest (CSF). */
  readonly t2Signal: number;
  /** Where the numbers come from. */
  readonly provenance: string;
}

/** The tissues there are. */
export type TissueId =
  | "air"
  | "skin"
  | "fat"
  | "muscle"
  | "softTissue"
  | "ligament"
  | "corticalBone"
  | "cancellousBone"
  | "scleroticBone"
  | "cartilage"
  | "disc"
  | "nucleus"
  | "epiduralFat"
  | "csf"
  | "cord"
  | "nerveRoot"
  | "tumourLytic"
  | "tumourEnhancing"
  | "tumourIntramedullary"
  | "airway"
  | "oesophagus"
  | "lung"
  | "blood"
  | "heart"
  | "liver"
  | "kidney"
  | "bowel"
  | "titanium";

const DEFAULT = "unverified default";

function tissue(id: TissueId, hu: number, t1ContrastSignal: number, t2Signal: number): Tissue {
  return Object.freeze({ id, hu, t1ContrastSignal, t2Signal, provenance: DEFAULT });
}

/**
 * CT numbers and MR signals by tissue. Unverified defaults: round numbers from memory that put the tissues in the order
 * in which a radiologist sees them (T1 with contrast: fat and enhancing tumour bright, CSF dark; T2: CSF bright, cord and
 * muscle dark). The fat, bone, disc, CSF, cord and lytic tumour of the CT are those of the phantom's first version.
 */
export const TISSUES: Readonly<Record<TissueId, Tissue>> = Object.freeze({
  air: tissue("air", -1000, 0, 0),
  skin: tissue("skin", 20, 330, 200),
  fat: tissue("fat", -100, 800, 600),
  muscle: tissue("muscle", 55, 330, 150),
  softTissue: tissue("softTissue", 50, 350, 260),
  ligament: tissue("ligament", 70, 120, 60),
  corticalBone: tissue("corticalBone", 900, 40, 25),
  cancellousBone: tissue("cancellousBone", 250, 480, 330),
  scleroticBone: tissue("scleroticBone", 650, 180, 90),
  cartilage: tissue("cartilage", 110, 280, 220),
  disc: tissue("disc", 90, 250, 130),
  nucleus: tissue("nucleus", 90, 260, 520),
  epiduralFat: tissue("epiduralFat", -90, 780, 580),
  csf: tissue("csf", 10, 110, 1000),
  cord: tissue("cord", 35, 380, 370),
  nerveRoot: tissue("nerveRoot", 30, 360, 400),
  tumourLytic: tissue("tumourLytic", 80, 780, 480),
  tumourEnhancing: tissue("tumourEnhancing", 60, 950, 440),
  tumourIntramedullary: tissue("tumourIntramedullary", 45, 850, 680),
  airway: tissue("airway", -1000, 0, 0),
  oesophagus: tissue("oesophagus", 40, 400, 280),
  lung: tissue("lung", -780, 40, 40),
  // Flowing blood is a signal void on spin-echo T2 and enhances on T1.
  blood: tissue("blood", 45, 600, 60),
  heart: tissue("heart", 45, 420, 180),
  liver: tissue("liver", 60, 470, 170),
  kidney: tissue("kidney", 35, 650, 420),
  bowel: tissue("bowel", 25, 380, 350),
  titanium: tissue("titanium", 3000, 0, 0),
});
