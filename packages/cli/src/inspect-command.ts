import { Command } from "commander";
import { inspectFiles } from "isodose";
import { readNamedPath } from "isodose/node";

/** `isodose inspect PATH …` */
export function inspectCommand(): Command {
  return new Command("inspect")
    .description("say what is in DICOM files and what is wrong with them")
    .argument("<path...>", "files or folders")
    .option("--json", "print JSON")
    .action(async (paths: string[], options: { json?: boolean }) => {
      const files = (await Promise.all(paths.map(readNamedPath))).flat();
      const found = inspectFiles(files);
      if (options.json) {
        console.log(JSON.stringify(found, null, 2));
        return;
      }
      for (const image of found.images) {
        console.log(
          `${image.modality}: ${image.size.join(" × ")} voxels of ${image.spacingMm.join(" × ")} mm, origin ${image.originMm.join(", ")} mm`,
        );
      }
      for (const set of found.structureSets) {
        console.log(
          `RTSTRUCT ${set.label}: ${set.structures.map((s) => `${s.name} (${s.contours})`).join(", ")}`,
        );
      }
      for (const dose of found.doses) console.log(`RTDOSE: ${JSON.stringify(dose)}`);
      for (const plan of found.plans)
        console.log(`RTPLAN: ${JSON.stringify({ ...plan, beams: plan.beams.length })}`);
      if (found.problems.length === 0) console.log("no problems found");
      for (const problem of found.problems)
        console.log(`problem ${problem.code}: ${problem.file}: ${problem.message}`);
    });
}
