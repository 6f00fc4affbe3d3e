import { PHANTOM_LEVELS } from "./levels.ts";

/** Sizes of one vertebra, the disc below it, its canal and what the canal holds, mm. */
export interface VertebraDimensions {
  readonly level: string;
  readonly region: "atlas" | "cervical" | "thoracic" | "lumbar" | "sacral";
  /** Endplates: width (left–right), depth (front–back). The waist between them is 6 % narrower. */
  readonly bodyWidthMm: number;
  readonly bodyDepthMm: number;
  readonly bodyHeightMm: number;
  readonly discHeightMm: number;
  readonly canalWidthMm: number;
  readonly canalDepthMm: number;
  readonly pedicleWidthMm: number;
  readonly pedicleHeightMm: number;
  readonly pedicleAngleDeg: number;
  readonly laminaThicknessMm: number;
  readonly spinousLengthMm: number;
  /** How far the tip of the spinous process lies below its root. */
  readonly spinousDropMm: number;
  readonly transverseSpanMm: number;
  readonly cordWidthMm: number;
  readonly cordDepthMm: number;
}

/**
 * Morphometry by level: body width, depth, height; disc below; canal width, depth; pedicle width, height, angle; lamina
 * thickness; spinous length, drop; transverse span; cord width, depth, in mm (angle in degrees).
 *
 * Unverified defaults: from memory of the literature, rounded; nothing is tested against these numbers as if they were
 * measured. Origin by column:
 * - body, canal, pedicle height, spinous and transverse processes: the magnitudes of Panjabi et al., Spine 16 (1991)
 *   861–869 (cervical), Spine 16 (1991) 888–901 (thoracic), Spine 17 (1992) 299–306 (lumbar): from memory, not read.
 *   Bodies of T12 and L1, and the heights of their discs, are rounded to whole slices.
 * - pedicle width T1 9.3, T4 4.5, T12 8.3: read in the abstract of Kaur et al., J Clin Orthop Trauma 7 (2016) 101–108,
 *   doi:10.1016/j.jcot.2015.12.002; L5 16.1: read in table 6 of a CT study of Māori and European lumbar spines
 *   (Int J Spine Surg, ijssurgery.com, highwire markup 11003). The others from memory (as Zindrick et al., Spine 12
 *   (1987) 160–166).
 * - lamina thickness T2 6.6, T9 7.3: read in the abstract of Egwu et al., J Anat Soc India 68 (2019) 110–118,
 *   doi:10.4103/JASI.JASI_8_19; the others from memory.
 * - disc T4 2.7, T10 5.4: anterior heights in men, read in the abstract of Fletcher et al., Eur Spine J (2015),
 *   doi:10.1007/s00586-015-3925-y; cervical near 4.1 (middle), read in the abstract of Shin et al., Surg Neurol Int 15
 *   (2024) 196, doi:10.25259/SNI_279_2024; lumbar from memory.
 * - cord 13.3 × 7.4 at segment C5, 8.3 × 6.3 at T8, width 9.4 at L3: read in the abstract of Frostell et al., Front Neurol
 *   7 (2016) 238, doi:10.3389/fneur.2016.00238, put at the vertebrae where these segments lie (C5, T7, T12), linear
 *   between; the depth at T12 from memory.
 */
