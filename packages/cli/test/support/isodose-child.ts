// The command from its source, for tests that need a process of their own.
import { main } from "../../src/index.ts";

process.exitCode = await main(process.argv.slice(2));
