import { DicomFormatError } from "@isodose/core";
import type { DataSet } from "dicom-parser";
import { type DecodeText, textDecoderFor } from "./character-set.ts";

/** A data set (the root, or an item of a sequence) with what is needed to read it and to name it in a message. */
export interface DicomItem {
  readonly file: string;
  readonly dataSet: DataSet;
  readonly decodeText: DecodeText;
}

const key = (tag: string): string => `x${tag.toLowerCase()}`;

/** True if the element is there, even when empty. Tags are 8 hexadecimal digits, e.g. "00280030". */
export function hasElement(item: DicomItem, tag: string): boolean {
  return item.dataSet.elements[key(tag)] !== undefined;
}

/** Bytes of an element's value; empty where it is absent. */
export function bytesOf(item: DicomItem, tag: string): Uint8Array {
  const element = item.dataSet.elements[key(tag)];
  if (element === undefined || element.items !== undefined) return new Uint8Array(0);
  const all = item.dataSet.byteArray as Uint8Array;
  if (element.dataOffset + element.length > all.length) {
    throw new DicomFormatError(
      item.file,
      "TRUNCATED",
      `ends inside element (${tag.slice(0, 4)},${tag.slice(4)})`,
      "a complete file",
    );
  }
  return all.subarray(element.dataOffset, element.dataOffset + element.length);
}

/** Text of an element in the item's character set, without padding; "" where absent. */
export function textOf(item: DicomItem, tag: string): string {
  return item.decodeText(bytesOf(item, tag)).replace(/^ +|[\0 ]+$/g, "");
}

/** Values of a text element (CS, UI, LO …), split at the backslash; none where absent or empty. */
export function textsOf(item: DicomItem, tag: string): string[] {
  const text = textOf(item, tag);
  return text === "" ? [] : text.split("\\").map((part) => part.trim());
}

/** Values of a DS or IS element. What is not a number comes as NaN. */
export function decimalsOf(item: DicomItem, tag: string): number[] {
  const bytes = bytesOf(item, tag);
  if (bytes.length === 0) return [];
  const text = new TextDecoder("windows-1252").decode(bytes).replace(/[\0 ]+$/, "");
  if (text === "") return [];
  return text.split("\\").map((part) => (/^\s*$/.test(part) ? Number.NaN : Number(part)));
}

/** First value of a DS or IS element; undefined where absent or empty, NaN where not a number. */
export function decimalOf(item: DicomItem, tag: string): number | undefined {
  return decimalsOf(item, tag)[0];
}

/** Value of a US element, in the byte order of the file. */
export function unsignedShortOf(item: DicomItem, tag: string): number | undefined {
  return bytesOf(item, tag).length >= 2 ? item.dataSet.uint16(key(tag)) : undefined;
}

/** Value of an SS element. */
export function signedShortOf(item: DicomItem, tag: string): number | undefined {
  return bytesOf(item, tag).length >= 2 ? item.dataSet.int16(key(tag)) : undefined;
}

/** Items of a sequence; none where absent. An item may declare its own character set. */
export function itemsOf(item: DicomItem, tag: string): DicomItem[] {
  const items = item.dataSet.elements[key(tag)]?.items ?? [];
  const out: DicomItem[] = [];
  for (const { dataSet } of items) {
    if (dataSet === undefined) continue;
    const terms = dataSet.string("x00080005");
    out.push({
      file: item.file,
      dataSet,
      decodeText: terms === undefined ? item.decodeText : textDecoderFor(terms.split("\\")),
    });
  }
  return out;
}
