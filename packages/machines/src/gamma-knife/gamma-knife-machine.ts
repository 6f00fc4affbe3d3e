import type { GammaKnifeMachine } from "../machine-definition.ts";

/** Gy/min in the middle of the sphere when the sources are new. */
const NEW_SOURCES_GY_PER_MINUTE = 3.62;
const SOURCES = 192;

/**
 * One Co-60 source of a Gamma Knife-like unit with its collimators of 4, 8 and 16 mm, as a beam model: every source is taken at the same
 * distance from the focus. This version does not place shots with it.
 */
export const GAMMA_KNIFE = {
  format: "isodose-machine/1",
  kind: "gamma-knife",
  id: "gamma-knife",
  title: "Gamma Knife-like unit, one Co-60 source, collimators 4, 8 and 16 mm",
  label: "Co-60 lines of a bare source",
  sadMm: 400,
  coneDiametersMm: [4, 8, 16],
  beamModel: {
    kernel: "co60",
    sourceFwhmMm: 0.6,
    collimatorExitMm: 260,
    reference: { diameterMm: 16, depthMm: 80 },
    doseGyPerMinute: NEW_SOURCES_GY_PER_MINUTE / SOURCES,
  },
  sources: SOURCES,
  provenance: [
    {
      field: "sadMm",
      source: "distances from source to focus of about 374 to 433 mm, by ring; one value for all",
      status: "unverified default",
    },
    {
      field: "coneDiametersMm",
      source:
        "collimators of the Perfexion: J Radiother Pract, dosimetric comparison of TMR10 and convolution, introduction; taken as the field of a single source at the focus",
      status: "read",
    },
    {
      field: "beamModel.kernel",
      source:
        "the two gamma lines of Co-60 (DDEP/LNHB evaluation): no scatter from capsule and collimator, which softens a real beam",
      status: "computed",
    },
    {
      field: "beamModel.sourceFwhmMm",
      source:
        "cylinder of 1 mm diameter (Junios et al., Radiol Phys Technol 2020, abstract): a uniform disc of 1 mm has the standard deviation of a Gaussian of 0.59 mm FWHM; its length is not modelled",
      status: "computed",
    },
    {
      field: "beamModel.collimatorExitMm",
      source: "a guess: the collimator body ends some 140 mm from the focus",
      status: "unverified default",
    },
    {
      field: "beamModel.reference",
      source:
        "centre of a sphere of 160 mm diameter, largest collimator: Goetsch and Xu, chapter abstract (taylorfrancis 9781315154879-10)",
      status: "read",
    },
    {
      field: "beamModel.doseGyPerMinute",
      source:
        "2.937 Gy/min with sources 1.6 years old (Niranjan et al., J Radiosurg SBRT 1 (2012) 257), taken back to new ones with a half-life of 5.2711 years, shared by 192 sources",
      status: "computed",
    },
    {
      field: "sources",
      source:
        "192 in 8 sectors: J Radiother Pract, dosimetric comparison of TMR10 and convolution, introduction",
      status: "read",
    },
  ],
} as const satisfies GammaKnifeMachine;
