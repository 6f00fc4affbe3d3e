import { Command } from "commander";
import {
  InvalidInputError,
  LESION_PRESETS,
  type Modality,
  PATIENT_POSITIONS,
  type PatientPosition,
  parsePhantomSpec,
  phantomFiles,
  phantomOfSpec,
  textTable,
} from "isodose";
import { assertNothingElse, assertWritableFolder, inFile, readJsonFile, writeFiles } from "isodose/node";
import { choice, wholeNumber } from "./option-values.ts";
import { interruptible, progressBars } from "./progress-bar.ts";

interface PhantomOptions {
  readonly out?: string;
  readonly spec?: string;
  readonly level?: string;
  readonly lesion?: string;
  readonly position?: PatientPosition;
  readonly modality: string;
  readonly seed?: number;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** What users type for --modality, and what it renders. */
const MODALITY_WORDS: Readonly<Record<string, readonly Modality[]>> = {
  ct: ["ct"],
  mr: ["mr-t1", "mr-t2"],
  "mr-t1": ["mr-t1"],
  "mr-t2": ["mr-t2"],
  myelogram: ["myelogram"],
  drr: ["drr"],
  "drr-contrast": ["drr-contrast"],
};

/** `isodose phantom --out DIR` */
export function phantomCommand(): Command {
  return new Command("phantom")
    .description(
      "write a spine phantom as DICOM: CT and RTSTRUCT, and MR, myelogram and radiographs as asked for",
    )
    .option("--out <dir>", "folder to write into")
    .option("--level <level>", "vertebra of the lesion, C1 to S1")
    .option("--lesion <preset>", "lesion preset; `list` names them")
    .option(
      "--spec <file>",
      "phantom file (JSON, as patient.phantom of a plan) in place of --level and --lesion",
    )
    .option(
      "--modality <list>",
      `images to write beside the CT, separated by commas: ${Object.keys(MODALITY_WORDS).join(", ")}`,
      "ct",
    )
    .option("--position <position>", "patient position, HFS to FFDL", choice("--position", PATIENT_POSITIONS))
    .option("--seed <n>", "seed of the noise", wholeNumber("--seed", 0, 4294967295))
    .option("--json", "print JSON")
    .option("--quiet", "no progress")
    .action(async (options: PhantomOptions) => {
      if (options.lesion === "list") {
        printPresets(options.json === true);
        return;
      }
      const modalities = modalitiesOf(options.modality);
      if (options.out === undefined)
        throw new InvalidInputError("--out", undefined, "the folder to write into");
      const { out } = options;
      const phantom = await phantomFrom(options);
      await assertWritableFolder(out);
      const bars = progressBars(options.quiet === true);
      const seed = options.seed !== undefined && { seed: options.seed };
      const files = await interruptible(async (signal) => {
        const made = await phantomFiles(
          phantom,
          { modalities, ...seed },
          { signal, onProgress: bars.onProgress },
        );
        await assertNothingElse(out, made);
        await writeFiles(out, made, signal);
        return made;
      }).finally(bars.stop);
      const written = {
        notice: "Not for clinical use",
        out,
        files: files.length,
        folders: [...new Set(files.map((f) => (f.name.includes("/") ? `${f.name.split("/")[0]}/` : f.name)))],
        lesions: phantom.lesions,
        structures: phantom.patient.structures.map((s) => ({
          name: s.name,
          exactVolumeCc: phantom.exactVolumesCc[s.name],
        })),
        warnings: phantom.warnings,
      };
      if (options.json) {
        console.log(JSON.stringify(written, null, 2));
        return;
      }
      console.log(`${files.length} DICOM files in ${out}: ${written.folders.join(" ")}\n`);
      console.log(
        textTable([
          ["structure", "exact cc"],
          ...written.structures.map((s) => [s.name, s.exactVolumeCc?.toFixed(3) ?? "–"]),
        ]),
      );
      for (const warning of written.warnings) console.log(`warning ${warning.code}: ${warning.message}`);
      console.log("Not for clinical use.");
    });
}

function printPresets(asJson: boolean): void {
  if (asJson) console.log(JSON.stringify({ presets: LESION_PRESETS }, null, 2));
  else
    console.log(textTable([["preset", "what it is"], ...LESION_PRESETS.map((p) => [p.name, p.description])]));
}

function modalitiesOf(list: string): Modality[] {
  const words = list.split(",").map((word) => word.trim());
  for (const word of words) {
    if (!(word in MODALITY_WORDS))
      throw new InvalidInputError("--modality", word, `one of ${Object.keys(MODALITY_WORDS).join(", ")}`);
  }
  return [...new Set(words.flatMap((word) => MODALITY_WORDS[word]!))];
}

async function phantomFrom(options: PhantomOptions) {
  const given = {
    ...(options.level !== undefined && { level: options.level }),
    ...(options.lesion !== undefined && { lesion: options.lesion }),
    ...(options.position !== undefined && { position: options.position }),
    ...(options.seed !== undefined && { seed: options.seed }),
  };
  if (options.spec === undefined) return phantomOfSpec({ kind: "spine", ...given });
  const file = options.spec;
  const json = await readJsonFile(file);
  return inFile(file, () => phantomOfSpec({ ...parsePhantomSpec(json), ...given }));
}
