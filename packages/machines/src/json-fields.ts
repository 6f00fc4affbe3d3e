import { InvalidInputError, nearestName } from "@isodose/core";

/** A JSON object whose keys have been checked, with the key path that leads to it. */
export interface CheckedObject {
  readonly path: string;
  readonly values: Readonly<Record<string, unknown>>;
}

/** @throws InvalidInputError if `value` is no object, lacks one of `keys`, or has a key that is neither of these nor `optional` */
export function readObject(
  value: unknown,
  path: string,
  keys: readonly string[],
  optional: readonly string[] = [],
): CheckedObject {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new InvalidInputError(path, value, "an object");
  const values = value as Record<string, unknown>;
  const known = [...keys, ...optional];
  for (const key of Object.keys(values)) {
    if (known.includes(key)) continue;
    const nearest = nearestName(key, known);
    throw new InvalidInputError(
      `${path}.${key}`,
      values[key],
      nearest ? `no such key (did you mean ${nearest}?)` : `no such key; known are ${known.join(", ")}`,
    );
  }
  for (const key of keys) {
    if (!Object.hasOwn(values, key)) throw new InvalidInputError(`${path}.${key}`, undefined, "a value");
  }
  return { path, values };
}

/** A finite number, least ≤ number ≤ most, or `> 0` where neither is given. */
export function readNumber(
  object: CheckedObject,
  key: string,
  range?: { least: number; most: number },
): number {
  const value = object.values[key];
  const expected = range ? `a number from ${range.least} to ${range.most}` : "a number > 0";
  const good =
    typeof value === "number" &&
    Number.isFinite(value) &&
    (range ? value >= range.least && value <= range.most : value > 0);
  if (!good) throw new InvalidInputError(`${object.path}.${key}`, value, expected);
  return value;
}

export function readWholeNumber(object: CheckedObject, key: string, least: number, most: number): number {
  const value = readNumber(object, key, { least, most });
  if (!Number.isInteger(value)) throw new InvalidInputError(`${object.path}.${key}`, value, "a whole number");
  return value;
}

/** A text that is not empty and has no line break. */
export function readText(object: CheckedObject, key: string): string {
  const value = object.values[key];
  if (typeof value !== "string" || value.trim() === "" || /[\r\n]/.test(value)) {
    throw new InvalidInputError(`${object.path}.${key}`, value, "a text of one line, not empty");
  }
  return value;
}

export function readChoice<const T extends string>(
  object: CheckedObject,
  key: string,
  choices: readonly T[],
): T {
  const value = object.values[key];
  const found = choices.find((choice) => choice === value);
  if (found === undefined)
    throw new InvalidInputError(`${object.path}.${key}`, value, choices.map((c) => `"${c}"`).join(" or "));
  return found;
}

export function readList<T>(
  object: CheckedObject,
  key: string,
  readItem: (item: unknown, path: string) => T,
): T[] {
  const value = object.values[key];
  if (!Array.isArray(value)) throw new InvalidInputError(`${object.path}.${key}`, value, "a list");
  return value.map((item, index) => readItem(item, `${object.path}.${key}[${index}]`));
}

/** A list of finite numbers of at least `least`. */
export function readNumbers(value: unknown, path: string, least: number): number[] {
  if (!Array.isArray(value)) throw new InvalidInputError(path, value, "a list of numbers");
  value.forEach((item, index) => {
    if (typeof item !== "number" || !Number.isFinite(item) || item < least)
      throw new InvalidInputError(
        `${path}[${index}]`,
        item,
        Number.isFinite(least) ? `a number ≥ ${least}` : "a finite number",
      );
  });
  return [...value];
}

/** An object { least, most } of lengths > 0 with least ≤ most. */
export function readRange(object: CheckedObject, key: string): { least: number; most: number } {
  const range = readObject(object.values[key], `${object.path}.${key}`, ["least", "most"]);
  const least = readNumber(range, "least");
  const most = readNumber(range, "most");
  if (least > most) throw new InvalidInputError(range.path, range.values, "least ≤ most");
  return { least, most };
}
