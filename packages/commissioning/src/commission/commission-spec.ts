import {
  type EnergySpectrum,
  type FieldLeakage,
  type FluenceProfile,
  type HeadScatter,
  InvalidInputError,
  nearestName,
} from "@isodose/core";
import { assertBeamOptics, type MachineDefinition, machineById } from "@isodose/machines";
import { CO60_LINES, energySpectrumOf, MOHAN_6_MV } from "@isodose/physics";
import { JsonObject } from "../reference/json-object.ts";
import { startOf } from "./fit-beam.ts";

export const COMMISSION_FORMAT = "isodose-commission/1";

/**
 * What a fit may change. The spectrum is multiplied by (E/E₀)^a e^{b (E − E₀)}: `spectrum` is b, `spectrumPower` a; they do nearly the
 * same to a depth dose, so few data tell both.
 */
export const FITTED_QUANTITIES = [
  "spectrum",
  "spectrumPower",
  "sourceFwhm",
  "headScatterShare",
  "headScatterSigma",
  "leakage",
] as const;
export type FittedQuantity = (typeof FITTED_QUANTITIES)[number];

/** Spectra with a name. */
export const NAMED_SPECTRA: Readonly<Record<string, EnergySpectrum>> = Object.freeze({
  mohan6: energySpectrumOf(MOHAN_6_MV),
  co60: CO60_LINES,
});

/** One measured curve and how it was measured; lengths mm. */
export type MeasuredCurveSpec = {
  /** CSV file, relative to the spec. */
  readonly file: string;
  /** One standard error, % of the curve's greatest value, where the file has no column `sigma`. */
  readonly sigmaPercent: number;
} & (
  | {
      readonly kind: "pdd";
      readonly diameterMm: number;
      readonly ssdMm: number;
      readonly fromDepthMm: number;
    }
  | { readonly kind: "tpr"; readonly diameterMm: number; readonly fromDepthMm: number }
  | {
      readonly kind: "profile";
      readonly diameterMm: number;
      readonly ssdMm: number;
      readonly depthMm: number;
    }
  | { readonly kind: "output-factors" }
);
export type MeasuredKind = MeasuredCurveSpec["kind"];
export const MEASURED_KINDS = [
  "pdd",
  "tpr",
  "profile",
  "output-factors",
] as const satisfies readonly MeasuredKind[];

/** What a machine is commissioned from: a file of the format "isodose-commission/1", checked and completed. */
export interface CommissionSpec {
  /** Machine whose delivery, timing and, where the spec has none, cones are taken. */
  readonly base: MachineDefinition;
  readonly id: string;
  readonly title: string;
  readonly label: string;
  readonly sadMm: number;
  readonly coneDiametersMm: readonly number[];
  /** Name of the spectrum, "own bins" where the file has them. */
  readonly spectrumName: string;
  readonly spectrum: EnergySpectrum;
  readonly sourceFwhmMm: number;
  readonly collimatorExitMm: number;
  readonly headScatter?: HeadScatter;
  readonly leakage?: FieldLeakage;
  readonly fluenceProfile?: FluenceProfile;
  readonly reference: { readonly diameterMm: number; readonly depthMm: number };
  /** At the reference point. */
  readonly output: { readonly unit: "Gy/MU" | "Gy/min"; readonly value: number };
  readonly histories: number;
  readonly seed: number;
  readonly measured: readonly MeasuredCurveSpec[];
  readonly fit: readonly FittedQuantity[];
}

