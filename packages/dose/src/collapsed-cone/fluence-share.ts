import type { PhotonField } from "@isodose/core";

/**
 * Mean fluence over cells of a plane, as a share of the open field: what part of each cell the field covers, blurred by the
 * source. A source of standard deviation σ throws a blur of σ |f − c| / c at the distance f (c: source to collimator).
 *
 * @param scale - f / D: size of the field here over that in the reference plane
 * @param sigmaMm - of the blur in this plane, mm
 * @param cellMm - side of the cells, mm
 * @param out - nx · ny shares, x fastest; cell (i, j) lies at ((i − (nx − 1) / 2), (j − (ny − 1) / 2)) · cellMm
 */
export function fluenceShares(
  shape: PhotonField["shape"],
  scale: number,
  sigmaMm: number,
  cellMm: number,
  nx: number,
  ny: number,
  out: Float64Array,
): void {
  if (shape.kind === "rectangle") {
    const halfX = (shape.widthMm / 2) * scale;
    const halfY = (shape.heightMm / 2) * scale;
    for (let j = 0; j < ny; j++) {
      const shareY = slitShare((j - (ny - 1) / 2) * cellMm, cellMm, halfY, sigmaMm);
      for (let i = 0; i < nx; i++) {
        out[i + nx * j] = shareY * slitShare((i - (nx - 1) / 2) * cellMm, cellMm, halfX, sigmaMm);
      }
    }
    return;
  }
  discShares((shape.diameterMm / 2) * scale, sigmaMm, cellMm, nx, ny, out);
}

/** Rows that stand for a cell of the disc. */
const SUB_ROWS = 8;

/**
 * A disc, row by row: in each row a chord with the area that the disc has there, blurred along x, the rows blurred along y.
 * The shares add up to the area of the disc.
 */
function discShares(
  radiusMm: number,
  sigmaMm: number,
  cellMm: number,
  nx: number,
  ny: number,
  out: Float64Array,
): void {
  out.fill(0);
  // A blur as wide as the rows makes their sum exact.
  const stepMm = cellMm / (sigmaMm > 0.6 * cellMm ? 1 : SUB_ROWS);
  const rows = Math.ceil(radiusMm / stepMm);
  const chord = new Float64Array(nx);
  for (let n = -rows; n < rows; n++) {
    const areaMm2 = halfDiscArea((n + 1) * stepMm, radiusMm) - halfDiscArea(n * stepMm, radiusMm);
    const half = areaMm2 / stepMm;
    for (let i = 0; i <= nx >> 1; i++) {
      chord[i] = slitShare((i - (nx - 1) / 2) * cellMm, cellMm, half, sigmaMm);
      chord[nx - 1 - i] = chord[i]!;
    }
    const y = (n + 0.5) * stepMm;
    for (let j = 0; j < ny; j++) {
      const low = (j - ny / 2) * cellMm - y;
      const weight = (stepMm / cellMm) * rowShare(low, low + cellMm, sigmaMm);
      if (weight < 1e-7) continue;
      for (let i = 0; i < nx; i++) out[i + nx * j]! += weight * chord[i]!;
    }
  }
}

/** ∫₀^y √(R² − t²) dt, y held to ±R. */
function halfDiscArea(y: number, radiusMm: number): number {
  const t = Math.max(-1, Math.min(1, y / radiusMm));
  return (radiusMm * radiusMm * (t * Math.sqrt(1 - t * t) + Math.asin(t))) / 2;
}

/** Share of a Gaussian about 0 that lies between two heights. */
function rowShare(low: number, high: number, sigmaMm: number): number {
  if (low > 5 * sigmaMm || high <= -5 * sigmaMm) return 0;
  if (sigmaMm > 0) return normalCumulative(high / sigmaMm) - normalCumulative(low / sigmaMm);
  return low <= 0 && high > 0 ? 1 : 0;
}

/** Share of the cell [x − w/2, x + w/2] that a slit of the half width covers, blurred. */
function slitShare(x: number, widthMm: number, halfMm: number, sigmaMm: number): number {
  if (sigmaMm > 0) {
    const rim = Math.abs(Math.abs(x) - halfMm) - widthMm / 2;
    if (rim > 5 * sigmaMm && 2 * halfMm > widthMm) return Math.abs(x) < halfMm ? 1 : 0;
    const a = x - widthMm / 2;
    const b = x + widthMm / 2;
    return (
      (stepIntegral(b + halfMm, sigmaMm) -
        stepIntegral(a + halfMm, sigmaMm) -
        stepIntegral(b - halfMm, sigmaMm) +
        stepIntegral(a - halfMm, sigmaMm)) /
      widthMm
    );
  }
  const overlap = Math.min(x + widthMm / 2, halfMm) - Math.max(x - widthMm / 2, -halfMm);
  return overlap > 0 ? overlap / widthMm : 0;
}

/** ∫ Φ(x/σ) dx = x Φ(x/σ) + σ φ(x/σ). */
function stepIntegral(x: number, sigmaMm: number): number {
  const t = x / sigmaMm;
  return x * normalCumulative(t) + (sigmaMm * Math.exp(-0.5 * t * t)) / Math.sqrt(2 * Math.PI);
}

/**
 * Φ(t), within 1.5e-7.
 * @source Abramowitz and Stegun, Handbook of Mathematical Functions (1964), 7.1.26
 */
function normalCumulative(t: number): number {
  const x = Math.abs(t) / Math.SQRT2;
  const k = 1 / (1 + 0.3275911 * x);
  const tail =
    0.5 *
    k *
    (0.254829592 + k * (-0.284496736 + k * (1.421413741 + k * (-1.453152027 + k * 1.061405429)))) *
    Math.exp(-x * x);
  return t >= 0 ? 1 - tail : tail;
}
