export { type AimPointOptions, spreadAimPoints } from "./aim-points.ts";
export { type BeamDataOptions, makeBeamData, referenceCaseBeamData } from "./beam-data-from-kernel.ts";
export { beamDataOf, kernelOf } from "./beam-data-of.ts";
export {
  addCircleFractions,
  assertBeamOptics,
  type CircleBeamPoint,
  circleBeamDose,
  type OpticsPart,
  partsOfOptics,
} from "./circle-fluence.ts";
export { irisOpening } from "./collimators/iris-opening.ts";
export { type JawPositions, jawOpening } from "./collimators/jaw-opening.ts";
export { mlcOpening } from "./collimators/mlc-opening.ts";
export {
  assertMultileafCollimator,
  HD120_LIKE_MLC,
  type MultileafCollimator,
} from "./collimators/multileaf-collimator.ts";
export { type CollimatorOpening, type OpeningPolygon, shapeOfOpening } from "./collimators/opening.ts";
export {
  type ConeCollimator,
  type CyberKnifeDelivery,
  type CyberKnifeDeliveryOptions,
  cyberKnifeDelivery,
} from "./cyberknife/cyberknife-delivery.ts";
export { type CyberKnifeNode, cyberKnifeNodes } from "./cyberknife/nodes.ts";
export { type DeliveryTimeOptions, deliveryMinutes } from "./delivery-minutes.ts";
export type { ArcDirection } from "./linac/arc-angles.ts";
export {
  type LinacArc,
  type LinacDelivery,
  type LinacDeliveryOptions,
  type LinacField,
  linacDelivery,
} from "./linac/linac-delivery.ts";
export {
  type BeamModel,
  type CyberKnifeMachine,
  type CyberKnifeTiming,
  type DeliveringMachine,
  type ExcludedDirections,
  type FieldProvenance,
  type GammaKnifeMachine,
  KERNEL_IDS,
  type KernelId,
  type LinacMachine,
  type LinacTiming,
  MACHINE_FORMAT,
  type MachineDefinition,
  type NodeRule,
  type OwnKernel,
  PROVENANCE_STATUSES,
  type ProvenanceStatus,
} from "./machine-definition.ts";
export { deliveringMachine, MACHINES, type MachineRow, machineById, machineRows } from "./machine-table.ts";
export { parseMachine } from "./parse-machine.ts";
