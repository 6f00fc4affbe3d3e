/**
 * Encodings by defined term of Specific Character Set (0008,0005), as the Encoding Standard calls them. The ISO 2022 terms
 * stand for the same repertoires, switched by escape sequences. @source DICOM PS3.3 C.12.1.1.2
 */
const encodingOfTerm: Readonly<Record<string, string>> = {
  "": "windows-1252",
  "ISO_IR 6": "windows-1252",
  "ISO_IR 100": "windows-1252",
  "ISO_IR 101": "iso-8859-2",
  "ISO_IR 109": "iso-8859-3",
  "ISO_IR 110": "iso-8859-4",
  "ISO_IR 144": "iso-8859-5",
  "ISO_IR 127": "iso-8859-6",
  "ISO_IR 126": "iso-8859-7",
  "ISO_IR 138": "iso-8859-8",
  "ISO_IR 148": "windows-1254",
  "ISO_IR 203": "iso-8859-15",
  "ISO_IR 13": "shift_jis",
  "ISO_IR 166": "windows-874",
  "ISO_IR 192": "utf-8",
  GB18030: "gb18030",
  GBK: "gbk",
  "ISO_IR 87": "iso-2022-jp",
  "ISO_IR 159": "iso-2022-jp",
  "ISO_IR 149": "euc-kr",
  "ISO_IR 58": "gb18030",
};

/** Escape sequences that designate a set, e.g. ESC $ ) C. */
const escapeSequence = new RegExp(`${String.fromCharCode(27)}[$()\\-.,/]+[A-Za-z0-9@]`, "g");

/** Turns the bytes of a text element into a string. */
export type DecodeText = (bytes: Uint8Array) => string;

/**
 * Decoder for the values of Specific Character Set. With several values (ISO 2022) the last one that names an encoding
 * decides and escape sequences of single-byte sets are dropped. Bytes above 127 without any declared set are taken as UTF-8
 * if they are valid UTF-8, else as Latin-1: that is what exporters that leave the element out mean.
 */
export function textDecoderFor(terms: readonly string[]): DecodeText {
  const names = terms.map((term) => encodingOfTerm[term.trim().replace("ISO 2022 IR", "ISO_IR")]);
  const encoding = names.findLast((name) => name !== undefined) ?? "windows-1252";
  const declared = terms.some((term) => term.trim() !== "" && term.trim() !== "ISO_IR 6");
  return (bytes) => {
    if (!declared && bytes.some((byte) => byte > 127)) {
      try {
        return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
      } catch {
        return new TextDecoder("windows-1252").decode(bytes);
      }
    }
    const text = new TextDecoder(encoding).decode(bytes);
    // The decoder of a fixed set leaves them in.
    return text.replace(escapeSequence, "");
  };
}