const TABLE: Readonly<Record<string, readonly number[]>> = Object.freeze({
  // body W, D, H | disc | canal W, D | pedicle W, H, angle | lamina | spinous L, drop | span | cord W, D
  C1: [12, 11, 16, 1, 28, 20, 8, 9, 10, 5, 7, 0, 74, 12.4, 7.8],
  C2: [18, 15.5, 20, 4, 24, 19, 8, 9, 30, 5.5, 20, 3, 56, 12.4, 7.7],
  C3: [18, 15.5, 12, 4, 23.5, 16, 5.6, 7.4, 42, 4, 16, 4, 52, 12.8, 7.6],
  C4: [18.5, 15.5, 12, 4, 24.5, 16, 5.4, 7.4, 44, 4, 17, 4, 52, 13.1, 7.5],
  C5: [19, 16, 12, 4, 25, 16, 5.6, 7, 44, 4, 18, 5, 53, 13.3, 7.4],
  C6: [21, 17, 12, 4, 25.5, 16, 6, 7.3, 40, 4.5, 24, 7, 56, 12.7, 7.3],
  C7: [24, 18, 13, 4.5, 24.5, 15.5, 6.6, 7.5, 34, 5.5, 34, 9, 66, 11.5, 7],
  T1: [27, 18.5, 15, 3.5, 22, 16, 9.3, 9.6, 30, 6.5, 34, 12, 74, 10.4, 6.8],
  T2: [27, 19.5, 16.5, 3, 20, 15.5, 7, 11.4, 24, 6.6, 32, 16, 68, 9.7, 6.6],
  T3: [26.5, 21.5, 17, 2.8, 18.5, 15.5, 5.5, 11.9, 18, 6.7, 31, 20, 62, 9.3, 6.5],
  T4: [26.5, 23, 17.5, 2.7, 17.5, 16, 4.5, 12.1, 14, 6.8, 30, 24, 60, 9, 6.4],
  T5: [27, 24.5, 18, 3, 17.5, 16, 4.8, 11.9, 12, 6.9, 30, 27, 61, 8.7, 6.4],
  T6: [28, 26, 18.5, 3.4, 17.5, 16, 5, 12.2, 10, 7, 30, 28, 61, 8.5, 6.3],
  T7: [29, 27.5, 19, 3.8, 17.5, 16, 5.3, 12.1, 9, 7.1, 30, 28, 61, 8.3, 6.3],
  T8: [30.5, 28.5, 19.5, 4.2, 17.8, 16, 5.8, 12.5, 8, 7.2, 30, 26, 61, 8.4, 6.4],
  T9: [32, 29.5, 20.5, 4.8, 18, 16, 6.2, 13.9, 8, 7.3, 29, 22, 60, 8.6, 6.5],
  T10: [34, 30.5, 21.5, 5.4, 18.5, 15.5, 6.8, 14.9, 6, 7.1, 28, 17, 59, 8.8, 6.6],
  T11: [37, 32, 22.5, 6, 20, 16, 8, 17.4, 2, 6.8, 27, 11, 56, 9.1, 6.8],
  T12: [40, 33, 24, 8, 22, 17, 8.3, 16, 0, 6.5, 28, 8, 54, 9.4, 7],
  L1: [42, 34, 24, 8, 22.5, 17, 8.5, 16, 6, 6.5, 32, 5, 78, 9.2, 7],
  L2: [43.5, 34.5, 25, 9, 23, 17, 9, 15, 8, 6.5, 33, 5, 84, 8, 6],
  L3: [45, 35, 25, 10, 23.5, 16.5, 10.3, 14.5, 10, 6.5, 34, 5, 94, 8, 6],
  L4: [47, 35.5, 25, 11, 25, 17, 12.9, 15, 13, 6.5, 32, 5, 90, 8, 6],
  L5: [49, 35.5, 25, 10, 28, 17.5, 16.1, 14, 22, 6, 26, 6, 94, 8, 6],
  S1: [50, 34, 28, 2, 30, 16, 16, 20, 25, 5, 12, 6, 96, 8, 6],
});

function region(level: string): VertebraDimensions["region"] {
  if (level === "C1") return "atlas";
  const regions = { C: "cervical", T: "thoracic", L: "lumbar", S: "sacral" } as const;
  return regions[level[0] as keyof typeof regions];
}

/** Sizes by level, from cranial to caudal; see the table's header for their origin. */
export const VERTEBRA_DIMENSIONS: readonly VertebraDimensions[] = Object.freeze(
  PHANTOM_LEVELS.map((level): VertebraDimensions => {
    const row = TABLE[level]!;
    return Object.freeze({
      level,
      region: region(level),
      bodyWidthMm: row[0]!,
      bodyDepthMm: row[1]!,
      bodyHeightMm: row[2]!,
      discHeightMm: row[3]!,
      canalWidthMm: row[4]!,
      canalDepthMm: row[5]!,
      pedicleWidthMm: row[6]!,
      pedicleHeightMm: row[7]!,
      pedicleAngleDeg: row[8]!,
      laminaThicknessMm: row[9]!,
      spinousLengthMm: row[10]!,
      spinousDropMm: row[11]!,
      transverseSpanMm: row[12]!,
      cordWidthMm: row[13]!,
      cordDepthMm: row[14]!,
    });
  }),
);

/** Front edge of the canal behind the middle of the body, local y in mm. */
export function canalFrontMm(d: VertebraDimensions): number {
  return d.bodyDepthMm / 2 - 0.073 * d.bodyDepthMm;
}

/** Middle of the canal, local y in mm: the body's middle is at 0, y points to the back. */
export function canalCentreMm(d: VertebraDimensions): number {
  return canalFrontMm(d) + d.canalDepthMm / 2;
}
