import type { Beam, FieldLeakage, JawLeakage, PolygonsShape } from "@isodose/core";

/** A polygon in the isocentric plane: corners [x, y] along the axes of the beam-limiting device (IEC 61217), mm from the axis. */
export type OpeningPolygon = readonly (readonly [number, number])[];

/** What a collimator leaves open, and what comes through where it is closed. */
export interface CollimatorOpening {
  readonly polygonsMm: readonly OpeningPolygon[];
  readonly leakage?: FieldLeakage | JawLeakage;
}

/**
 * The opening as the shape of a `PhotonField`, along the axes of a beam.
 * @param beam - its beam-limiting device's axes, LPS
 */
export function shapeOfOpening(
  opening: CollimatorOpening,
  beam: Pick<Beam, "bldXAxis" | "bldYAxis">,
): PolygonsShape {
  return {
    kind: "polygons",
    polygonsMm: opening.polygonsMm,
    widthAxis: beam.bldXAxis,
    heightAxis: beam.bldYAxis,
  };
}
