import { InvalidInputError, type Vec3 } from "@isodose/core";
import { assertMultileafCollimator, type MultileafCollimator } from "./collimators/multileaf-collimator.ts";
import {
  type CheckedObject,
  readChoice,
  readList,
  readNumber,
  readNumbers,
  readObject,
  readRange,
  readText,
  readWholeNumber,
} from "./json-fields.ts";
import {
  type CyberKnifeTiming,
  type ExcludedDirections,
  type FieldProvenance,
  type LinacTiming,
  MACHINE_FORMAT,
  type MachineDefinition,
  type NodeRule,
  PROVENANCE_STATUSES,
} from "./machine-definition.ts";
import { readBeamModel } from "./parse-beam-model.ts";

const COMMON_KEYS = [
  "format",
  "kind",
  "id",
  "title",
  "label",
  "sadMm",
  "coneDiametersMm",
  "beamModel",
  "provenance",
] as const;

/** What machines of a kind have beside {@link COMMON_KEYS}. */
const KEYS_OF_KIND = {
  cyberknife: ["timing", "nodes"],
  linac: ["timing"],
  "gamma-knife": ["sources"],
} as const;
const KINDS = ["cyberknife", "linac", "gamma-knife"] as const;

/** Seconds or minutes that may be 0. */
const ANY_TIME = { least: 0, most: 3600 };

/**
 * Read a machine file.
 *
 * @param json - the parsed JSON of the file
 * @param field - what the file is called in errors, e.g. its name
 * @returns a plain object with exactly the keys of {@link MachineDefinition}
 * @throws InvalidInputError naming the key path: unknown key (and the nearest known one), missing key, wrong type or range
 */
export function parseMachine(json: unknown, field: string): MachineDefinition {
  const kindOnly = typeof json === "object" && json !== null && "kind" in json ? json.kind : undefined;
  const kindOrLinac = KINDS.find((one) => one === kindOnly) ?? "linac";
  const optional = kindOrLinac === "linac" ? ["multileafCollimator"] : [];
  const object = readObject(json, field, [...COMMON_KEYS, ...KEYS_OF_KIND[kindOrLinac]], optional);
  const kind = readChoice(object, "kind", KINDS);
  const sadMm = readNumber(object, "sadMm");
  const common = {
    format: readChoice(object, "format", [MACHINE_FORMAT]),
    id: readText(object, "id"),
    title: readText(object, "title"),
    label: readText(object, "label"),
    sadMm,
    coneDiametersMm: readCones(object),
    beamModel: readBeamModel(object, sadMm, kind === "gamma-knife"),
    provenance: readList(object, "provenance", readProvenance),
  };
  if (kind === "gamma-knife")
    return { ...common, kind, sources: readWholeNumber(object, "sources", 1, 1000) };
  return kind === "cyberknife"
    ? { ...common, kind, nodes: readNodeRule(object), timing: readCyberKnifeTiming(object) }
    : {
        ...common,
        kind,
        ...(object.values.multileafCollimator !== undefined && { multileafCollimator: readLeaves(object) }),
        timing: readLinacTiming(object),
      };
}

function readLeaves(machine: CheckedObject): MultileafCollimator {
  const path = `${machine.path}.multileafCollimator`;
  const object = readObject(machine.values.multileafCollimator, path, [
    "title",
    "movesAlong",
    "leafBoundariesMm",
    "leafEndOffsetMm",
    "transmission",
    "provenance",
  ]);
  const mlc = {
    title: readText(object, "title"),
    movesAlong: readChoice(object, "movesAlong", ["x", "y"]),
    leafBoundariesMm: readNumbers(
      object.values.leafBoundariesMm,
      `${path}.leafBoundariesMm`,
      Number.NEGATIVE_INFINITY,
    ),
    leafEndOffsetMm: readNumber(object, "leafEndOffsetMm", { least: 0, most: 20 }),
    transmission: readNumber(object, "transmission", { least: 0, most: 0.5 }),
    provenance: readList(object, "provenance", readProvenance),
  };
  assertMultileafCollimator(mlc, path);
  return mlc;
}

function readCones(object: CheckedObject): number[] {
  const path = `${object.path}.coneDiametersMm`;
  const cones = readList(object, "coneDiametersMm", (item, itemPath) => {
    if (typeof item !== "number" || !Number.isFinite(item) || item <= 0)
      throw new InvalidInputError(itemPath, item, "a diameter > 0 mm");
    return item;
  });
  if (cones.length === 0 || cones.some((d, i) => i > 0 && d <= cones[i - 1]!)) {
    throw new InvalidInputError(path, cones, "at least one diameter, increasing, mm");
  }
  return cones;
}

