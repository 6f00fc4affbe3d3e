import {
  HALF,
  MEAN,
  MEAN_ERROR,
  NARROW,
  OFF,
  PART_INSIDE,
  type TrapezoidHistogram,
  VOLUME,
  WIDE,
} from "./trapezoid-histogram.ts";

/** Half spreads below this part of a bin are none. */
const SAME_BINS = 5e-4;

/** What the pieces of a structure add up to: their histogram, volumes, mean, extremes, and the errors of all these. */
export class DoseTally {
  readonly histogram: TrapezoidHistogram;
  pieces = 0;
  limited = false;
  /** Volume of all pieces and of those inside the dose grid, mm³, and how far these may be off. */
  volumeMm3 = 0;
  insideMm3 = 0;
  volumeErrorMm3 = 0;
  insideErrorMm3 = 0;
  /** Gy · mm³ */
  doseSum = 0;
  doseErrorSum = 0;
  gridShiftSum = 0;
  /** Attained, and bounds. */
  minGy: number;
  maxGy: number;
  minBoundGy = Number.POSITIVE_INFINITY;
  maxBoundGy = Number.NEGATIVE_INFINITY;
  /** Some volume lies at an unknown place; then, what is certainly reached. */
  uncertain = false;
  minCertainGy = Number.POSITIVE_INFINITY;
  maxCertainGy = Number.NEGATIVE_INFINITY;
  /** Extremes of the mean doses of pieces, and of the same with the smoother interpolant. */
  minMeanGy = Number.POSITIVE_INFINITY;
  maxMeanGy = Number.NEGATIVE_INFINITY;
  minSmoothMeanGy = Number.POSITIVE_INFINITY;
  maxSmoothMeanGy = Number.NEGATIVE_INFINITY;
  /** Volume that has exactly the highest dose of all pieces without spread. */
  plateauGy = Number.NEGATIVE_INFINITY;
  plateauMm3 = 0;
  /** The trapezoid that the next piece is a part of: widths, mean, where it is cut, and which side is left (0: none). */
  protected readonly cut = new Float64Array(5);
  /** The next piece. */
  protected readonly piece = new Float64Array(10);
  /** What the smoother interpolant adds to the dose of the next piece, Gy. */
  protected shift = 0;
  protected readonly sameGy: number;

  /** @param seen - lowest and highest dose found before, if any */
  constructor(histogram: TrapezoidHistogram, seen?: { readonly minGy: number; readonly maxGy: number }) {
    this.histogram = histogram;
    this.minGy = seen?.minGy ?? Number.POSITIVE_INFINITY;
    this.maxGy = seen?.maxGy ?? Number.NEGATIVE_INFINITY;
    this.sameGy = SAME_BINS * histogram.binGy;
  }

  /** A volume within a box, mm³, may lie anywhere within it: its dose is any in the box. */
  addUnknown(lowGy: number, highGy: number, mm3: number): void {
    this.uncertain = true;
    this.histogram.addError(lowGy, highGy, mm3);
    this.doseErrorSum += 0.5 * (highGy - lowGy) * mm3;
    this.bound(lowGy, highGy);
    if (highGy < this.minCertainGy) this.minCertainGy = highGy;
    if (lowGy > this.maxCertainGy) this.maxCertainGy = lowGy;
  }

  /** What was reached so far does not depend on the place of unknown parts. */
  markCertain(): void {
    this.minCertainGy = this.minGy;
    this.maxCertainGy = this.maxGy;
  }

  protected reach(low: number, high: number): void {
    if (low < this.minGy) this.minGy = low;
    if (high > this.maxGy) this.maxGy = high;
  }

  protected bound(low: number, high: number): void {
    if (low < this.minBoundGy) this.minBoundGy = low;
    if (high > this.maxBoundGy) this.maxBoundGy = high;
  }

  /** Add `piece`, whose volume is yet that inside and outside of the grid. */
  protected add(): void {
    const histogram = this.histogram;
    const piece = this.piece;
    const inside = piece[PART_INSIDE]!;
    const v = piece[VOLUME]!;
    const mm3 = inside === 1 ? v : v * inside;
    piece[VOLUME] = mm3;
    const mean = piece[MEAN]!;
    const half = piece[HALF]!;
    this.pieces++;
    this.volumeMm3 += v;
    this.insideMm3 += mm3;
    this.doseSum += mean * mm3;
    this.doseErrorSum += piece[MEAN_ERROR]! * mm3;
    const cut = this.cut;
    if (cut[4] === 0 || !histogram.addCut(cut[2]!, cut[0]!, cut[1]!, mm3, cut[3]!, cut[4]! > 0))
      histogram.add(piece);
    // Doses that are nearly the same have no spread to be wrong about.
    if (piece[OFF]! > 0 && half > this.sameGy) histogram.addErrorOf(piece);
    if (inside < 1) {
      histogram.addError(Number.NEGATIVE_INFINITY, mean + half, v * inside * (1 - inside));
      this.insideErrorMm3 += v * inside * (1 - inside);
    }
    const shift = this.shift;
    if (shift !== 0) {
      histogram.addGridShift(mean, Math.sqrt(piece[WIDE]! ** 2 + piece[NARROW]! ** 2), mm3, shift);
      this.gridShiftSum += shift * mm3;
    }
    if (mean < this.minMeanGy) this.minMeanGy = mean;
    if (mean > this.maxMeanGy) this.maxMeanGy = mean;
    if (mean + shift < this.minSmoothMeanGy) this.minSmoothMeanGy = mean + shift;
    if (mean + shift > this.maxSmoothMeanGy) this.maxSmoothMeanGy = mean + shift;
    if (half === 0 && mean >= this.plateauGy) {
      this.plateauMm3 = mean === this.plateauGy ? this.plateauMm3 + mm3 : mm3;
      this.plateauGy = mean;
    }
  }
}
