/** A voxel belongs to the inside if at least half of it does. */
export const HALF = 0.5;
