import {
  createVolume,
  DicomFormatError,
  type Vec3,
  VOLUME_UNITS,
  type Volume,
  type VolumeUnit,
  type Warning,
} from "@isodose/core";
import { gunzipSync } from "fflate";
import { gridOfAffine, voxelsInOrder } from "./affine-grid.ts";
import type { NamedBytes } from "./named-bytes.ts";

/** A volume from a file that is not DICOM. */
export interface ImportedVolume {
  readonly volume: Volume;
  readonly warnings: readonly Warning[];
}

const MAGIC = /^NRRD000[1-5]\r?\n/;

/** Does the file begin as an NRRD? */
export function isNrrd(bytes: Uint8Array): boolean {
  return MAGIC.test(new TextDecoder("latin1").decode(bytes.subarray(0, 10)));
}

type Read = (view: DataView, at: number, littleEndian: boolean) => number;
const TYPES: readonly { readonly names: RegExp; readonly bytes: number; readonly read: Read }[] = [
  { names: /^(signed char|int8|int8_t)$/, bytes: 1, read: (v, at) => v.getInt8(at) },
  { names: /^(uchar|unsigned char|uint8|uint8_t)$/, bytes: 1, read: (v, at) => v.getUint8(at) },
  {
    names: /^(short|short int|signed short|signed short int|int16|int16_t)$/,
    bytes: 2,
    read: (v, at, e) => v.getInt16(at, e),
  },
  {
    names: /^(ushort|unsigned short|unsigned short int|uint16|uint16_t)$/,
    bytes: 2,
    read: (v, at, e) => v.getUint16(at, e),
  },
  { names: /^(int|signed int|int32|int32_t)$/, bytes: 4, read: (v, at, e) => v.getInt32(at, e) },
  { names: /^(uint|unsigned int|uint32|uint32_t)$/, bytes: 4, read: (v, at, e) => v.getUint32(at, e) },
  { names: /^float$/, bytes: 4, read: (v, at, e) => v.getFloat32(at, e) },
  { names: /^double$/, bytes: 8, read: (v, at, e) => v.getFloat64(at, e) },
];

/** Signs that turn a space into left–posterior–superior. */
const SPACES: Readonly<Record<string, Vec3>> = {
  "left-posterior-superior": [1, 1, 1],
  lps: [1, 1, 1],
  "right-anterior-superior": [-1, -1, 1],
  ras: [-1, -1, 1],
  "left-anterior-superior": [1, -1, 1],
  las: [1, -1, 1],
};

function split(
  file: string,
  bytes: Uint8Array,
): { readonly fields: Map<string, string>; readonly data: Uint8Array } {
  let end = -1;
  for (let n = 0; n + 1 < bytes.length; n++) {
    if (bytes[n] !== 10) continue;
    const next = bytes[n + 1] === 13 ? n + 2 : n + 1;
    if (bytes[next] === 10) {
      end = next + 1;
      break;
    }
  }
  if (end < 0)
    throw new DicomFormatError(file, "TRUNCATED", "ends inside its header", "a blank line behind the header");
  const fields = new Map<string, string>();
  for (const line of new TextDecoder().decode(bytes.subarray(0, end)).split(/\r?\n/).slice(1)) {
    if (line.startsWith("#")) continue;
    const found = /^([^:]+):[= ]\s*(.*)$/.exec(line);
    if (found) fields.set(found[1]!.trim().toLowerCase(), found[2]!.trim());
  }
  return { fields, data: bytes.subarray(end) };
}

function numbersIn(text: string): number[] {
  return text
    .replace(/[(),]/g, " ")
    .trim()
    .split(/\s+/)
    .filter((word) => word !== "")
    .map(Number);
}

/**
 * Read an NRRD of three dimensions with its numbers in the same file (raw, gzip or text).
 *
 * Positions come from `space` (LPS, RAS or LAS), `space directions` and `space origin`, in mm; the unit from the key `unit`.
 * @param unitIfSilent - what the numbers are if the file does not say
 * @throws DicomFormatError NOT_NRRD, TRUNCATED, NRRD_FIELD (a field is missing or not usable), NO_PIXEL_SPACING, SHEARED_GRID
 * @source NRRD file format definition, NRRD0005
 */
