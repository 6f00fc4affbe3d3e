import type { Warning } from "@isodose/core";
import { planLetter } from "./palette.ts";

/** A warning, and the letters of the plans that carry it. */
export interface SharedWarning extends Warning {
  /** "A", "B", … */
  readonly plans: readonly string[];
}

/** The warnings of several plans, each once, in the order in which they first come. */
export function sharedWarnings(
  plans: readonly { readonly warnings: readonly Warning[] }[],
): readonly SharedWarning[] {
  const found = new Map<string, Warning & { readonly plans: string[] }>();
  for (const [p, { warnings }] of plans.entries()) {
    for (const { code, message } of warnings) {
      const key = `${code} ${message}`;
      const warning = found.get(key) ?? { code, message, plans: [] };
      if (!warning.plans.includes(planLetter(p))) warning.plans.push(planLetter(p));
      found.set(key, warning);
    }
  }
  return [...found.values()];
}
