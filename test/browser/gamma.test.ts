import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { resolve } from "node:path";
import { gammaIndex } from "isodose";
import { type Browser, chromium, type Page } from "playwright-core";
import { build } from "vite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CHROMIUM_ARGS, findChromium, INSTALL_CHROMIUM } from "./chromium.ts";
import { gammaRequest } from "./gamma-request.ts";

const executablePath = findChromium();
const name = "gammaInWorkers in a page";

describe.skipIf(!executablePath)(executablePath ? name : `${name} (${INSTALL_CHROMIUM})`, () => {
  let server: Server;
  let browser: Browser;
  let page: Page;
  const errors: string[] = [];

  beforeAll(async () => {
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
          input: resolve(import.meta.dirname, "gamma-page.ts"),
          preserveEntrySignatures: "strict",
        },
      },
    });
    const chunks = (Array.isArray(output) ? output : [output]).flatMap((o) =>
      "output" in o ? o.output : [],
    );
    const files = new Map(
      chunks.map((c) => [`/${c.fileName}`, c.type === "chunk" ? c.code : String(c.source)]),
    );
    const entry = chunks.find((c) => c.type === "chunk" && c.isEntry)!.fileName;
    server = createServer((request, response) => {
      const code = files.get(request.url ?? "");
      response.setHeader("Content-Type", code === undefined ? "text/html" : "text/javascript");
      response.end(
        code ?? `<!doctype html><title>test</title><script type="module" src="/${entry}"></script>`,
      );
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    browser = await chromium.launch({ executablePath: executablePath!, args: CHROMIUM_ARGS });
    page = await browser.newPage();
    page.on("pageerror", (error) => errors.push(error.message));
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  });

  afterAll(async () => {
    await browser?.close();
    server?.close();
  });

  it.each([1, 2])("gives the bits of Node on %i workers, and ends them", async (workers) => {
    const inNode = await gammaIndex(gammaRequest());
    await page.waitForFunction("typeof globalThis.gammaInPage === 'function'");
    const inPage = await page.evaluate(`globalThis.gammaInPage(${workers})`);
    expect(errors).toEqual([]);
    expect(inNode.outsidePoints).toBeGreaterThan(0);
    expect(inPage).toEqual({
      gamma: Array.from(inNode.gamma.values.data, String),
      passPercent: inNode.passPercent,
      outsidePoints: inNode.outsidePoints,
      alive: 0,
    });
  });
});
