import { Command, CommanderError } from "commander";
import { isLibraryError, NOT_FOR_CLINICAL_USE } from "isodose";
import { commissionCommand } from "./commission-command.ts";
import { compareCommand } from "./compare-command.ts";
import { dvhCommand } from "./dvh-command.ts";
import { exitCodeOf, oneLine } from "./exit-code.ts";
import { gammaCommand } from "./gamma-command.ts";
import { influenceCommand } from "./influence-command.ts";
import { inspectCommand } from "./inspect-command.ts";
import { enginesCommand, machinesCommand, schemaCommand } from "./list-commands.ts";
import { phantomCommand } from "./phantom-command.ts";
import { planCommand } from "./plan-command.ts";
import { ValidationFailed, validateCommand } from "./validate-command.ts";
import { version } from "./version.ts";

export { readReferenceFolder } from "./read-reference-folder.ts";

/**
 * Run the command line.
 * @param args - what stands behind `isodose`
 * @returns the exit code: 0 good, 1 our fault, 2 bad input, 3 validation failed, 130 interrupted
 */
export async function main(args: readonly string[]): Promise<number> {
  let help = "";
  const program = new Command("isodose")
    .description(
      `Stereotactic radiosurgery dose for spine lesions. For research and teaching. ${NOT_FOR_CLINICAL_USE}.`,
    )
    .version(version);
  for (const command of [
    planCommand(),
    phantomCommand(),
    dvhCommand(),
    gammaCommand(),
    compareCommand(),
    validateCommand(),
    commissionCommand(),
    influenceCommand(),
    inspectCommand(),
    machinesCommand(),
    enginesCommand(),
    schemaCommand(),
  ]) {
    program.addCommand(command);
  }
  settle(program, (text) => {
    help += text;
  });

  try {
    await program.parseAsync(args, { from: "user" });
    return 0;
  } catch (error) {
    if (error instanceof ValidationFailed) return 3;
    if (error instanceof CommanderError) {
      if (error.exitCode === 0) return 0;
      if (error.code === "commander.help") {
        process.stderr.write(help);
        return 2;
      }
      const found = oneLine(error.message).replace(/^error: |\.$/g, "");
      const command = program.commands.find((c) => c.name() === args[0]);
      process.stderr.write(
        `isodose: ${found}; expected as in isodose ${command ? `${command.name()} ` : ""}--help\n`,
      );
      return 2;
    }
    if (isLibraryError(error)) process.stderr.write(`isodose: ${oneLine(error.message)}\n`);
    else
      process.stderr.write(
        `isodose: internal error: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
      );
    return exitCodeOf(error);
  }
}

/** A command and those below it throw in place of leaving, say nothing on their own, and carry the notice in their help. */
function settle(command: Command, onHelp: (text: string) => void): void {
  command
    .exitOverride()
    .configureOutput({ writeErr: onHelp })
    .addHelpText("after", `\n${NOT_FOR_CLINICAL_USE}.`);
  for (const inner of command.commands) settle(inner, onHelp);
}
