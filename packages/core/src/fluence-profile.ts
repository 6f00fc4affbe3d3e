import { InvalidInputError } from "./errors.ts";

/** Fluence by distance from the axis: [mm, relative to the axis], from [0, 1] on, linear between, held beyond the last. */
export type FluenceProfile = readonly (readonly [number, number])[];

/** Value of a fluence profile at a distance from the axis. */
export function fluenceAt(profile: FluenceProfile, radiusMm: number): number {
  for (let i = 1; i < profile.length; i++) {
    const [r, value] = profile[i]!;
    if (radiusMm > r) continue;
    const [before, valueBefore] = profile[i - 1]!;
    return valueBefore + ((value - valueBefore) * (radiusMm - before)) / (r - before);
  }
  return profile.at(-1)![1];
}

/** @throws InvalidInputError unless radii increase from 0, the fluence on the axis is 1 and all are > 0 */
export function assertFluenceProfile(profile: FluenceProfile, field: string): void {
  if (profile.length < 2)
    throw new InvalidInputError(field, profile.length, "two points [radiusMm, relative fluence] at least");
  profile.forEach(([radiusMm, value], i) => {
    const increasing = i === 0 ? radiusMm === 0 && value === 1 : radiusMm > profile[i - 1]![0];
    if (!(increasing && Number.isFinite(radiusMm)))
      throw new InvalidInputError(`${field}[${i}]`, profile[i], "[0, 1] first, then increasing radii, mm");
    if (!(value > 0 && Number.isFinite(value)))
      throw new InvalidInputError(`${field}[${i}][1]`, value, "a fluence > 0");
  });
}
