import { InvalidInputError } from "./errors.ts";
import { assertFieldShape, assertUnitVector, fieldExtent, fieldRadiusMm } from "./field-shape.ts";
import { assertFluenceProfile } from "./fluence-profile.ts";
import type { PhotonField } from "./photon-field.ts";

/** How much a product may miss an end that it should meet, mm. */
const ROUNDING_MM = 1e-6;

/**
 * Check all of a field but its spectrum, whose limits are those of an engine's tables.
 * @param name - how errors call it
 * @throws InvalidInputError if a length, axis, polygon or the leakage is not usable, or a source with a size has no
 * `collimatorDistanceMm` or is infinitely far away
 */
export function assertPhotonField(field: PhotonField, name = "field"): void {
  const { isocenterMm, directionToSource, sourceDistanceMm, sourceSigmaMm, collimatorDistanceMm } = field;
  if (!isocenterMm.every(Number.isFinite))
    throw new InvalidInputError(`${name}.isocenterMm`, isocenterMm, "three finite numbers, mm");
  assertUnitVector(directionToSource, `${name}.directionToSource`);
  if (!(sourceDistanceMm > 0))
    throw new InvalidInputError(
      `${name}.sourceDistanceMm`,
      sourceDistanceMm,
      "a distance > 0 mm, or Infinity",
    );
  if (!(sourceSigmaMm >= 0 && Number.isFinite(sourceSigmaMm)))
    throw new InvalidInputError(`${name}.sourceSigmaMm`, sourceSigmaMm, "a length ≥ 0 mm");
  if (sourceSigmaMm > 0 && sourceDistanceMm === Number.POSITIVE_INFINITY)
    throw new InvalidInputError(`${name}.sourceSigmaMm`, sourceSigmaMm, "0 for parallel rays");
  if (sourceSigmaMm > 0 && collimatorDistanceMm === undefined)
    throw new InvalidInputError(
      `${name}.collimatorDistanceMm`,
      undefined,
      "a distance > 0 mm, for a source with a size",
    );
  if (
    collimatorDistanceMm !== undefined &&
    !(collimatorDistanceMm > 0 && Number.isFinite(collimatorDistanceMm))
  )
    throw new InvalidInputError(`${name}.collimatorDistanceMm`, collimatorDistanceMm, "a distance > 0 mm");
  assertFieldShape(field.shape, directionToSource, `${name}.shape`);
  if (field.fluenceProfile) assertFluenceProfile(field.fluenceProfile, `${name}.fluenceProfile`);
  if (field.leakage) assertLeakage(field, `${name}.leakage`);
}

function assertLeakage({ shape, leakage }: PhotonField, name: string): void {
  const { transmission } = leakage!;
  if (!(transmission >= 0 && transmission < 1))
    throw new InvalidInputError(`${name}.transmission`, transmission, "a share from 0 to below 1");
  if ("radiusMm" in leakage!) {
    const least = fieldRadiusMm(shape);
    if (!(leakage.radiusMm >= least - ROUNDING_MM && Number.isFinite(leakage.radiusMm)))
      throw new InvalidInputError(
        `${name}.radiusMm`,
        leakage.radiusMm,
        `a length of at least ${least.toFixed(2)} mm, the farthest point of the opening`,
      );
    return;
  }
  if (shape.kind === "circle")
    throw new InvalidInputError(`${name}.radiusMm`, undefined, "a length > 0 mm, for a circle has no axes");
  const { lowMm, highMm } = fieldExtent(shape);
  for (const axis of [0, 1] as const) {
    const low = leakage!.lowMm[axis];
    const high = leakage!.highMm[axis];
    if (!(low <= lowMm[axis] + ROUNDING_MM && Number.isFinite(low)))
      throw new InvalidInputError(
        `${name}.lowMm[${axis}]`,
        low,
        `at most ${lowMm[axis]} mm, the opening's end`,
      );
    if (!(high >= highMm[axis] - ROUNDING_MM && Number.isFinite(high)))
      throw new InvalidInputError(
        `${name}.highMm[${axis}]`,
        high,
        `at least ${highMm[axis]} mm, the opening's end`,
      );
  }
}
