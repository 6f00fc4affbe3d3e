import { HD120_LIKE_MLC } from "../collimators/multileaf-collimator.ts";
import type { LinacMachine } from "../machine-definition.ts";

/**
 * C-arm linac with stereotactic cones.
 *
 * The id names the machine that the plan files mean; its beam is not flattening-filter-free: it is made from a flattened
 * 6 MV spectrum until a softer one is at hand, and title and label say so.
 */
export const LINAC_6FFF = {
  format: "isodose-machine/1",
  kind: "linac",
  id: "linac-6fff",
  title: "C-arm linac, 6 MV, cones (mohan6-based, not FFF)",
  label: "mohan6-based, not FFF",
  sadMm: 1000,
  coneDiametersMm: [4, 5, 6, 7.5, 8, 9, 10, 12.5, 15, 17.5],
  beamModel: {
    kernel: "6mv-mohan",
    sourceFwhmMm: 1.7,
    collimatorExitMm: 700,
    reference: { diameterMm: 60, depthMm: 15 },
    doseGyPerMonitorUnit: 0.01,
  },
  multileafCollimator: HD120_LIKE_MLC,
  timing: {
    setupMinutesPerFraction: 5,
    doseRateMonitorUnitsPerMinute: 1400,
    gantrySpeedDegPerSecond: 6,
    fieldOverheadSeconds: 10,
    couchKickSeconds: 45,
  },
  provenance: [
    {
      field: "sadMm",
      source:
        "distance of the primary source in the TrueBeam model of github.com/jhu-som-radiation-oncology/DoseCUDA",
      status: "read",
    },
    {
      field: "coneDiametersMm",
      source:
        "typical sets of stereotactic cones, 4 to 17.5 mm; 4 mm lies under the smallest reference field (5 mm) of the kernel",
      status: "unverified default",
    },
    {
      field: "beamModel.kernel",
      source: "6 MV spectrum of Mohan (flattened beam): harder than an FFF beam",
      status: "computed",
    },
    {
      field: "beamModel.sourceFwhmMm",
      source:
        "Med Phys 36 (2009) 5622, table 1: 1.4 × 2.1 mm FWHM fitted for a 6 MV linac; 1.7 mm is the geometric mean, rounded",
      status: "read",
    },
    {
      field: "beamModel.collimatorExitMm",
      source: "typical clearance of a cone's end, 300 mm from the isocenter",
      status: "unverified default",
    },
    {
      field: "beamModel.reference",
      source:
        "a 60 mm circle, not one of the cones: the largest field of the data that the kernel is made from; 15 mm deep at the isocenter",
      status: "computed",
    },
    {
      field: "beamModel.doseGyPerMonitorUnit",
      source: "definition: 1 MU is 0.01 Gy at the reference point",
      status: "computed",
    },
    {
      field: "timing",
      source:
        "typical figures: 1400 MU/min (an FFF machine's), gantry 6 degrees per second; couch kick and overheads are guesses",
      status: "unverified default",
    },
  ],
} as const satisfies LinacMachine;
