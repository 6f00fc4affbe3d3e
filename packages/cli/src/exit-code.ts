import { isLibraryError } from "isodose";

/** 2 for what the user can mend, 130 for a run that was stopped, 1 for our own faults. */
export function exitCodeOf(error: unknown): number {
  if (!isLibraryError(error)) return 1;
  switch (error.tag) {
    case "CancelledError":
      return 130;
    case "EngineError":
      return 1;
    default:
      return 2;
  }
}

/** A message on one line. */
export function oneLine(message: string): string {
  return message.replace(/\s*\n\s*/g, " ").trim();
}
