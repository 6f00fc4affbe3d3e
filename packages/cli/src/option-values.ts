import { InvalidInputError } from "isodose";

/** Parser of an option that takes one of a few words. */
export function choice<const T extends string>(option: string, choices: readonly T[]): (text: string) => T {
  return (text) => {
    const found = choices.find((c) => c === text);
    if (found === undefined) throw new InvalidInputError(option, text, `one of ${choices.join(", ")}`);
    return found;
  };
}

/** Parser of an option that takes several of a few words, separated by commas, none twice. */
export function choices<const T extends string>(
  option: string,
  known: readonly T[],
): (text: string) => readonly T[] {
  const one = choice(option, known);
  return (text) => {
    const found = text.split(",").map((word) => one(word.trim()));
    if (new Set(found).size < found.length) throw new InvalidInputError(option, text, "each word once");
    return found;
  };
}

/** Parser of an option that takes a whole number. */
export function wholeNumber(option: string, least: number, most: number): (text: string) => number {
  return (text) => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (!(value >= least && value <= most))
      throw new InvalidInputError(option, text, `a whole number from ${least} to ${most}`);
    return value;
  };
}

/** Parser of an option that takes a number. */
export function numberIn(
  option: string,
  range: string,
  holds: (n: number) => boolean,
): (text: string) => number {
  return (text) => {
    const value = /^-?\d+(\.\d+)?(e-?\d+)?$/i.test(text) ? Number(text) : Number.NaN;
    if (!(Number.isFinite(value) && holds(value)))
      throw new InvalidInputError(option, text, `a number ${range}`);
    return value;
  };
}
