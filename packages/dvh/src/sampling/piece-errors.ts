/** Largest distance of the cumulative sum of three even spreads a ≥ b ≥ c from the trapezoid a, √(b² + c²): · c / a. Computed. */
export const BOX_ERROR = 0.0105;
/** Largest distance of the cumulative dose in a right-angled prism from the trapezoid of its variance. Computed: 0.0968. */
export const PRISM_ERROR = 0.1;
/**
 * Largest distance of the cumulative dose in the part of a box below a plane from the trapezoid of the shortened box, of the
 * part: (1 − f) (this + (1 − this) (1 − f)⁴) for the fraction f. Computed, with all orientations of the plane and the dose.
 */
export const PART_ERROR = 0.7;
