import { Command } from "commander";
import { listEngines, machineRows, planFileJsonSchema, textTable } from "isodose";
import { doseWorkerThreads } from "isodose/node";

/** `isodose machines` */
export function machinesCommand(): Command {
  return new Command("machines")
    .description("list the machines and what their beam data are made from")
    .option("--json", "print JSON")
    .action((options: { json?: boolean }) => {
      const machines = machineRows();
      if (options.json) console.log(JSON.stringify({ machines }, null, 2));
      else {
        console.log(
          textTable([
            ["machine", "title", "beam data", "SAD mm", "cones mm", "plans"],
            ...machines.map((m) => [
              m.id,
              m.title,
              m.label,
              String(m.sadMm),
              m.coneDiametersMm.join(" "),
              m.noDelivery ? `no: ${m.noDelivery}` : "yes",
            ]),
          ]),
        );
      }
    });
}

/** `isodose engines` */
export function enginesCommand(): Command {
  return new Command("engines")
    .description("list the dose engines and, for each backend, whether it can be used here")
    .option("--json", "print JSON")
    .action(async (options: { json?: boolean }) => {
      const engines = await listEngines({ pool: doseWorkerThreads() });
      if (options.json) console.log(JSON.stringify({ engines }, null, 2));
      else {
        for (const engine of engines) {
          console.log(`${engine.id}: ${engine.title}\n  valid for: ${engine.validity}\n`);
          console.log(
            textTable([
              ["backend", "here", "why"],
              ...engine.backends.map((b) => [b.id, b.available ? "yes" : "no", b.reason]),
            ]),
          );
        }
      }
    });
}

/** `isodose schema plan` */
export function schemaCommand(): Command {
  const plan = new Command("plan")
    .description("the JSON Schema of a plan file")
    .option("--json", "print JSON (the schema is JSON either way)")
    .action(() => console.log(JSON.stringify(planFileJsonSchema(), null, 2)));
  return new Command("schema").description("print the JSON Schema of a file format").addCommand(plan);
}
