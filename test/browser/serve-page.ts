import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { resolve } from "node:path";
import { build } from "vite";

/** A page of these tests on a server of its own. */
export interface ServedPage {
  /** http://127.0.0.1:PORT */
  readonly origin: string;
  readonly close: () => void;
}

/**
 * Build a page with Vite, its workers too, and serve it at every path that is none of its files.
 * @param file - in this folder
 * @param headersOf - response headers by path; `isFile`: a script of the page, not the page itself
 */
export async function servePage(
  file: string,
  headersOf: (path: string, isFile: boolean) => Readonly<Record<string, string>> = () => ({}),
): Promise<ServedPage> {
  const output = await build({
    configFile: false,
    logLevel: "error",
    resolve: { conditions: ["@isodose/source", "browser", "import", "module", "default"] },
    worker: { format: "es" },
    build: {
      write: false,
      minify: false,
      target: "es2023",
      rolldownOptions: {
        input: resolve(import.meta.dirname, file),
        preserveEntrySignatures: "strict",
      },
    },
  });
  const chunks = (Array.isArray(output) ? output : [output]).flatMap((o) => ("output" in o ? o.output : []));
  const files = new Map(
    chunks.map((c) => [`/${c.fileName}`, c.type === "chunk" ? c.code : String(c.source)]),
  );
  const entry = chunks.find((c) => c.type === "chunk" && c.isEntry)!.fileName;
  const server = createServer((request, response) => {
    const path = request.url ?? "";
    const code = files.get(path);
    for (const [header, value] of Object.entries(headersOf(path, code !== undefined)))
      response.setHeader(header, value);
    response.setHeader("Content-Type", code === undefined ? "text/html" : "text/javascript");
    response.end(code ?? `<!doctype html><title>test</title><script type="module" src="/${entry}"></script>`);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => server.close(),
  };
}
