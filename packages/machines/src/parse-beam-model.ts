import {
  assertFluenceProfile,
  type EnergySpectrum,
  type FieldLeakage,
  type HeadScatter,
  InvalidInputError,
} from "@isodose/core";
import { assertPencilKernel, type PencilKernel } from "@isodose/physics";
import {
  type CheckedObject,
  readChoice,
  readList,
  readNumber,
  readNumbers,
  readObject,
  readText,
} from "./json-fields.ts";
import { type BeamModel, KERNEL_IDS, type KernelId, type OwnKernel } from "./machine-definition.ts";

/** The beam model of a machine file; `perMinute`: its output is in Gy/min. */
export function readBeamModel(machine: CheckedObject, sadMm: number, perMinute: boolean): BeamModel {
  const output = perMinute ? "doseGyPerMinute" : "doseGyPerMonitorUnit";
  const object = readObject(
    machine.values.beamModel,
    `${machine.path}.beamModel`,
    ["kernel", "sourceFwhmMm", "collimatorExitMm", "reference", output],
    ["headScatter", "leakage", "fluenceProfile"],
  );
  const reference = readObject(object.values.reference, `${object.path}.reference`, [
    "diameterMm",
    "depthMm",
  ]);
  const collimatorExitMm = readNumber(object, "collimatorExitMm", { least: 1, most: sadMm });
  const { headScatter, leakage, fluenceProfile } = object.values;
  return {
    kernel: readKernel(object),
    sourceFwhmMm: readNumber(object, "sourceFwhmMm", { least: 0, most: 20 }),
    collimatorExitMm,
    ...(headScatter !== undefined && { headScatter: readHeadScatter(object, collimatorExitMm) }),
    ...(leakage !== undefined && { leakage: readLeakage(object) }),
    ...(fluenceProfile !== undefined && { fluenceProfile: readFluenceProfile(object) }),
    reference: {
      diameterMm: readNumber(reference, "diameterMm"),
      depthMm: readNumber(reference, "depthMm", { least: 0, most: 300 }),
    },
    [output]: readNumber(object, output),
  };
}

function readKernel(object: CheckedObject): KernelId | OwnKernel {
  const value = object.values.kernel;
  if (typeof value !== "object" || value === null) return readChoice(object, "kernel", KERNEL_IDS);
  const kernel = readObject(value, `${object.path}.kernel`, ["spectrum", "pencil"]);
  return {
    spectrum: readSpectrum(kernel.values.spectrum, `${kernel.path}.spectrum`),
    pencil: readPencil(kernel.values.pencil, `${kernel.path}.pencil`),
  };
}

/** Bins of a spectrum. */
function readSpectrum(value: unknown, path: string): EnergySpectrum {
  const object = readObject(value, path, ["binLowMeV", "binHighMeV", "relativeNumber"]);
  const spectrum = {
    binLowMeV: readNumbers(object.values.binLowMeV, `${path}.binLowMeV`, 0),
    binHighMeV: readNumbers(object.values.binHighMeV, `${path}.binHighMeV`, 0),
    relativeNumber: readNumbers(object.values.relativeNumber, `${path}.relativeNumber`, 0),
  };
  const { binLowMeV, binHighMeV, relativeNumber } = spectrum;
  if (relativeNumber.length === 0 || !(relativeNumber.reduce((a, b) => a + b, 0) > 0))
    throw new InvalidInputError(
      `${path}.relativeNumber`,
      relativeNumber,
      "numbers ≥ 0, one at least above 0",
    );
  for (const [key, list] of Object.entries({ binLowMeV, binHighMeV })) {
    if (list.length !== relativeNumber.length)
      throw new InvalidInputError(
        `${path}.${key}`,
        list.length,
        `${relativeNumber.length} energies, one for each bin`,
      );
  }
  binHighMeV.forEach((high, i) => {
    if (high < binLowMeV[i]!)
      throw new InvalidInputError(
        `${path}.binHighMeV[${i}]`,
        high,
        `at least ${binLowMeV[i]} MeV, the bin's low end`,
      );
  });
  return spectrum;
}

function readPencil(value: unknown, path: string): PencilKernel {
  const object = readObject(value, path, [
    "name",
    "provenance",
    "attenuationPerMm",
    "ratesPerMm",
    "depthMm",
    "weightsGyCm2",
    "surfaceNote",
  ]);
  const provenance = readObject(object.values.provenance, `${path}.provenance`, ["title", "source", "note"]);
  const pencil = {
    name: readText(object, "name"),
    provenance: {
      title: readText(provenance, "title"),
      source: readText(provenance, "source"),
      note: readText(provenance, "note"),
    },
    attenuationPerMm: readNumber(object, "attenuationPerMm", { least: 0, most: 1 }),
    ratesPerMm: readNumbers(object.values.ratesPerMm, `${path}.ratesPerMm`, 0),
    depthMm: readNumbers(object.values.depthMm, `${path}.depthMm`, 0),
    weightsGyCm2: readList(object, "weightsGyCm2", (row, rowPath) =>
      readNumbers(row, rowPath, Number.NEGATIVE_INFINITY),
    ),
    surfaceNote: readText(object, "surfaceNote"),
  };
  assertPencilKernel(pencil, path);
  return pencil;
}

function readHeadScatter(model: CheckedObject, collimatorExitMm: number): HeadScatter {
  const object = readObject(model.values.headScatter, `${model.path}.headScatter`, [
    "share",
    "sigmaMm",
    "distanceFromSourceMm",
  ]);
  const distanceFromSourceMm = readNumber(object, "distanceFromSourceMm", {
    least: 0,
    most: collimatorExitMm,
  });
  if (distanceFromSourceMm >= collimatorExitMm)
    throw new InvalidInputError(
      `${object.path}.distanceFromSourceMm`,
      distanceFromSourceMm,
      `less than collimatorExitMm, ${collimatorExitMm} mm`,
    );
  return {
    share: readNumber(object, "share", { least: 0, most: 0.9 }),
    sigmaMm: readNumber(object, "sigmaMm", { least: 0.01, most: 200 }),
    distanceFromSourceMm,
  };
}

function readLeakage(model: CheckedObject): FieldLeakage {
  const object = readObject(model.values.leakage, `${model.path}.leakage`, ["transmission", "radiusMm"]);
  return {
    transmission: readNumber(object, "transmission", { least: 0, most: 0.5 }),
    radiusMm: readNumber(object, "radiusMm", { least: 1, most: 300 }),
  };
}

function readFluenceProfile(model: CheckedObject): (readonly [number, number])[] {
  const profile = readList(model, "fluenceProfile", (item, path): readonly [number, number] => {
    if (!Array.isArray(item) || item.length !== 2 || !item.every((x) => Number.isFinite(x)))
      throw new InvalidInputError(path, item, "two numbers: radius at SAD in mm, relative fluence");
    return [item[0], item[1]];
  });
  assertFluenceProfile(profile, `${model.path}.fluenceProfile`);
  return profile;
}