const KEYS = [
  "format",
  "machine",
  "spectrum",
  "sourceFwhmMm",
  "collimatorExitMm",
  "headScatter",
  "leakage",
  "fluenceProfile",
  "reference",
  "doseGyPerMonitorUnit",
  "doseGyPerMinute",
  "engine",
  "histories",
  "seed",
  "measured",
  "fit",
] as const;
const MACHINE_KEYS = ["base", "id", "title", "label", "sadMm", "coneDiametersMm"] as const;
const COMMON_MEASURED_KEYS = ["kind", "file", "sigmaPercent"] as const;
const MEASURED_KEYS: Readonly<Record<MeasuredKind, readonly string[]>> = {
  pdd: ["diameterMm", "ssdMm", "fromDepthMm"],
  tpr: ["diameterMm", "fromDepthMm"],
  profile: ["diameterMm", "ssdMm", "depthMm"],
  "output-factors": [],
};
export const DEFAULT_HISTORIES = 200_000;
const DEFAULT_SIGMA_PERCENT = 0.5;
const MOST_HISTORIES = 1e9;

/**
 * Check a commissioning file and fill in what it leaves to defaults and to its base machine.
 *
 * @param json - parsed JSON of the format "isodose-commission/1"
 * @throws InvalidInputError naming the key: unknown (and the nearest known one), missing, of the wrong type or out of range
 */
export function parseCommissionSpec(json: unknown): CommissionSpec {
  const top = new JsonObject(json, "");
  assertKeys(top, KEYS);
  top.choice("format", [COMMISSION_FORMAT]);
  const machine = top.object("machine");
  assertKeys(machine, MACHINE_KEYS);
  const base = machineById(machine.text("base"), machine.at("base"));
  const sadMm = machine.has("sadMm") ? machine.positive("sadMm") : base.sadMm;
  const coneDiametersMm = machine.has("coneDiametersMm")
    ? increasing(machine.numbers("coneDiametersMm"), machine.at("coneDiametersMm"))
    : base.coneDiametersMm;
  const { spectrum, spectrumName } = readSpectrum(top);
  const collimatorExitMm = top.positive("collimatorExitMm");
  if (collimatorExitMm > sadMm)
    throw new InvalidInputError("collimatorExitMm", collimatorExitMm, `at most sadMm, ${sadMm} mm`);
  const headScatter = top.has("headScatter") ? readHeadScatter(top.object("headScatter")) : undefined;
  const leakage = top.has("leakage") ? readLeakage(top.object("leakage")) : undefined;
  const fluenceProfile = top.has("fluenceProfile") ? readProfile(top) : undefined;
  const referenceObject = top.object("reference");
  assertKeys(referenceObject, ["diameterMm", "depthMm"]);
  if (top.has("engine")) top.choice("engine", ["monte-carlo"]);
  const measured = top.has("measured") ? top.objects("measured").map(readMeasured) : [];
  const fit = top.has("fit") ? readFit(top) : [];
  assertFitPossible(fit, { spectrum, headScatter, leakage, measured });
  const spec: CommissionSpec = {
    base,
    id: machine.text("id"),
    title: machine.text("title"),
    label: machine.text("label"),
    sadMm,
    coneDiametersMm,
    spectrumName,
    spectrum,
    sourceFwhmMm: within(top, "sourceFwhmMm", 0, 20),
    collimatorExitMm,
    ...(headScatter && { headScatter }),
    ...(leakage && { leakage }),
    ...(fluenceProfile && { fluenceProfile }),
    reference: {
      diameterMm: referenceObject.positive("diameterMm"),
      depthMm: within(referenceObject, "depthMm", 0, 300),
    },
    output: readOutput(top, base),
    histories: top.has("histories") ? whole(top, "histories", 1, MOST_HISTORIES) : DEFAULT_HISTORIES,
    seed: top.has("seed") ? whole(top, "seed", 0, 2 ** 32 - 1) : 1,
    measured,
    fit,
  };
  assertBeamOptics(startOf(spec).optics);
  const widestMm = Math.max(...coneDiametersMm, spec.reference.diameterMm);
  if (leakage && leakage.radiusMm < widestMm / 2)
    throw new InvalidInputError(
      "leakage.radiusMm",
      leakage.radiusMm,
      `at least the radius of the widest field, ${widestMm / 2} mm`,
    );
  return spec;
}

