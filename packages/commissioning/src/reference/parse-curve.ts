import { InvalidInputError } from "@isodose/core";
import type { JsonObject } from "./json-object.ts";
import { type FileCurve, REFERENCE_QUANTITIES, type RegionSample } from "./reference-file.ts";

const KEYS = [
  "name",
  "along",
  "quantity",
  "unit",
  "offAxisMm",
  "depthMm",
  "binMm",
  "depthBinMm",
  "value",
  "sigmaPercent",
  "lateralHalfWidthMm",
  "method",
  "note",
];

/** One curve. @throws InvalidInputError */
export function parseCurve(json: JsonObject, warn: (keys: readonly string[]) => void): FileCurve {
  warn(json.unknownKeys(KEYS));
  const along = json.choice("along", ["depth", "off-axis", "radius"]);
  const places = json.has("binMm")
    ? json.bins("binMm")
    : json.numbers(along === "depth" ? "depthMm" : "offAxisMm").map((x): [number, number] => [x, x]);
  const values = json.numbers("value");
  const sigmas = sigmasOf(json, values.length);
  if (values.length !== places.length)
    throw new InvalidInputError(json.at("value"), values.length, `${places.length} values, one per place`);
  if (values.length === 0) throw new InvalidInputError(json.at("value"), values, "at least one value");
  const across = along === "depth" ? constantPlace(json, "offAxisMm") : depthOf(json);
  return {
    name: json.textOr("name", along),
    along,
    quantity: json.choice("quantity", REFERENCE_QUANTITIES),
    unit: json.text("unit"),
    lateral: along === "radius" ? "ring" : "line",
    samples: values.map((value, i): RegionSample => {
      const place = places[i]!;
      const [depth, lateral] = along === "depth" ? [place, across] : [across, place];
      return {
        positionMm: (place[0] + place[1]) / 2,
        depthLowMm: depth[0],
        depthHighMm: depth[1],
        offAxisLowMm: lateral[0],
        offAxisHighMm: lateral[1],
        value,
        sigma: (Math.abs(value) * sigmas[i]!) / 100,
      };
    }),
  };
}

/** Percent; a null stands where the value is 0. */
function sigmasOf(json: JsonObject, count: number): number[] {
  if (!json.has("sigmaPercent")) return new Array<number>(count).fill(0);
  const list = json.list("sigmaPercent");
  if (list.length !== count)
    throw new InvalidInputError(json.at("sigmaPercent"), list.length, `${count} numbers, one per value`);
  return list.map((value, i) => {
    if (value === null) return 0;
    if (typeof value !== "number" || !(Number.isFinite(value) && value >= 0))
      throw new InvalidInputError(`${json.at("sigmaPercent")}[${i}]`, value, "a number ≥ 0, %");
    return value;
  });
}

/** Where a depth curve lies beside the axis; on it where the file says nothing. */
function constantPlace(json: JsonObject, key: string): [number, number] {
  if (!json.has(key)) return [0, 0];
  const at = json.number(key);
  return [at, at];
}

/** Depth of a curve across the axis: a bin, a point, or all depths (spheres of a point source) as [0, 0]. */
function depthOf(json: JsonObject): [number, number] {
  if (json.has("depthBinMm")) return json.bin("depthBinMm");
  if (json.has("depthMm")) return constantPlace(json, "depthMm");
  return [0, 0];
}
