import { type DvhCurve, InvalidInputError, type Structure, type Warning } from "@isodose/core";
import { formatDecimalString, formatDecimalStrings } from "./decimal-string.ts";
import { type DicomItem, decimalOf, decimalsOf, itemsOf, textOf } from "./element.ts";
import type { DataSetByKeyword } from "./write-dicom.ts";

/** Bins of a written curve: its text then stays below the 64 kB of an explicit-VR element. */
const BINS = 1000;

/** Volume of a cumulative curve at a dose, cc. */
function volumeCcAt(curve: DvhCurve, doseGy: number): number {
  const { doseGy: doses, volumeCcAtLeast: volumes } = curve;
  const last = doses.length - 1;
  if (doseGy <= doses[0]!) return volumes[0]!;
  if (doseGy > doses[last]!) return 0;
  let n = 1;
  while (doses[n]! < doseGy) n++;
  const t = (doseGy - doses[n - 1]!) / (doses[n]! - doses[n - 1]!);
  return volumes[n - 1]! + t * (volumes[n]! - volumes[n - 1]!);
}

/**
 * Curves as the items of the DVH Sequence (3004,0050): cumulative, absolute cc, 1000 bins of equal width from 0 to the
 * maximum; the volume of a bin is what receives at least the dose at its lower edge. Structures wholly outside the dose grid
 * have no curve and are left out.
 * @throws InvalidInputError for a curve of a structure that the set does not hold
 * @source DICOM PS3.3 C.8.8.4 RT DVH Module
 */
export function dvhItems(curves: readonly DvhCurve[], structures: readonly Structure[]): DataSetByKeyword[] {
  return curves
    .filter((curve) => curve.volumeCcAtLeast[0]! > 0 && curve.maxGy > 0)
    .map((curve) => {
      // Of two structures of one name, the curve of the later is called "NAME #number".
      const structure =
        structures.find((s) => s.name === curve.structure) ??
        structures.find((s) => `${s.name} #${s.number}` === curve.structure);
      if (!structure)
        throw new InvalidInputError("dvhs", curve.structure, "curves of the patient's own structures");
      // The sum of the printed widths is where readers put the bins.
      const width = Number(formatDecimalString(curve.maxGy / BINS));
      const data: number[] = [];
      for (let bin = 0; bin < BINS; bin++) data.push(width, volumeCcAt(curve, bin * width));
      return {
        DVHReferencedROISequence: [
          { DVHROIContributionType: "INCLUDED", ReferencedROINumber: String(structure.number) },
        ],
        DVHType: "CUMULATIVE",
        DoseUnits: "GY",
        DoseType: "PHYSICAL",
        DVHDoseScaling: "1",
        DVHVolumeUnits: "CM3",
        DVHNumberOfBins: String(BINS),
        DVHData: formatDecimalStrings(data),
        DVHMinimumDose: formatDecimalString(curve.minGy),
        DVHMaximumDose: formatDecimalString(curve.maxGy),
        DVHMeanDose: formatDecimalString(curve.meanGy),
      };
    });
}

/** A DVH that came with an RTDOSE. */
export interface FileDvh {
  /** ROI Numbers whose volume counts: usually one. */
  readonly roiNumbers: readonly number[];
  /** Named "ROI 3" after its number: the file does not hold the name. */
  readonly curve: DvhCurve;
}

/**
 * The DVH Sequence of an RTDOSE, as cumulative curves in Gy and cc; [] where there is none. Differential histograms are added
 * up. An item that is not usable (volumes in percent, relative doses, excluded ROIs, a curve that rises, too few values) is
 * left out with a warning BAD_DVH that says why: the dose itself can be good.
 * @source DICOM PS3.3 C.8.8.4 RT DVH Module
 */
export function readDvhItems(
  file: string,
  root: DicomItem,
): { readonly dvhs: FileDvh[]; readonly warnings: Warning[] } {
  const dvhs: FileDvh[] = [];
  const warnings: Warning[] = [];
  for (const [index, item] of itemsOf(root, "30040050").entries()) {
    const read = readDvhItem(item);
    if (typeof read !== "string") dvhs.push(read);
    else warnings.push({ code: "BAD_DVH", message: `${file}: DVH ${index + 1} left out: ${read}` });
  }
  return { dvhs, warnings };
}

/** One item, or what is wrong with it. */
function readDvhItem(item: DicomItem): FileDvh | string {
  const rois = itemsOf(item, "30040060");
  const roiNumbers = rois.map((roi) => decimalOf(roi, "30060084") ?? Number.NaN);
  const units = textOf(item, "30040002");
  const volumeUnits = textOf(item, "30040054");
  const type = textOf(item, "30040001");
  const scaling = decimalOf(item, "30040052") ?? 1;
  const bins = decimalOf(item, "30040056") ?? 0;
  const data = decimalsOf(item, "30040058");
  if (rois.some((roi) => textOf(roi, "30040062") === "EXCLUDED")) return "it excludes an ROI";
  if (rois.length === 0 || roiNumbers.some(Number.isNaN)) return "it names no ROI Number";
  if (units !== "GY") return `its doses are in "${units}"; expected GY`;
  if (volumeUnits !== "CM3") return `its volumes are in "${volumeUnits}"; expected CM3`;
  if (type !== "CUMULATIVE" && type !== "DIFFERENTIAL")
    return `it is "${type}"; expected CUMULATIVE or DIFFERENTIAL`;
  if (!(bins >= 1 && data.length === 2 * bins)) {
    return `it has ${data.length} values for ${bins} bins; expected a width and a volume for each`;
  }
  if (!data.every((x) => x >= 0)) return "it has a negative or unreadable value";
  const doseGy = new Float64Array(bins + 1);
  const volumeCcAtLeast = new Float64Array(bins + 1);
  for (let n = 0; n < bins; n++) {
    doseGy[n + 1] = doseGy[n]! + scaling * data[2 * n]!;
    volumeCcAtLeast[n] = data[2 * n + 1]!;
  }
  if (type === "DIFFERENTIAL") {
    for (let n = bins - 1; n >= 0; n--) volumeCcAtLeast[n]! += volumeCcAtLeast[n + 1]!;
  }
  const volumeCc = volumeCcAtLeast[0]!;
  let doseVolume = 0;
  for (let n = 0; n < bins; n++) {
    const inBin = volumeCcAtLeast[n]! - volumeCcAtLeast[n + 1]!;
    if (inBin < -1e-9 * volumeCc) return "its volume rises with dose";
    doseVolume += (inBin * (doseGy[n]! + doseGy[n + 1]!)) / 2;
  }
  const curve = {
    structure: `ROI ${roiNumbers.join(" + ")}`,
    volumeCc,
    volumeOutsideDoseGridCc: 0,
    doseGy,
    volumeCcAtLeast,
    minGy: decimalOf(item, "30040070") ?? Number.NaN,
    maxGy: decimalOf(item, "30040072") ?? doseGy[bins]!,
    meanGy: decimalOf(item, "30040074") ?? doseVolume / volumeCc,
  };
  return { roiNumbers, curve };
}
