import { InvalidInputError } from "@isodose/core";
import { MACHINES, type MachineDefinition } from "@isodose/machines";
import { nearest } from "./plan-file.ts";

/** A built-in machine by the name that plan files use. @throws InvalidInputError naming the machines that there are */
export function machineByName(name: string): MachineDefinition {
  const machine = Object.entries(MACHINES).find(([id]) => id === name)?.[1];
  if (machine) return machine;
  const names = Object.keys(MACHINES);
  throw new InvalidInputError(
    "delivery.machine",
    name,
    `one of ${names.join(", ")}${nearest(name, names)}, or the path of a machine file`,
  );
}
