import { DicomFormatError, InvalidInputError, type RunControl, type Warning } from "@isodose/core";
import { type NamedBytes, readRtDose, readStructureSet } from "@isodose/dicom";
import { parseMetric } from "@isodose/dvh";
import type { EndSlices } from "@isodose/geometry";
import { type StructureMetrics, structureDvhs, structureMetrics } from "./steps/structure-dvhs.ts";

/** What `isodose dvh --json` prints. */
export interface DvhReport {
  readonly structures: Readonly<Record<string, StructureMetrics>>;
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
    /** How far a structure reaches beyond its first and last contour. Default "half" of the plane distance. */
    readonly endSlices?: EndSlices;
  } & RunControl,
): Promise<DvhReport> {
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
  const options = {
    singlePlaneThicknessMm: dose.grid.spacingMm[2],
    ...(request.endSlices && { endSlices: request.endSlices }),
  };
  const dvhs = await structureDvhs(set.structures, dose, options, request);
  const { rows, warnings } = structureMetrics(dvhs.curves, request.metrics);
  return { structures: rows, warnings: [...doseWarnings, ...set.warnings, ...dvhs.warnings, ...warnings] };
}
