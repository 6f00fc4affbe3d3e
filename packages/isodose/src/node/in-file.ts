import { InvalidInputError, isLibraryError } from "@isodose/core";

/** Run a check of a file's content, with the file's name in front of the field of an input error. */
export function inFile<T>(file: string, check: () => T): T {
  try {
    return check();
  } catch (error) {
    if (isLibraryError(error, "InvalidInputError")) {
      throw new InvalidInputError(`${file}: ${error.field}`, error.value, error.expected);
    }
    throw error;
  }
}
