/** Avogadro's number, 1/mol. @source SI (2019) */
export const AVOGADRO_PER_MOL = 6.02214076e23;

/** Classical electron radius, cm. @source CODATA 2018 */
export const ELECTRON_RADIUS_CM = 2.8179403262e-13;

/** Fine structure constant. @source CODATA 2018 */
export const FINE_STRUCTURE = 7.2973525693e-3;
