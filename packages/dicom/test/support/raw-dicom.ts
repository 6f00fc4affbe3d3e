/**
 * A DICOM writer of its own for the tests, so that what the package reads was not written by the package: any transfer
 * syntax, any nonsense in any element.
 */
export type RawValue = string | number | number[] | Uint8Array | RawDataSet[];
/** Elements by 8 hexadecimal digits: [VR, value]; undefined leaves the element out. */
export type RawDataSet = Record<string, [string, RawValue] | undefined>;

export interface RawOptions {
  transferSyntaxUid?: string;
  /** "full" (default), "none" (128 bytes and DICM left out) or "bare" (no file meta information either). */
  header?: "full" | "none" | "bare";
  /** Items and sequences without lengths, ended by delimiters. */
  undefinedLengths?: boolean;
}

const longForm = new Set(["OB", "OW", "SQ", "UN", "UT"]);
const numberBytes: Record<string, number> = { US: 2, SS: 2, UL: 4, SL: 4, FL: 4, FD: 8, AT: 4 };

class Bytes {
  readonly parts: number[] = [];
  readonly little: boolean;
  constructor(little: boolean) {
    this.little = little;
  }
  integer(value: number, size: number): void {
    const bytes = Array.from({ length: size }, (_, n) => Math.floor(value / 256 ** n) & 255);
    this.parts.push(...(this.little ? bytes : bytes.reverse()));
  }
  append(bytes: ArrayLike<number>): void {
    for (let n = 0; n < bytes.length; n++) this.parts.push(bytes[n]!);
  }
}

function encodeValue(vr: string, value: RawValue, little: boolean): number[] {
  if (value instanceof Uint8Array) return Array.from(value);
  const out = new Bytes(little);
  const size = numberBytes[vr];
  if (size !== undefined) {
    for (const number of [value as number | number[]].flat()) {
      const view = new DataView(new ArrayBuffer(8));
      if (vr === "FL") view.setFloat32(0, number, little);
      else if (vr === "FD") view.setFloat64(0, number, little);
      if (vr === "FL" || vr === "FD") out.append(new Uint8Array(view.buffer, 0, size));
      else out.integer(number < 0 ? number + 256 ** size : number, size);
    }
    return out.parts;
  }
  out.append(new TextEncoder().encode([value as string | number | number[]].flat().join("\\")));
  return out.parts;
}

function encode(
  dataSet: RawDataSet,
  explicit: boolean,
  little: boolean,
  undefinedLengths: boolean,
): number[] {
  const out = new Bytes(little);
  for (const tag of Object.keys(dataSet).sort()) {
    const element = dataSet[tag];
    if (element === undefined) continue;
    const [vr, value] = element;
    let body: number[];
    let length: number | undefined;
    if (vr === "SQ") {
      const items = new Bytes(little);
      for (const item of value as RawDataSet[]) {
        const content = encode(item, explicit, little, undefinedLengths);
        items.integer(0xfffe, 2);
        items.integer(0xe000, 2);
        items.integer(undefinedLengths ? 0xffffffff : content.length, 4);
        items.append(content);
        if (undefinedLengths)
          for (const [n, s] of [
            [0xfffe, 2],
            [0xe00d, 2],
            [0, 4],
          ] as const)
            items.integer(n, s);
      }
      if (undefinedLengths)
        for (const [n, s] of [
          [0xfffe, 2],
          [0xe0dd, 2],
          [0, 4],
        ] as const)
          items.integer(n, s);
      body = items.parts;
      length = undefinedLengths ? 0xffffffff : undefined;
    } else {
      body = encodeValue(vr, value, little);
      if (body.length % 2 === 1) body.push(vr === "UI" || vr === "OB" ? 0 : 32);
    }
    out.integer(Number.parseInt(tag.slice(0, 4), 16), 2);
    out.integer(Number.parseInt(tag.slice(4), 16), 2);
    if (explicit) {
      out.append(new TextEncoder().encode(vr));
      if (longForm.has(vr)) out.integer(0, 2);
      out.integer(length ?? body.length, longForm.has(vr) ? 4 : 2);
    } else {
      out.integer(length ?? body.length, 4);
    }
    out.append(body);
  }
  return out.parts;
}

export function rawDicom(dataSet: RawDataSet, options: RawOptions = {}): Uint8Array {
  const { transferSyntaxUid = "1.2.840.10008.1.2.1", header = "full", undefinedLengths = false } = options;
  const explicit = transferSyntaxUid !== "1.2.840.10008.1.2";
  const little = transferSyntaxUid !== "1.2.840.10008.1.2.2";
  const body = encode(dataSet, explicit, little, undefinedLengths);
  const meta = encode(
    { "00020001": ["OB", new Uint8Array([0, 1])], "00020010": ["UI", transferSyntaxUid] },
    true,
    true,
    false,
  );
  const preamble = [...new Uint8Array(128), ...new TextEncoder().encode("DICM")];
  return Uint8Array.from([
    ...(header === "full" ? preamble : []),
    ...(header === "bare" ? [] : meta),
    ...body,
  ]);
}

/** Pixels as bytes in the given byte order. */
export function words(values: readonly number[], size: 2 | 4, little = true): Uint8Array {
  const out = new Bytes(little);
  for (const value of values) out.integer(value < 0 ? value + 256 ** size : value, size);
  return Uint8Array.from(out.parts);
}

/** One RLE frame: a segment per byte, most significant first, literal runs of at most `run` bytes and repeats where they pay. */
export function rleFrame(values: readonly number[], size: 2 | 4): Uint8Array {
  const segments: number[][] = [];
  for (let place = size - 1; place >= 0; place--) {
    const plane = values.map(
      (value) => Math.floor((value < 0 ? value + 256 ** size : value) / 256 ** place) & 255,
    );
    const packed: number[] = [];
    for (let n = 0; n < plane.length; ) {
      let same = 1;
      while (same < 128 && plane[n + same] === plane[n]) same++;
      if (same >= 2) {
        packed.push(257 - same, plane[n]!);
        n += same;
      } else {
        packed.push(0, plane[n]!);
        n += 1;
      }
    }
    if (packed.length % 2 === 1) packed.push(0x80);
    segments.push(packed);
  }
  const header = new Bytes(true);
  header.integer(segments.length, 4);
  let offset = 64;
  for (let n = 0; n < 15; n++) {
    header.integer(segments[n] === undefined ? 0 : offset, 4);
    offset += segments[n]?.length ?? 0;
  }
  return Uint8Array.from([...header.parts, ...segments.flat()]);
}

/** Encapsulated pixel data: an empty offset table, one fragment per frame, the end mark. To append to a file without pixels. */
export function encapsulated(frames: readonly Uint8Array[]): Uint8Array {
  const out = new Bytes(true);
  out.append([0xe0, 0x7f, 0x10, 0x00, 0x4f, 0x57, 0, 0, 0xff, 0xff, 0xff, 0xff]);
  for (const frame of [new Uint8Array(0), ...frames]) {
    out.append([0xfe, 0xff, 0x00, 0xe0]);
    out.integer(frame.length, 4);
    out.append(frame);
  }
  out.append([0xfe, 0xff, 0xdd, 0xe0, 0, 0, 0, 0]);
  return Uint8Array.from(out.parts);
}

export function concatenate(a: Uint8Array, b: Uint8Array): Uint8Array {
  return Uint8Array.from([...a, ...b]);
}