/** @throws InvalidInputError for the first key that the format does not have */
function assertKeys(object: JsonObject, known: readonly string[]): void {
  for (const key of object.keys()) {
    if (known.includes(key)) continue;
    const nearest = nearestName(key, known);
    throw new InvalidInputError(
      object.at(key),
      object.raw(key),
      nearest ? `no such key (did you mean ${nearest}?)` : `no such key; known are ${known.join(", ")}`,
    );
  }
}

function within(object: JsonObject, key: string, least: number, most: number): number {
  const value = object.number(key);
  if (!(value >= least && value <= most))
    throw new InvalidInputError(object.at(key), value, `a number from ${least} to ${most}`);
  return value;
}

function whole(object: JsonObject, key: string, least: number, most: number): number {
  const value = within(object, key, least, most);
  if (!Number.isInteger(value)) throw new InvalidInputError(object.at(key), value, "a whole number");
  return value;
}

function increasing(list: readonly number[], field: string): readonly number[] {
  list.forEach((value, i) => {
    if (!(value > (i === 0 ? 0 : list[i - 1]!)))
      throw new InvalidInputError(`${field}[${i}]`, value, "diameters > 0, increasing, mm");
  });
  if (list.length === 0) throw new InvalidInputError(field, list, "one diameter at least, mm");
  return list;
}

function readSpectrum(top: JsonObject): { spectrum: EnergySpectrum; spectrumName: string } {
  const value = top.raw("spectrum");
  if (typeof value === "string") {
    const named = Object.hasOwn(NAMED_SPECTRA, value) ? NAMED_SPECTRA[value] : undefined;
    if (!named)
      throw new InvalidInputError(
        "spectrum",
        value,
        `one of ${Object.keys(NAMED_SPECTRA).join(", ")}, or an object with bins`,
      );
    return { spectrum: named, spectrumName: value };
  }
  const object = top.object("spectrum");
  assertKeys(object, ["binLowMeV", "binHighMeV", "relativeNumber"]);
  const spectrum = {
    binLowMeV: object.numbers("binLowMeV"),
    binHighMeV: object.numbers("binHighMeV"),
    relativeNumber: object.numbers("relativeNumber"),
  };
  const bins = spectrum.relativeNumber.length;
  for (const key of ["binLowMeV", "binHighMeV"] as const) {
    if (spectrum[key].length !== bins)
      throw new InvalidInputError(object.at(key), spectrum[key].length, `${bins} energies, one for each bin`);
  }
  for (let i = 0; i < bins; i++) {
    const low = spectrum.binLowMeV[i]!;
    const high = spectrum.binHighMeV[i]!;
    if (!(low >= 0 && high >= low && high > 0 && high <= 20))
      throw new InvalidInputError(
        `${object.at("binHighMeV")}[${i}]`,
        high,
        "an energy from binLowMeV to 20 MeV",
      );
    if (!(spectrum.relativeNumber[i]! >= 0))
      throw new InvalidInputError(
        `${object.at("relativeNumber")}[${i}]`,
        spectrum.relativeNumber[i],
        "a number ≥ 0",
      );
  }
  if (!spectrum.relativeNumber.some((n) => n > 0))
    throw new InvalidInputError(object.at("relativeNumber"), bins, "one number at least above 0");
  return { spectrum, spectrumName: "own bins" };
}

function readHeadScatter(object: JsonObject): HeadScatter {
  assertKeys(object, ["share", "sigmaMm", "distanceFromSourceMm"]);
  return {
    share: within(object, "share", 0, 0.9),
    sigmaMm: within(object, "sigmaMm", 0.1, 200),
    distanceFromSourceMm: within(object, "distanceFromSourceMm", 0, 2000),
  };
}

function readLeakage(object: JsonObject): FieldLeakage {
  assertKeys(object, ["transmission", "radiusMm"]);
  return {
    transmission: within(object, "transmission", 0, 0.5),
    radiusMm: within(object, "radiusMm", 1, 300),
  };
}

