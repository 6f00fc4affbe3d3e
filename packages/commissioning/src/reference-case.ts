import { InvalidInputError, UnsupportedError } from "@isodose/core";

/** One number of a reference curve: a mean over a depth bin at one distance from the axis. */
export interface ReferenceSample {
  /** Where it stands along its curve: depth (middle of the bin) or distance from the axis, mm. */
  readonly positionMm: number;
  readonly depthLowMm: number;
  readonly depthHighMm: number;
  readonly offAxisMm: number;
  /** Gy per unit in-vacuum fluence (1/cm2) on the axis in the reference plane: Gy cm2. */
  readonly dose: number;
  /** One standard error, same unit. */
  readonly sigma: number;
}

/** One curve of a reference case. */
export interface ReferenceCurve {
  readonly name: string;
  readonly along: "depth" | "off-axis";
  readonly samples: readonly ReferenceSample[];
}

/** A circular photon field from a point source in a slab of water, computed by an independent Monte Carlo code. */
export interface ReferenceCase {
  readonly id: string;
  readonly title: string;
  /** The code that computed it, with its version. */
  readonly code: string;
  readonly spectrumName: string;
  /** Field diameter in the reference plane, mm. */
  readonly diameterMm: number;
  /** Distance from the source to the reference plane, mm. */
  readonly referencePlaneMm: number;
  /** Distance from the source to the surface, mm. */
  readonly surfaceMm: number;
  /** Thickness of the water, mm. */
  readonly thicknessMm: number;
  readonly curves: readonly ReferenceCurve[];
}

type Json = Record<string, unknown>;

function objectAt(parent: Json, key: string): Json {
  const value = parent[key];
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new InvalidInputError(key, value, "an object");
  return value as Json;
}

function listAt(parent: Json, key: string): readonly unknown[] {
  const value = parent[key];
  if (!Array.isArray(value)) throw new InvalidInputError(key, value, "a list");
  return value;
}

function numberAt(parent: Json, key: string): number {
  return finite(parent[key], key);
}

function finite(value: unknown, field: string): number {
  if (typeof value !== "number" || !Number.isFinite(value))
    throw new InvalidInputError(field, value, "a finite number");
  return value;
}

function binOf(value: unknown, field: string): [number, number] {
  if (!Array.isArray(value) || value.length !== 2)
    throw new InvalidInputError(field, value, "a bin [low, high], mm");
  const [low, high] = value.map((edge) => finite(edge, field)) as [number, number];
  if (!(low >= 0 && high >= low))
    throw new InvalidInputError(field, value, "a bin [low, high] with 0 ≤ low ≤ high, mm");
  return [low, high];
}

function parseCurve(curve: Json): ReferenceCurve {
  const name = String(curve.name);
  const along = curve.along;
  if (along !== "depth" && along !== "off-axis")
    throw new UnsupportedError(`curve along ${String(along)}`, "supported are depth and off-axis");
  if (curve.unit !== "Gy cm2")
    throw new UnsupportedError(`curve unit ${String(curve.unit)}`, "supported is Gy cm2");
  const values = listAt(curve, "value");
  const sigmas = listAt(curve, "sigmaPercent");
  const places = along === "depth" ? listAt(curve, "binMm") : listAt(curve, "offAxisMm");
  if (values.length !== places.length || sigmas.length !== places.length) {
    throw new InvalidInputError(`curve ${name}`, values.length, `${places.length} values and sigmas`);
  }
  const samples = values.map((value, i): ReferenceSample => {
    const dose = finite(value, `${name}.value[${i}]`);
    const sigma = (dose * finite(sigmas[i], `${name}.sigmaPercent[${i}]`)) / 100;
    if (along === "depth") {
      const [depthLowMm, depthHighMm] = binOf(places[i], `${name}.binMm[${i}]`);
      const offAxisMm = numberAt(curve, "offAxisMm");
      return { positionMm: (depthLowMm + depthHighMm) / 2, depthLowMm, depthHighMm, offAxisMm, dose, sigma };
    }
    const [depthLowMm, depthHighMm] = binOf(curve.depthBinMm, `${name}.depthBinMm`);
    const offAxisMm = finite(places[i], `${name}.offAxisMm[${i}]`);
    return { positionMm: offAxisMm, depthLowMm, depthHighMm, offAxisMm, dose, sigma };
  });
  return { name, along, samples };
}

/**
 * Read a reference case of the kind "photon point source, circular field, one slab of water" (format `isodose-reference/1`).
 * @param json - the parsed JSON file
 * @throws InvalidInputError if a key is missing or has the wrong type
 * @throws UnsupportedError if the case is of another kind
 */
export function parseReferenceCase(json: unknown): ReferenceCase {
  if (typeof json !== "object" || json === null)
    throw new InvalidInputError("reference case", json, "an object");
  const file = json as Json;
  if (file.format !== "isodose-reference/1")
    throw new InvalidInputError("format", file.format, '"isodose-reference/1"');
  const source = objectAt(file, "source");
  const field = objectAt(file, "field");
  const phantom = objectAt(file, "phantom");
  if (file.particle !== "photon" || source.kind !== "point")
    throw new UnsupportedError(
      "reference case of another particle or source",
      "supported is a photon point source",
    );
  if (field.kind !== "circle")
    throw new UnsupportedError(`field ${String(field.kind)}`, "supported is a circle");
  const layers = phantom.kind === "slabs" ? listAt(phantom, "layers") : [];
  const layer = layers[0] as Json | undefined;
  if (layers.length !== 1 || layer?.material !== "water")
    throw new UnsupportedError("phantom", "supported is one slab of water");
  const diameterMm = numberAt(field, "diameterMm");
  const referencePlaneMm = numberAt(source, "toReferencePlaneMm");
  const surfaceMm = numberAt(source, "toSurfaceMm");
  for (const [key, value] of Object.entries({ diameterMm, referencePlaneMm, surfaceMm })) {
    if (!(value > 0)) throw new InvalidInputError(key, value, "a length > 0, mm");
  }
  return {
    id: String(file.id),
    title: String(file.title),
    code: String(objectAt(file, "provenance").code),
    spectrumName: String(objectAt(file, "spectrum").name),
    diameterMm,
    referencePlaneMm,
    surfaceMm,
    thicknessMm: numberAt(layer, "thicknessMm"),
    curves: listAt(file, "curves").map((curve) => parseCurve(curve as Json)),
  };
}