function readProvenance(value: unknown, path: string): FieldProvenance {
  const object = readObject(value, path, ["field", "source", "status"]);
  return {
    field: readText(object, "field"),
    source: readText(object, "source"),
    status: readChoice(object, "status", PROVENANCE_STATUSES),
  };
}

function readNodeRule(machine: CheckedObject): NodeRule {
  const object = readObject(machine.values.nodes, `${machine.path}.nodes`, [
    "latticePoints",
    "sourceDistanceMm",
    "excluded",
    "beamsPerNode",
    "aimDistanceMm",
  ]);
  return {
    latticePoints: readWholeNumber(object, "latticePoints", 1, 10000),
    sourceDistanceMm: readRange(object, "sourceDistanceMm"),
    excluded: readList(object, "excluded", readExcluded),
    beamsPerNode: readWholeNumber(object, "beamsPerNode", 1, 1000),
    aimDistanceMm: readRange(object, "aimDistanceMm"),
  };
}

function readExcluded(value: unknown, path: string): ExcludedDirections {
  const isBelow = typeof value === "object" && value !== null && "kind" in value && value.kind === "below";
  const keys = isBelow
    ? ["kind", "elevationDeg", "reason"]
    : ["kind", "axisIecFixed", "halfAngleDeg", "reason"];
  const object = readObject(value, path, keys);
  const reason = readText(object, "reason");
  if (readChoice(object, "kind", ["below", "cap"]) === "below") {
    return {
      kind: "below",
      elevationDeg: readNumber(object, "elevationDeg", { least: -90, most: 90 }),
      reason,
    };
  }
  const axis = object.values.axisIecFixed;
  const isDirection =
    Array.isArray(axis) &&
    axis.length === 3 &&
    axis.every((c) => typeof c === "number" && Number.isFinite(c)) &&
    Math.hypot(...axis) > 0;
  if (!isDirection) throw new InvalidInputError(`${path}.axisIecFixed`, axis, "three numbers, not all 0");
  return {
    kind: "cap",
    axisIecFixed: [...axis] as unknown as Vec3,
    halfAngleDeg: readNumber(object, "halfAngleDeg", { least: 0, most: 180 }),
    reason,
  };
}

function readCyberKnifeTiming(machine: CheckedObject): CyberKnifeTiming {
  const object = readObject(machine.values.timing, `${machine.path}.timing`, [
    "setupMinutesPerFraction",
    "doseRateMonitorUnitsPerMinute",
    "robotSpeedMmPerSecond",
    "nodeSettleSeconds",
    "beamOverheadSeconds",
    "imagingIntervalSeconds",
    "imagingSeconds",
  ]);
  return {
    setupMinutesPerFraction: readNumber(object, "setupMinutesPerFraction", ANY_TIME),
    doseRateMonitorUnitsPerMinute: readNumber(object, "doseRateMonitorUnitsPerMinute"),
    robotSpeedMmPerSecond: readNumber(object, "robotSpeedMmPerSecond"),
    nodeSettleSeconds: readNumber(object, "nodeSettleSeconds", ANY_TIME),
    beamOverheadSeconds: readNumber(object, "beamOverheadSeconds", ANY_TIME),
    imagingIntervalSeconds: readNumber(object, "imagingIntervalSeconds"),
    imagingSeconds: readNumber(object, "imagingSeconds", ANY_TIME),
  };
}

function readLinacTiming(machine: CheckedObject): LinacTiming {
  const object = readObject(machine.values.timing, `${machine.path}.timing`, [
    "setupMinutesPerFraction",
    "doseRateMonitorUnitsPerMinute",
    "gantrySpeedDegPerSecond",
    "fieldOverheadSeconds",
    "couchKickSeconds",
  ]);
  return {
    setupMinutesPerFraction: readNumber(object, "setupMinutesPerFraction", ANY_TIME),
    doseRateMonitorUnitsPerMinute: readNumber(object, "doseRateMonitorUnitsPerMinute"),
    gantrySpeedDegPerSecond: readNumber(object, "gantrySpeedDegPerSecond"),
    fieldOverheadSeconds: readNumber(object, "fieldOverheadSeconds", ANY_TIME),
    couchKickSeconds: readNumber(object, "couchKickSeconds", ANY_TIME),
  };
}
