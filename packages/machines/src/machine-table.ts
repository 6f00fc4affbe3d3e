import { InvalidInputError, nearestName, UnsupportedError } from "@isodose/core";
import { CYBERKNIFE } from "./cyberknife/cyberknife-machine.ts";
import { GAMMA_KNIFE } from "./gamma-knife/gamma-knife-machine.ts";
import { LINAC_6FFF } from "./linac/linac-machine.ts";
import type { DeliveringMachine, MachineDefinition } from "./machine-definition.ts";

/** The machines that Isodose brings along, by id. */
export const MACHINES: Readonly<Record<string, MachineDefinition>> = Object.freeze({
  cyberknife: CYBERKNIFE,
  "linac-6fff": LINAC_6FFF,
  "gamma-knife": GAMMA_KNIFE,
});

/** What a list of machines shows of one. */
export interface MachineRow {
  readonly id: string;
  readonly kind: MachineDefinition["kind"];
  readonly title: string;
  readonly label: string;
  readonly sadMm: number;
  /** Field diameters at SAD, mm. */
  readonly coneDiametersMm: readonly number[];
  /** Why plans cannot deliver with it; undefined: they can. */
  readonly noDelivery?: string;
  /** One line for each source: `field (status): source`. */
  readonly sources: readonly string[];
  /** Fields whose numbers nobody has verified. */
  readonly unverifiedFields: readonly string[];
}

/** The built-in machine of that id. @throws InvalidInputError naming `field`, the ids that there are and the nearest one */
export function machineById(id: string, field = "machine"): MachineDefinition {
  if (Object.hasOwn(MACHINES, id)) return MACHINES[id]!;
  const ids = Object.keys(MACHINES);
  const nearest = nearestName(id, ids);
  throw new InvalidInputError(
    field,
    id,
    `one of ${ids.join(", ")}${nearest ? ` (did you mean ${nearest}?)` : ""}`,
  );
}

const NO_SHOTS = "beam data of a single source only: this version places no shots";

/**
 * A machine that plans can deliver with.
 * @throws UnsupportedError with the reason if it is none
 */
export function deliveringMachine(machine: MachineDefinition): DeliveringMachine {
  if (machine.kind !== "gamma-knife") return machine;
  throw new UnsupportedError(`delivery with ${machine.id}`, NO_SHOTS);
}

/** Rows for a list of machines, in the order of the table. */
export function machineRows(machines: readonly MachineDefinition[] = Object.values(MACHINES)): MachineRow[] {
  return machines.map((machine) => ({
    id: machine.id,
    kind: machine.kind,
    title: machine.title,
    label: machine.label,
    sadMm: machine.sadMm,
    coneDiametersMm: machine.coneDiametersMm,
    ...(machine.kind === "gamma-knife" && { noDelivery: NO_SHOTS }),
    sources: machine.provenance.map(({ field, source, status }) => `${field} (${status}): ${source}`),
    unverifiedFields: machine.provenance
      .filter(({ status }) => status === "unverified default")
      .map(({ field }) => field),
  }));
}

/**
 * Check that a machine has a cone.
 * @throws InvalidInputError naming the diameters that there are
 */
export function assertCone(machine: MachineDefinition, diameterMm: number, field: string): void {
  if (!machine.coneDiametersMm.includes(diameterMm)) {
    throw new InvalidInputError(
      field,
      diameterMm,
      `a cone of ${machine.id}: ${machine.coneDiametersMm.join(", ")} mm`,
    );
  }
}
