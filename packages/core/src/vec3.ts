/** Three numbers along x, y, z. What axes they belong to stands in the name of the variable. */
export type Vec3 = readonly [number, number, number];

declare const frame: unique symbol;
/** A point in DICOM patient coordinates (LPS), mm. */
export type PatientPoint = Vec3 & { readonly [frame]?: "patient" };
/** A point in IEC 61217 beam-limiting-device coordinates: x, y across, z towards the source, origin at the isocenter, mm. */
export type BeamPoint = Vec3 & { readonly [frame]?: "beam" };
/** A point in voxel indices i, j, k: whole numbers are voxel centres. */
export type VoxelPoint = Vec3 & { readonly [frame]?: "voxel" };
