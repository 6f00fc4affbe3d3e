interface ErrorByTag {
  InvalidInputError: InvalidInputError;
  UnsupportedError: UnsupportedError;
  DicomFormatError: DicomFormatError;
  EngineError: EngineError;
  InputFileError: InputFileError;
  OutputError: OutputError;
  CancelledError: CancelledError;
}

/** Print a value in an error message: short, on one line, strings in quotes, lists as lists. */
function show(value: unknown): string {
  const text = typeof value === "number" || typeof value === "bigint" ? String(value) : showAsJson(value);
  return text.length > 120 ? `${text.slice(0, 117)}...` : text;
}

function showAsJson(value: unknown): string {
  try {
    return (
      JSON.stringify(ArrayBuffer.isView(value) ? Array.from(value as Float64Array) : value) ?? String(value)
    );
  } catch {
    return String(value);
  }
}

/** A value that the caller gave is not usable. The message names field, value and what was expected. */
export class InvalidInputError extends Error {
  readonly tag = "InvalidInputError";
  readonly field: string;
  readonly value: unknown;
  readonly expected: string;
  /**
   * @param field - what was wrong: a key path of the plan file, a file name, or a parameter's name
   * @param value - the value found; leave out (undefined) where there is none to show
   * @param expected - what would have been right
   */
  constructor(field: string, value: unknown, expected: string) {
    super(`${field}: ${value === undefined ? "missing" : `is ${show(value)}`}; expected ${expected}`);
    this.name = this.tag;
    this.field = field;
    this.value = value;
    this.expected = expected;
  }
}

/** The request is well formed, but this version or this machine cannot do it. */
export class UnsupportedError extends Error {
  readonly tag = "UnsupportedError";
  readonly feature: string;
  /** @param detail - why, and what would be supported instead */
  constructor(feature: string, detail: string) {
    super(`${feature} is not supported; ${detail}`);
    this.name = this.tag;
    this.feature = feature;
  }
}

/** A DICOM (or other image) file breaks its format. `code` is one of the problem codes of `isodose inspect`. */
export class DicomFormatError extends Error {
  readonly tag = "DicomFormatError";
  readonly file: string;
  readonly code: string;
  /**
   * @param file - the file or folder
   * @param code - problem code, e.g. `TRUNCATED`
   * @param found - what is wrong, with the value
   * @param expected - what was expected
   */
  constructor(file: string, code: string, found: string, expected: string) {
    super(`${file}: ${found}; expected ${expected}`);
    this.name = this.tag;
    this.file = file;
    this.code = code;
  }
}

/** An engine failed although its input was good: our fault. */
export class EngineError extends Error {
  readonly tag = "EngineError";
  readonly engine: string;
  constructor(engine: string, message: string, cause?: unknown) {
    super(`engine ${engine}: ${message}`, { cause });
    this.name = this.tag;
    this.engine = engine;
  }
}

/** A file or folder that the caller named cannot be read. */
export class InputFileError extends Error {
  readonly tag = "InputFileError";
  readonly path: string;
  constructor(path: string, found: string, expected: string) {
    super(`${path}: ${found}; expected ${expected}`);
    this.name = this.tag;
    this.path = path;
  }
}

/** A result could not be written. */
export class OutputError extends Error {
  readonly tag = "OutputError";
  readonly path: string;
  constructor(path: string, found: string, expected: string) {
    super(`${path}: ${found}; expected ${expected}`);
    this.name = this.tag;
    this.path = path;
  }
}

/** The run was stopped through its AbortSignal. */
export class CancelledError extends Error {
  readonly tag = "CancelledError";
  constructor(what = "run") {
    super(`${what} cancelled`);
    this.name = this.tag;
  }
}

const tags: ReadonlySet<string> = new Set([
  "InvalidInputError",
  "UnsupportedError",
  "DicomFormatError",
  "EngineError",
  "InputFileError",
  "OutputError",
  "CancelledError",
]);

/**
 * True if `error` is one of the errors that Isodose throws on purpose (with `tag`: that one). Works across
 * copies of the package and across workers, unlike `instanceof`.
 */
export function isLibraryError(error: unknown): error is ErrorByTag[keyof ErrorByTag];
export function isLibraryError<T extends keyof ErrorByTag>(error: unknown, tag: T): error is ErrorByTag[T];
export function isLibraryError(error: unknown, tag?: string): boolean {
  if (!(error instanceof Error) || !("tag" in error) || typeof error.tag !== "string") return false;
  return tag === undefined ? tags.has(error.tag) : error.tag === tag;
}
