import { InvalidInputError } from "@isodose/core";

/** @throws InvalidInputError if it is not a whole number ≥ 1 */
export function assertWorkers(workers: number): void {
  if (!(Number.isInteger(workers) && workers >= 1))
    throw new InvalidInputError("workers", workers, "a whole number ≥ 1");
}
