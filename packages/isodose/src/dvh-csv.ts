import type { DvhCurve } from "@isodose/core";

/** Most rows a structure has in dvh.csv; finer curves are thinned evenly. dvh.json holds all points. */
const MAX_ROWS = 500;

/** dvh.csv: header `structure,doseGy,volumePercent,volumeCc`, cumulative. Names with a comma or quote are quoted. */
export function dvhCsv(curves: readonly DvhCurve[]): string {
  const lines = ["structure,doseGy,volumePercent,volumeCc"];
  for (const curve of curves) {
    const name = /[",\n]/.test(curve.structure)
      ? `"${curve.structure.replaceAll('"', '""')}"`
      : curve.structure;
    const last = curve.doseGy.length - 1;
    const rows = Math.min(MAX_ROWS, last + 1);
    for (let r = 0; r < rows; r++) {
      const at = rows > 1 ? Math.round((r * last) / (rows - 1)) : 0;
      const cc = curve.volumeCcAtLeast[at]!;
      const percent = curve.volumeCc > 0 ? (100 * cc) / curve.volumeCc : 0;
      lines.push(`${name},${curve.doseGy[at]!.toFixed(4)},${percent.toFixed(4)},${cc.toFixed(6)}`);
    }
  }
  return `${lines.join("\n")}\n`;
}

/** dvh.json: every curve in full. */
export function dvhJson(curves: readonly DvhCurve[]): object {
  return {
    format: "isodose-dvh/1",
    notice: "Not for clinical use",
    curves: curves.map((curve) => ({
      structure: curve.structure,
      volumeCc: curve.volumeCc,
      volumeOutsideDoseGridCc: curve.volumeOutsideDoseGridCc,
      minGy: finiteOrNull(curve.minGy),
      meanGy: finiteOrNull(curve.meanGy),
      maxGy: finiteOrNull(curve.maxGy),
      doseGy: Array.from(curve.doseGy),
      volumeCcAtLeast: Array.from(curve.volumeCcAtLeast),
      ...(curve.errors && {
        samplingErrorCc: Array.from(curve.errors.samplingErrorCc),
        gridErrorCc: Array.from(curve.errors.gridErrorCc),
      }),
    })),
  };
}

function finiteOrNull(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
