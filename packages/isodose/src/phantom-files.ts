import { type Modality, renderPhantomImages, type SpinePhantom } from "@isodose/anatomy";
import type { RunControl, Volume } from "@isodose/core";
import { type NamedBytes, writeCtSeries, writeMrSeries, writeRadiograph } from "@isodose/dicom";
import { patientFiles } from "./steps/phantom-patient.ts";

/**
 * A phantom as DICOM, all in one frame of reference: CT/ and RTSTRUCT.dcm always; MR_T1/ (with contrast), MR_T2/, MYELOGRAM/ (CT with
 * contrast in the thecal sac), DRR/ and DRR_CONTRAST/ as asked for.
 * @param options.seed - of the MR's noise
 * @throws InvalidInputError for an unknown modality; CancelledError
 */
export async function phantomFiles(
  phantom: SpinePhantom,
  options: { readonly modalities: readonly Modality[]; readonly seed?: number },
  control: RunControl = {},
): Promise<NamedBytes[]> {
  const { patient } = phantom;
  const images = await renderPhantomImages({ phantom, ...options }, control);
  const inFolder = (folder: string, files: readonly NamedBytes[]): NamedBytes[] =>
    files.map(({ name, bytes }) => ({ name: `${folder}/${name}`, bytes }));
  const mrFiles = (
    folder: string,
    mr: Volume | undefined,
    seriesDescription: string,
    seriesNumber: number,
    agent = "",
  ) =>
    mr
      ? inFolder(
          folder,
          writeMrSeries({
            mr,
            patient,
            seriesDescription,
            seriesNumber,
            ...(agent && { contrastAgent: agent }),
          }),
        )
      : [];
  return [
    ...patientFiles(patient),
    ...mrFiles("MR_T1", images.mrT1, "T1 with contrast", 10, "Gadolinium"),
    ...mrFiles("MR_T2", images.mrT2, "T2", 11),
    ...(images.myelogram
      ? inFolder(
          "MYELOGRAM",
          writeCtSeries(images.myelogram, {
            seriesDescription: "CT myelogram",
            seriesNumber: 2,
            filePrefix: "CTM",
          }),
        )
      : []),
    ...inFolder(
      "DRR",
      (images.radiographs ?? []).map((radiograph) => writeRadiograph({ radiograph, patient })),
    ),
    ...inFolder(
      "DRR_CONTRAST",
      (images.contrastRadiographs ?? []).map((radiograph) => writeRadiograph({ radiograph, patient })),
    ),
  ];
}
