export { type AimPointOptions, spreadAimPoints } from "./aim-points.ts";
export { type BeamDataOptions, makeBeamData, referenceCaseBeamData } from "./beam-data-from-kernel.ts";
export { beamDataOf } from "./beam-data-of.ts";
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
  type ExcludedDirections,
  type FieldProvenance,
  KERNEL_IDS,
  type KernelId,
  type LinacMachine,
  type LinacTiming,
  MACHINE_FORMAT,
  type MachineDefinition,
  type NodeRule,
  PROVENANCE_STATUSES,
  type ProvenanceStatus,
} from "./machine-definition.ts";
export { MACHINES, type MachineRow, machineById, machineRows } from "./machine-table.ts";
export { parseMachine } from "./parse-machine.ts";
