import { InvalidInputError, type Structure } from "@isodose/core";

/**
 * The structure of a name, letter for letter.
 * @param field - key path of the plan that named it
 * @throws InvalidInputError listing the names that there are
 */
export function findStructure(structures: readonly Structure[], name: string, field: string): Structure {
  const found = structures.filter((s) => s.name === name);
  if (found.length === 1) return found[0]!;
  if (found.length > 1)
    throw new InvalidInputError(field, name, `a name that is there once; ${found.length} structures have it`);
  throw new InvalidInputError(
    field,
    name,
    `a structure of the structure set: ${structures.map((s) => s.name).join(", ")}`,
  );
}
