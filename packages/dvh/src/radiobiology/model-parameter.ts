import { InvalidInputError } from "@isodose/core";
import type { EvidenceStatus } from "../evidence-status.ts";

/** Where a number of a model comes from; `given`: it is the caller's. */
export type ParameterProvenance = EvidenceStatus | "given";

/** One number of a radiobiological model, with its source. The unit is in the name of the field that holds it. */
export interface ModelParameter {
  readonly value: number;
  readonly source: string;
  readonly provenance: ParameterProvenance;
}

/** A number of the caller's own, or one with its source. */
export type ParameterInput = number | ModelParameter;

/** Stands on each result that leans on a number nobody has checked against its source. */
export type UnverifiedLabel = "unverified default";

/** The number with its source; a bare number is the caller's. */
export function asParameter(input: ParameterInput): ModelParameter {
  return typeof input === "number"
    ? { value: input, source: "given by the caller", provenance: "given" }
    : input;
}

/** "unverified default" if one of the parameters is. */
export function labelOf(parameters: Readonly<Record<string, ModelParameter>>): UnverifiedLabel | undefined {
  return Object.values(parameters).some((p) => p.provenance === "unverified default")
    ? "unverified default"
    : undefined;
}

/** @throws InvalidInputError if the value is not a finite number > 0 */
export function assertPositive(field: string, value: number, unit = ""): void {
  if (!(Number.isFinite(value) && value > 0))
    throw new InvalidInputError(field, value, `a number > 0${unit && ` ${unit}`}`);
}

/** @throws InvalidInputError if the value is not a finite number ≥ 0 */
export function assertNotNegative(field: string, value: number, unit = ""): void {
  if (!(Number.isFinite(value) && value >= 0))
    throw new InvalidInputError(field, value, `a number ≥ 0${unit && ` ${unit}`}`);
}

/**
 * The parameters of a model, each > 0, with their sources.
 * @param units - of each parameter that the model needs
 * @throws InvalidInputError if one is missing or not > 0
 */
export function checkedParameters<Name extends string>(
  given: Readonly<Record<Name, ParameterInput>>,
  units: Readonly<Record<Name, string>>,
): Record<Name, ModelParameter> {
  const out = {} as Record<Name, ModelParameter>;
  for (const name of Object.keys(units) as Name[]) {
    const input = given[name] as ParameterInput | undefined;
    if (input === undefined)
      throw new InvalidInputError(`parameters.${name}`, undefined, `a number > 0 ${units[name]}`.trimEnd());
    out[name] = asParameter(input);
    assertPositive(`parameters.${name}`, out[name].value, units[name]);
  }
  return out;
}
