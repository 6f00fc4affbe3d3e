import type { Progress } from "@isodose/core";

/** Progress on one line of the terminal; silent where output goes to a file. */
export function progressLine(name: string): (progress: Progress) => void {
  return ({ done, total }) => {
    if (!process.stderr.isTTY) return;
    process.stderr.write(`\r${name}: ${((100 * done) / total).toFixed(0)} %   ${done >= total ? "\n" : ""}`);
  };
}
