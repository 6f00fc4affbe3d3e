import {
  DicomFormatError,
  InvalidInputError,
  type RunControl,
  type Warning,
  yieldToEventLoop,
} from "@isodose/core";
import { type NamedBytes, readRtDose, readStructureSet } from "@isodose/dicom";
import { computeDvh, evaluateMetric, parseMetric } from "@isodose/dvh";

/** What `isodose dvh --json` prints. */
export interface DvhReport {
  readonly structures: Readonly<
    Record<
      string,
      {
        readonly volumeCc: number;
        readonly volumeOutsideDoseGridCc: number;
        readonly metrics: Readonly<Record<string, number | null>>;
      }
    >
  >;
  readonly warnings: readonly Warning[];
}

/**
 * DVH metrics of an RTDOSE and an RTSTRUCT, wherever they come from.
 * @param request.metrics - e.g. `["D95%", "D0.035cc", "mean"]`
 * @throws InvalidInputError for a metric that is none, or one in % of a prescription; DicomFormatError for broken files or
 * different frames of reference
 */
export async function dvhReport(
  request: {
    readonly dose: NamedBytes;
    readonly structures: NamedBytes;
    readonly metrics: readonly string[];
  } & RunControl,
): Promise<DvhReport> {
  const { signal, onProgress } = request;
  for (const text of request.metrics) {
    const metric = parseMetric(text);
    if (metric.kind === "volume-at-dose" && metric.doseUnit === "%") {
      throw new InvalidInputError(
        "--metrics",
        text,
        "a dose in Gy (V12Gy): an RTDOSE alone has no prescription to take a percentage of",
      );
    }
  }
  const { dose, warnings: doseWarnings } = readRtDose(request.dose);
  const set = readStructureSet(request.structures);
  if (set.frameOfReferenceUid !== dose.frameOfReferenceUid) {
    throw new DicomFormatError(
      request.structures.name,
      "FRAME_MISMATCH",
      `frame of reference ${set.frameOfReferenceUid}`,
      `that of the dose, ${dose.frameOfReferenceUid}`,
    );
  }
  const warnings: Warning[] = [...doseWarnings, ...set.warnings];
  const structures: Record<string, DvhReport["structures"][string]> = {};
  const drawn = set.structures.filter((s) => s.contours.length > 0);
  for (const [n, structure] of drawn.entries()) {
    await yieldToEventLoop(signal);
    const curve = computeDvh({ structure, dose, singlePlaneThicknessMm: dose.grid.spacingMm[2] });
    const metrics: Record<string, number | null> = {};
    for (const metric of request.metrics) {
      try {
        metrics[metric] = evaluateMetric(curve, metric);
      } catch (error) {
        if (!(error instanceof InvalidInputError)) throw error;
        metrics[metric] = null;
        warnings.push({ code: "NO_METRIC", message: error.message });
      }
    }
    if (curve.volumeOutsideDoseGridCc > 0) {
      warnings.push({
        code: "OUTSIDE_DOSE_GRID",
        message: `${curve.volumeOutsideDoseGridCc.toFixed(3)} cc of ${structure.name} lie outside the dose grid: their dose is unknown`,
      });
    }
    let name = structure.name;
    if (name in structures) {
      name = `${structure.name} #${structure.number}`;
      warnings.push({
        code: "SAME_NAME",
        message: `two structures are called ${structure.name}; the second is listed as ${name}`,
      });
    }
    structures[name] = {
      volumeCc: curve.volumeCc,
      volumeOutsideDoseGridCc: curve.volumeOutsideDoseGridCc,
      metrics,
    };
    onProgress?.({ stage: "DVH", done: n + 1, total: drawn.length });
  }
  return { structures, warnings };
}