export function readNrrd({ name, bytes }: NamedBytes, unitIfSilent: VolumeUnit): ImportedVolume {
  if (!isNrrd(bytes))
    throw new DicomFormatError(name, "NOT_NRRD", "does not begin with NRRD000", "an NRRD file");
  const { fields, data } = split(name, bytes);
  const fail = (field: string, expected: string): never => {
    const value = fields.get(field);
    throw new DicomFormatError(
      name,
      "NRRD_FIELD",
      value === undefined ? `has no ${field}` : `${field} is "${value}"`,
      expected,
    );
  };
  const typeName = (fields.get("type") ?? "").toLowerCase();
  const type =
    TYPES.find((t) => t.names.test(typeName)) ??
    fail("type", "float, double or whole numbers of up to 32 bits");
  if (fields.get("dimension") !== "3") fail("dimension", "3");
  if (fields.has("data file") || fields.has("datafile")) fail("data file", "the numbers in the same file");
  const size = numbersIn(fields.get("sizes") ?? "");
  if (!(size.length === 3 && size.every((n) => Number.isInteger(n) && n >= 1)))
    fail("sizes", "three whole numbers ≥ 1");
  const encoding = (fields.get("encoding") ?? "").toLowerCase();
  const count = size[0]! * size[1]! * size[2]!;
  const values =
    decode(name, encoding, data, type, count, fields.get("endian") !== "big") ??
    fail("encoding", "raw, gzip or text");

  const warnings: Warning[] = [];
  const space = (fields.get("space") ?? "").toLowerCase();
  const sign =
    space === "" ? ([1, 1, 1] as const) : (SPACES[space] ?? fail("space", Object.keys(SPACES).join(", ")));
  if (space === "") {
    warnings.push({
      code: "NO_SPACE",
      message: `${name} does not say how its axes lie in the patient: taken as LPS`,
    });
  }
  const vectors = numbersIn(fields.get("space directions") ?? "");
  const spacings = numbersIn(fields.get("spacings") ?? "");
  if (vectors.length !== 9 && spacings.length !== 3)
    fail("space directions", "three vectors (or three spacings)");
  const column = (a: number): Vec3 =>
    vectors.length === 9
      ? [sign[0] * vectors[3 * a]!, sign[1] * vectors[3 * a + 1]!, sign[2] * vectors[3 * a + 2]!]
      : ([0, 1, 2].map((b) => (a === b ? spacings[a]! : 0)) as unknown as Vec3);
  const origin = numbersIn(fields.get("space origin") ?? "(0,0,0)");
  if (!(origin.length === 3 && origin.every(Number.isFinite))) fail("space origin", "three numbers, mm");
  const originMm: Vec3 = [sign[0] * origin[0]!, sign[1] * origin[1]!, sign[2] * origin[2]!];
  const affine = gridOfAffine(name, size as unknown as Vec3, [column(0), column(1), column(2)], originMm);

  const stated = fields.get("unit");
  const unit =
    stated === undefined
      ? unitIfSilent
      : (VOLUME_UNITS.find((u) => u === stated) ?? fail("unit", VOLUME_UNITS.join(", ")));
  if (stated === undefined) {
    warnings.push({ code: "NO_UNIT", message: `${name} states no unit: taken as ${unitIfSilent}` });
  }
  const frame = fields.get("frameofreferenceuid") ?? "";
  return { volume: createVolume(affine.grid, unit, frame, voxelsInOrder(values, affine)), warnings };
}

function decode(
  file: string,
  encoding: string,
  data: Uint8Array,
  type: (typeof TYPES)[number],
  count: number,
  littleEndian: boolean,
): Float32Array | undefined {
  const truncated = (found: number, unit: string, expected: number): never => {
    throw new DicomFormatError(file, "TRUNCATED", `holds ${found} ${unit} of numbers`, `${expected} ${unit}`);
  };
  if (encoding === "text" || encoding === "txt" || encoding === "ascii") {
    const numbers = numbersIn(new TextDecoder().decode(data));
    if (numbers.length < count) truncated(numbers.length, "values", count);
    return Float32Array.from(numbers.slice(0, count));
  }
  let raw = data;
  if (encoding === "gzip" || encoding === "gz") {
    try {
      raw = gunzipSync(data);
    } catch {
      throw new DicomFormatError(file, "TRUNCATED", "its gzip data end too early", "complete gzip data");
    }
  } else if (encoding !== "raw") return undefined;
  if (raw.length < count * type.bytes) truncated(raw.length, "bytes", count * type.bytes);
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  const out = new Float32Array(count);
  for (let n = 0; n < count; n++) out[n] = type.read(view, n * type.bytes, littleEndian);
  return out;
}
