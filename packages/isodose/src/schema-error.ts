import { InvalidInputError, nearestName } from "@isodose/core";
import * as z from "zod";

/**
 * One line for the first issue of a schema check: key path, value found, what was expected; for an unknown key also the
 * nearest known one.
 * @param whole - what to call the file's content as a whole, e.g. "plan"
 */
export function schemaError(
  json: unknown,
  schema: z.ZodType,
  error: z.core.$ZodError,
  whole: string,
): InvalidInputError {
  const issue = error.issues[0]!;
  const path = issue.path.length === 0 ? whole : formatPath(issue.path);
  if (issue.code === "unrecognized_keys") {
    const key = issue.keys[0]!;
    const known = keysAt(schema, issue.path);
    const field = issue.path.length === 0 ? key : `${path}.${key}`;
    return new InvalidInputError(
      `unknown key ${field}`,
      valueAt(json, [...issue.path, key]),
      `one of ${known.join(", ")}${nearest(key, known)}`,
    );
  }
  return new InvalidInputError(path, valueAt(json, issue.path), describeExpected(issue));
}

/** " (nearest: …)" where a known name is near. */
function nearest(name: string, known: readonly string[]): string {
  const found = nearestName(name, known);
  return found === undefined ? "" : ` (nearest: ${found})`;
}

function describeExpected(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return describeType(issue.expected);
    case "invalid_value":
      return issue.values.length === 1
        ? JSON.stringify(issue.values[0])
        : `one of ${issue.values.map((v) => JSON.stringify(v)).join(", ")}`;
    case "too_small":
      return issue.origin === "array"
        ? `at least ${entries(issue.minimum)}`
        : `a number ${issue.inclusive ? "≥" : ">"} ${issue.minimum}`;
    case "too_big":
      return issue.origin === "array"
        ? `at most ${entries(issue.maximum)}`
        : `a number ${issue.inclusive ? "≤" : "<"} ${issue.maximum}`;
    default:
      return issue.message;
  }
}

function describeType(expected: string): string {
  if (expected === "int") return "a whole number";
  if (expected === "array" || expected === "tuple") return "a list";
  if (expected === "object") return "an object";
  return `a ${expected}`;
}

function entries(count: number | bigint): string {
  return `${count} ${count === 1 ? "entry" : "entries"}`;
}

function formatPath(path: readonly PropertyKey[]): string {
  return path.map((p, i) => (typeof p === "number" ? `[${p}]` : `${i ? "." : ""}${String(p)}`)).join("");
}

function valueAt(json: unknown, path: readonly PropertyKey[]): unknown {
  let value = json;
  for (const key of path) value = (value as Record<PropertyKey, unknown> | undefined)?.[key];
  return value;
}

/** The keys of the object schema at a path. */
function keysAt(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  let at: z.ZodType = schema;
  const open = (s: z.ZodType): z.ZodType =>
    "unwrap" in s && !(s instanceof z.ZodArray) ? open((s as z.ZodOptional<z.ZodType>).unwrap()) : s;
  for (const key of path) {
    const inner = open(at);
    if (inner instanceof z.ZodArray) at = inner.element as z.ZodType;
    else if (inner instanceof z.ZodObject) at = inner.shape[String(key)] as z.ZodType;
  }
  const last = open(at);
  return last instanceof z.ZodObject ? Object.keys(last.shape) : [];
}
