import { Command } from "commander";
import { InvalidInputError, LESION_PRESETS, patientFiles, spinePhantom, UnsupportedError } from "isodose";
import { writeFiles } from "isodose/node";
import { textTable } from "./text-table.ts";

interface PhantomOptions {
  readonly out?: string;
  readonly level?: string;
  readonly lesion?: string;
  readonly modality: string;
  readonly json?: boolean;
}

/** `isodose phantom --out DIR` */
export function phantomCommand(): Command {
  return new Command("phantom")
    .description("write a spine phantom as DICOM CT and RTSTRUCT")
    .option("--out <dir>", "folder to write into")
    .option("--level <level>", "vertebra, e.g. L1")
    .option("--lesion <preset>", "lesion preset; `list` names them")
    .option("--modality <list>", "images to write, separated by commas", "ct")
    .option("--json", "print JSON")
    .action(async (options: PhantomOptions) => {
      if (options.lesion === "list") {
        if (options.json) console.log(JSON.stringify({ presets: LESION_PRESETS }, null, 2));
        else
          console.log(
            textTable([["preset", "what it is"], ...LESION_PRESETS.map((p) => [p.name, p.description])]),
          );
        return;
      }
      for (const modality of options.modality.split(",")) {
        if (modality !== "ct") throw new UnsupportedError(`--modality ${modality}`, "expected ct");
      }
      if (options.out === undefined)
        throw new InvalidInputError("--out", undefined, "the folder to write into");
      const phantom = spinePhantom({
        ...(options.level && { level: options.level }),
        ...(options.lesion && { lesion: options.lesion }),
      });
      const files = patientFiles(phantom.patient);
      await writeFiles(options.out, files);
      const written = {
        notice: "Not for clinical use",
        out: options.out,
        files: files.length,
        structures: phantom.patient.structures.map((s) => ({
          name: s.name,
          exactVolumeCc: phantom.exactVolumesCc[s.name],
        })),
      };
      if (options.json) console.log(JSON.stringify(written, null, 2));
      else {
        console.log(`${files.length} DICOM files in ${options.out} (CT/ and RTSTRUCT.dcm)\n`);
        console.log(
          textTable([
            ["structure", "exact cc"],
            ...written.structures.map((s) => [s.name, s.exactVolumeCc?.toFixed(3) ?? "–"]),
          ]),
        );
      }
    });
}
