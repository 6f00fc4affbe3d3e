// Runs the modules named on the command line, one after the other, and writes the default export of each beside it (.out).
import { writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

for (const file of process.argv.slice(2)) {
  try {
    const module = (await import(pathToFileURL(file).href)) as { readonly default?: unknown };
    if (module.default !== undefined) writeFileSync(`${file}.out`, String(module.default));
  } catch (error) {
    console.error(`${file}: ${error instanceof Error ? error.stack : error}`);
    process.exit(1);
  }
}
