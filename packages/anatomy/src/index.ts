export { LESION_PRESETS, type LesionPreset } from "./lesion-presets.ts";
export { type SlabLayer, type SlabPhantomOptions, slabPhantom } from "./slab-phantom.ts";
export { type SpinePhantom, type SpinePhantomOptions, spinePhantom } from "./spine-phantom.ts";
export { PHANTOM_LEVELS } from "./vertebra-dimensions.ts";
