import { InvalidInputError, type Structure, type Volume } from "@isodose/core";
import { type ContourOptions, planesOfStructure, type Solid } from "@isodose/geometry";
import { CellDose } from "./sampling/cell-dose.ts";
import { contourPieces } from "./sampling/contour-pieces.ts";
import { occupancyPieces } from "./sampling/occupancy-pieces.ts";
import type { PieceSource } from "./sampling/piece-source.ts";
import { SampledDose } from "./sampling/sampled-dose.ts";
import { solidPieces } from "./sampling/solid-pieces.ts";

/** What a DVH can be taken of: contours; the part of each voxel of a grid (unit "fraction"); an exact solid. */
export type DvhRegion = Structure | Volume | Solid;

export function isSolid(region: DvhRegion): region is Solid {
  return "implicit" in region;
}

export function isOccupancy(region: DvhRegion): region is Volume {
  return "grid" in region;
}

/** A region as pieces, and its own volume. */
export interface DvhPieces {
  readonly name: string;
  /** cc; undefined for contours and solids, whose volume is that of their pieces: exactly, and with an error. */
  readonly volumeCc: number | undefined;
  readonly source: PieceSource;
}

/**
 * @throws InvalidInputError if the frames of reference differ, an occupancy has another unit or values beyond 0 to 1, or
 *   contours are not usable
 */
export function piecesOfRegion(
  region: DvhRegion,
  dose: Volume,
  name: string | undefined,
  interpolation: "trilinear" | "tricubic",
  options: ContourOptions,
): DvhPieces {
  if (isSolid(region))
    return { name: name ?? "solid", volumeCc: undefined, source: solidPieces(region, dose) };
  if (isOccupancy(region)) {
    const called = name ?? "occupancy";
    assertSameFrame(called, region.frameOfReferenceUid, dose);
    const volumeCc = assertOccupancy(region, called);
    const source = occupancyPieces(region, dose, 1000 * volumeCc, (lattice) =>
      interpolation === "trilinear" && lattice.bounded
        ? new CellDose(dose, lattice)
        : new SampledDose(dose, lattice, interpolation),
    );
    return { name: called, volumeCc, source };
  }
  const called = name ?? region.name;
  assertSameFrame(called, region.frameOfReferenceUid, dose);
  return {
    name: called,
    volumeCc: undefined,
    source: contourPieces(planesOfStructure(region, options), dose),
  };
}

function assertSameFrame(name: string, frameOfReferenceUid: string, dose: Volume): void {
  if (frameOfReferenceUid && dose.frameOfReferenceUid && frameOfReferenceUid !== dose.frameOfReferenceUid) {
    throw new InvalidInputError(
      `${name}.frameOfReferenceUid`,
      frameOfReferenceUid,
      `the frame of reference of the dose, ${dose.frameOfReferenceUid}`,
    );
  }
}

/** @returns volume, cc */
function assertOccupancy(occupancy: Volume, name: string): number {
  if (occupancy.unit !== "fraction")
    throw new InvalidInputError(`${name}.unit`, occupancy.unit, '"fraction" (the part of each voxel inside)');
  const { size, spacingMm } = occupancy.grid;
  let sum = 0;
  const data = occupancy.values.data;
  for (let n = 0; n < data.length; n++) {
    const f = data[n]!;
    if (!(f >= 0 && f <= 1.000001)) {
      const voxel = `${n % size[0]}, ${Math.floor(n / size[0]) % size[1]}, ${Math.floor(n / (size[0] * size[1]))}`;
      throw new InvalidInputError(`${name}.values[${voxel}]`, f, "a fraction from 0 to 1");
    }
    sum += f;
  }
  return (sum * spacingMm[0] * spacingMm[1] * spacingMm[2]) / 1000;
}
