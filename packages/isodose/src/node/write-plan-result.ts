import { type NamedBytes, writeNrrd, writeRtDose, writeRtPlan } from "@isodose/dicom";
import { dvhCsv, dvhJson } from "../dvh-csv.ts";
import { planReport } from "../plan-report.ts";
import type { PlanResult } from "../plan-result.ts";
import { writeFiles } from "./write-files.ts";

/**
 * Write what a plan came to: summary.json, dvh.json, dvh.csv, rtdose.dcm, rtplan.dcm, dose.nrrd, report.html. All files are made
 * before the first is put in place.
 * @param signal - stops before the first file is put in place, not after
 * @throws OutputError if the folder cannot be written; CancelledError
 */
export async function writePlanResult(
  result: PlanResult,
  folder: string,
  signal?: AbortSignal,
): Promise<void> {
  const text = (name: string, content: string): NamedBytes => ({
    name,
    bytes: new TextEncoder().encode(content),
  });
  const { dose, plan, patient } = result;
  await writeFiles(
    folder,
    [
      text("summary.json", `${JSON.stringify(result.summary, null, 2)}\n`),
      text("dvh.json", `${JSON.stringify(dvhJson(result.dvhCurves))}\n`),
      text("dvh.csv", dvhCsv(result.dvhCurves)),
      writeRtDose({ dose, plan, patient, dvhs: result.dvhCurves }),
      writeRtPlan({ plan, patient }),
      { name: "dose.nrrd", bytes: writeNrrd(dose) },
      text("report.html", planReport(result)),
    ],
    signal,
  );
}