function readProfile(top: JsonObject): (readonly [number, number])[] {
  return top.list("fluenceProfile").map((item, i) => {
    if (!(Array.isArray(item) && item.length === 2 && item.every((x) => Number.isFinite(x))))
      throw new InvalidInputError(
        `fluenceProfile[${i}]`,
        item,
        "two numbers: radius at SAD in mm, relative fluence",
      );
    return [item[0], item[1]] as const;
  });
}

function readOutput(top: JsonObject, base: MachineDefinition): CommissionSpec["output"] {
  const perMinute = base.kind === "gamma-knife";
  const key = perMinute ? "doseGyPerMinute" : "doseGyPerMonitorUnit";
  const other = perMinute ? "doseGyPerMonitorUnit" : "doseGyPerMinute";
  if (top.has(other))
    throw new InvalidInputError(other, top.raw(other), `${key}, for a machine of the kind ${base.kind}`);
  return { unit: perMinute ? "Gy/min" : "Gy/MU", value: top.positive(key) };
}

function readMeasured(object: JsonObject): MeasuredCurveSpec {
  const kind = object.choice("kind", MEASURED_KINDS);
  assertKeys(object, [...COMMON_MEASURED_KEYS, ...MEASURED_KEYS[kind]]);
  const common = {
    file: object.text("file"),
    sigmaPercent: object.has("sigmaPercent") ? object.positive("sigmaPercent") : DEFAULT_SIGMA_PERCENT,
  };
  const fromDepthMm = () => (object.has("fromDepthMm") ? within(object, "fromDepthMm", 0, 300) : 0);
  switch (kind) {
    case "pdd":
      return {
        ...common,
        kind,
        diameterMm: object.positive("diameterMm"),
        ssdMm: object.positive("ssdMm"),
        fromDepthMm: fromDepthMm(),
      };
    case "tpr":
      return { ...common, kind, diameterMm: object.positive("diameterMm"), fromDepthMm: fromDepthMm() };
    case "profile":
      return {
        ...common,
        kind,
        diameterMm: object.positive("diameterMm"),
        ssdMm: object.positive("ssdMm"),
        depthMm: within(object, "depthMm", 0, 400),
      };
    case "output-factors":
      return { ...common, kind };
  }
}

function readFit(top: JsonObject): FittedQuantity[] {
  const found = top.list("fit").map((value, i) => {
    const known = FITTED_QUANTITIES.find((one) => one === value);
    if (known) return known;
    const nearest = typeof value === "string" ? nearestName(value, FITTED_QUANTITIES) : undefined;
    throw new InvalidInputError(
      `fit[${i}]`,
      value,
      `one of ${FITTED_QUANTITIES.join(", ")}${nearest ? ` (did you mean ${nearest}?)` : ""}`,
    );
  });
  if (new Set(found).size < found.length) throw new InvalidInputError("fit", found, "each quantity once");
  return found;
}

function assertFitPossible(
  fit: readonly FittedQuantity[],
  spec: {
    spectrum: EnergySpectrum;
    headScatter: HeadScatter | undefined;
    leakage: FieldLeakage | undefined;
    measured: readonly MeasuredCurveSpec[];
  },
): void {
  if (fit.length > 0 && spec.measured.length === 0)
    throw new InvalidInputError("measured", [], "one measured curve at least, to fit to");
  const needs = (quantity: FittedQuantity, present: unknown, key: string) => {
    if (fit.includes(quantity) && !present)
      throw new InvalidInputError(key, undefined, `start values, because fit names ${quantity}`);
  };
  needs("headScatterShare", spec.headScatter, "headScatter");
  needs("headScatterSigma", spec.headScatter, "headScatter");
  needs("leakage", spec.leakage, "leakage");
  const bent = fit.find((quantity) => quantity === "spectrum" || quantity === "spectrumPower");
  if (bent && spec.spectrum.relativeNumber.filter((n) => n > 0).length < 3)
    throw new InvalidInputError("fit", bent, "a spectrum with three bins at least; lines are not fitted");
}
