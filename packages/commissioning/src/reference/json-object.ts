import { InvalidInputError, nearestName } from "@isodose/core";

/** A JSON object with its place in the file, so that every complaint names the key. */
export class JsonObject {
  readonly path: string;
  readonly #values: Readonly<Record<string, unknown>>;

  /**
   * @param path - key path for messages, "" at the top
   * @throws InvalidInputError if the value is no object
   */
  constructor(value: unknown, path: string) {
    if (typeof value !== "object" || value === null || Array.isArray(value))
      throw new InvalidInputError(path === "" ? "reference case" : path, value, "an object");
    this.path = path;
    this.#values = value as Record<string, unknown>;
  }

  /** Key path of a key of this object. */
  at(key: string): string {
    return this.path === "" ? key : `${this.path}.${key}`;
  }

  has(key: string): boolean {
    return this.#values[key] !== undefined && this.#values[key] !== null;
  }

  keys(): string[] {
    return Object.keys(this.#values);
  }

  raw(key: string): unknown {
    return this.#values[key];
  }

  /**
   * Keys that the format does not name. A key that looks like a misspelt one which is absent is an error; others are returned.
   * @throws InvalidInputError
   */
  unknownKeys(known: readonly string[]): string[] {
    const unknown = this.keys().filter((key) => !known.includes(key));
    for (const key of unknown) {
      const absent = known.filter((k) => !this.has(k) && Math.abs(k.length - key.length) <= 2);
      const meant = nearestName(key, absent);
      if (meant !== undefined && differBy(key, meant) <= 2)
        throw new InvalidInputError(this.at(key), undefined, `no such key; ${meant} may be meant`);
    }
    return unknown.map((key) => this.at(key));
  }

  object(key: string): JsonObject {
    return new JsonObject(this.#values[key], this.at(key));
  }

  list(key: string): readonly unknown[] {
    const value = this.#values[key];
    if (!Array.isArray(value)) throw new InvalidInputError(this.at(key), value, "a list");
    return value;
  }

  objects(key: string): JsonObject[] {
    return this.list(key).map((value, i) => new JsonObject(value, `${this.at(key)}[${i}]`));
  }

  text(key: string): string {
    const value = this.#values[key];
    if (typeof value !== "string" || value === "") throw new InvalidInputError(this.at(key), value, "a text");
    return value;
  }

  textOr(key: string, otherwise: string): string {
    return this.has(key) ? this.text(key) : otherwise;
  }

  choice<const T extends string>(key: string, choices: readonly T[]): T {
    const value = this.#values[key];
    const found = choices.find((c) => c === value);
    if (found === undefined) throw new InvalidInputError(this.at(key), value, `one of ${choices.join(", ")}`);
    return found;
  }

  number(key: string): number {
    return finiteNumber(this.#values[key], this.at(key));
  }

  /** @throws InvalidInputError if it is not > 0 */
  positive(key: string): number {
    const value = this.#values[key];
    if (typeof value !== "number" || !(Number.isFinite(value) && value > 0))
      throw new InvalidInputError(this.at(key), value, "a number > 0");
    return value;
  }

  numbers(key: string): number[] {
    return this.list(key).map((value, i) => finiteNumber(value, `${this.at(key)}[${i}]`));
  }

  vector(key: string): [number, number, number] {
    const found = this.numbers(key);
    if (found.length !== 3) throw new InvalidInputError(this.at(key), found, "three numbers");
    return found as [number, number, number];
  }

  unitVector(key: string): [number, number, number] {
    const [x, y, z] = this.vector(key);
    const length = Math.hypot(x, y, z);
    if (!(Math.abs(length - 1) < 1e-3)) throw new InvalidInputError(this.at(key), [x, y, z], "a unit vector");
    return [x / length, y / length, z / length];
  }

  /** A list of intervals [low, high]. */
  bins(key: string): [number, number][] {
    return this.list(key).map((value, i) => bin(value, `${this.at(key)}[${i}]`));
  }

  bin(key: string): [number, number] {
    return bin(this.#values[key], this.at(key));
  }
}

function finiteNumber(value: unknown, field: string): number {
  if (typeof value !== "number" || !Number.isFinite(value))
    throw new InvalidInputError(field, value, "a finite number");
  return value;
}

function bin(value: unknown, field: string): [number, number] {
  if (!Array.isArray(value) || value.length !== 2)
    throw new InvalidInputError(field, value, "a bin [low, high], mm");
  const low = finiteNumber(value[0], field);
  const high = finiteNumber(value[1], field);
  if (!(high >= low)) throw new InvalidInputError(field, value, "a bin [low, high] with low ≤ high, mm");
  return [low, high];
}

/** Letters in which two words differ, roughly: those of the longer that the other does not have in this order. */
function differBy(a: string, b: string): number {
  let start = 0;
  while (start < Math.min(a.length, b.length) && a[start] === b[start]) start++;
  let end = 0;
  while (end < Math.min(a.length, b.length) - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++;
  return Math.max(a.length, b.length) - start - end;
}
