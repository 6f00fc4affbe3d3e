import type { CyberKnifeMachine } from "../machine-definition.ts";

/**
 * CyberKnife-like robotic linac with cones.
 *
 * The node set is synthetic: real path sets are proprietary. Its exclusions and its time model are plausible defaults that
 * nobody has verified; replace them in a machine file of your own. The beam is made from a flattened 6 MV spectrum.
 */
export const CYBERKNIFE = {
  format: "isodose-machine/1",
  kind: "cyberknife",
  id: "cyberknife",
  title: "CyberKnife-like robotic linac, 12 cones, synthetic node set (mohan6-based, not FFF)",
  label: "mohan6-based, not FFF",
  sadMm: 800,
  coneDiametersMm: [5, 7.5, 10, 12.5, 15, 20, 25, 30, 35, 40, 50, 60],
  beamModel: {
    kernel: "6mv-mohan",
    sourceFwhmMm: 2.3,
    collimatorExitMm: 400,
    reference: { diameterMm: 60, depthMm: 15 },
    doseGyPerMonitorUnit: 0.01,
  },
  nodes: {
    latticePoints: 220,
    sourceDistanceMm: { least: 800, most: 1000 },
    excluded: [
      { kind: "below", elevationDeg: -22, reason: "floor and couch: no source under the patient" },
      {
        kind: "cap",
        axisIecFixed: [0, 1, 0],
        halfAngleDeg: 35,
        reason: "head end of the couch: beams along the patient's length",
      },
      {
        kind: "cap",
        axisIecFixed: [0, -1, 0],
        halfAngleDeg: 30,
        reason: "foot end of the couch and its support",
      },
      { kind: "cap", axisIecFixed: [0.8, 0.6, 0], halfAngleDeg: 20, reason: "robot base" },
      {
        kind: "cap",
        axisIecFixed: [1, 0, 1],
        halfAngleDeg: 8,
        reason: "line of an X-ray imaging source",
      },
      {
        kind: "cap",
        axisIecFixed: [-1, 0, 1],
        halfAngleDeg: 8,
        reason: "line of an X-ray imaging source",
      },
    ],
    beamsPerNode: 12,
    aimDistanceMm: { least: 650, most: 1100 },
  },
  timing: {
    setupMinutesPerFraction: 5,
    doseRateMonitorUnitsPerMinute: 1000,
    robotSpeedMmPerSecond: 200,
    nodeSettleSeconds: 2,
    beamOverheadSeconds: 1,
    imagingIntervalSeconds: 45,
    imagingSeconds: 2.5,
  },
  provenance: [
    {
      field: "sadMm",
      source:
        "Ploquin et al., Med Phys 39 (2012), Sci-Fri PM Delivery-07, abstract: SSD 785 mm + depth 15 mm",
      status: "read",
    },
    {
      field: "coneDiametersMm",
      source:
        "column headings of off-centre-ratio tables at 800 mm (github.com/FelixCabrera23/cyberknife_montecarlo_FLUKA, CK2_DANE.xlsx); that there are 12: Thiele et al., JACMP 24 (2023) e14137",
      status: "read",
    },
    {
      field: "beamModel.kernel",
      source: "6 MV spectrum of Mohan (flattened beam), not this machine's",
      status: "computed",
    },
    {
      field: "beamModel.sourceFwhmMm",
      source:
        "Thiele et al., JACMP 24 (2023) e14137: final source width 2.5 × 2.3 mm; read as FWHM, the smaller taken for both axes (the abstract does not say FWHM or sigma)",
      status: "read",
    },
    {
      field: "beamModel.collimatorExitMm",
      source:
        "a third party's model of the head (github.com/FelixCabrera23/cyberknife_montecarlo_FLUKA, Geo_0_0_2.flair), not vendor data: secondary collimator ends about 400 mm from the source",
      status: "read",
    },
    {
      field: "beamModel.reference",
      source:
        "Ploquin et al. 2012: SSD 785 mm, depth 15 mm; the 60 mm cone is the reference of the published output factors",
      status: "read",
    },
    {
      field: "beamModel.doseGyPerMonitorUnit",
      source: "definition: 1 MU is 0.01 Gy at the reference point",
      status: "computed",
    },
    {
      field: "nodes",
      source: "synthetic: real path sets are proprietary; 110 to 130 nodes of a Fibonacci lattice",
      status: "unverified default",
    },
    {
      field: "nodes.sourceDistanceMm",
      source: "body path sets: about 800 to 1000 mm",
      status: "unverified default",
    },
    {
      field: "nodes.excluded",
      source:
        "no source more than 20 to 25 degrees under the horizontal plane; the caps are plausible, not measured",
      status: "unverified default",
    },
    { field: "nodes.beamsPerNode", source: "up to 12 orientations at a node", status: "unverified default" },
    {
      field: "nodes.aimDistanceMm",
      source: "least source distance about 650 mm; the greatest is a choice",
      status: "unverified default",
    },
    {
      field: "timing",
      source: "typical figures: 1000 MU/min, 2 to 4 s from node to node, an image pair each 30 to 60 s",
      status: "unverified default",
    },
  ],
} as const satisfies CyberKnifeMachine;
