/**
 * What a lepton and its secondaries do in an endless medium, as a list of records of {@link TRACK_RECORD} numbers; lengths are in mm times
 * g/cm³, so they hold at any density. `replay-track.ts` walks copies of it through the voxels.
 *
 * - a particle begins: kind, place where it begins, record where it ends
 * - a straight segment: length, direction, energy at its begin, energy lost, stopping power ratio, 1 / components of the
 *   direction, box around the rest of the particle's way, seen from its begin: low and high x, y, z
 * - a place is kept, where a secondary begins
 * - a photon is born: energy, direction
 * - the particle stops: energy left, stopping power ratio
 * - the list is full: the particle is to be followed by itself
 */
export const TRACK_RECORD = 17;
export const BEGIN = 0;
export const SEGMENT = 1;
export const PLACE = 2;
export const BIRTH = 3;
export const STOP = 4;
export const FOLLOW = 5;

/** Records of a track; a new particle begins only in the first half, and none needs the other half. */
export const TRACK_CAPACITY = 16_384;

/** A track, and room for the places that its replay keeps. */
export interface Track {
  readonly records: Float64Array;
  /** [records in use] */
  readonly length: Int32Array;
  /** [place][x, y, z, cell]; cell −1: never reached. */
  readonly places: Float64Array;
}

export function createTrack(): Track {
  return {
    records: new Float64Array(TRACK_CAPACITY * TRACK_RECORD),
    length: new Int32Array(1),
    places: new Float64Array(TRACK_CAPACITY * 4),
  };
}
