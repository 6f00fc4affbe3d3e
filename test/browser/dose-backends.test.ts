import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { resolve } from "node:path";
import { rayTraceEngine, rayTraceWasmEngine } from "isodose";
import { type Browser, chromium } from "playwright-core";
import { build } from "vite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CHROMIUM_ARGS, findChromium, INSTALL_CHROMIUM } from "./chromium.ts";
import { doseRequest } from "./dose-request.ts";

const executablePath = findChromium();
const name = "dose backends in a page";

/** Three pages: memory shared, memory not shared, WebAssembly forbidden. */
const HEADERS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "/isolated": {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Content-Security-Policy": "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'",
  },
  "/plain": {},
  "/strict": { "Content-Security-Policy": "default-src 'self'" },
};

interface PageResult {
  readonly isolated: boolean;
  readonly automatic: { readonly backend: string; readonly reason: string };
  readonly dose: number[];
  readonly points: number[];
  readonly warnings: string[];
  readonly started: number;
  readonly alive: number;
}

describe.skipIf(!executablePath)(executablePath ? name : `${name} (${INSTALL_CHROMIUM})`, () => {
  let server: Server;
  let browser: Browser;

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
          input: resolve(import.meta.dirname, "dose-page.ts"),
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
      const url = request.url ?? "";
      const code = files.get(url);
      // A worker of an isolated page must say so itself.
      const headers = code === undefined ? (HEADERS[url] ?? {}) : HEADERS["/isolated"]!;
      for (const [header, value] of Object.entries(headers)) response.setHeader(header, value);
      response.setHeader("Content-Type", code === undefined ? "text/html" : "text/javascript");
      response.end(
        code ?? `<!doctype html><title>test</title><script type="module" src="/${entry}"></script>`,
      );
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    browser = await chromium.launch({ executablePath: executablePath!, args: CHROMIUM_ARGS });
  });

  afterAll(async () => {
    await browser?.close();
    server?.close();
  });

  async function doseOf(path: string, workers: number): Promise<PageResult> {
    const page = await browser.newPage();
    const errors: string[] = [];
    page.on("pageerror", (error) => errors.push(error.message));
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`);
    await page.waitForFunction("typeof globalThis.doseInPage === 'function'");
    const result = (await page.evaluate(`globalThis.doseInPage(${workers})`)) as PageResult;
    expect(errors).toEqual([]);
    await page.close();
    return result;
  }

  it.each([
    ["/isolated", 2],
    ["/isolated", 3],
    ["/plain", 2],
    ["/plain", 3],
  ])("%s on %i workers: the bits of Node", async (path, workers) => {
    const request = doseRequest();
    const inNode = (await rayTraceWasmEngine.doseOnGrid(request)).values.data;
    const pointsMm = Float64Array.of(0, 0, 0, 5, -7, 9, 20, 20, 20);
    const points = await rayTraceWasmEngine.doseAtPoints({ ...request, pointsMm });
    const found = await doseOf(path, workers);
    expect(found.isolated).toBe(path === "/isolated");
    expect(found.automatic.backend).toBe("workers");
    // Beam data are made with Math.exp, whose last bit may differ between engines: 1e-6 of the maximum.
    expect(worst(found.dose, inNode)).toBeLessThan(1e-6);
    expect(worst(found.points, points)).toBeLessThan(1e-6);
    expect(found.warnings).toEqual(path === "/isolated" ? [] : ["MEMORY_NOT_SHARED"]);
    expect(found).toMatchObject({ started: workers, alive: 0 });
  });

  it("the same bits with and without shared memory, on any number of workers", async () => {
    const [first, ...others] = await Promise.all([
      doseOf("/isolated", 1),
      doseOf("/isolated", 2),
      doseOf("/plain", 3),
    ]);
    expect(first!.automatic.backend).toBe("wasm");
    for (const other of others) {
      expect(other.dose).toEqual(first!.dose);
      expect(other.points).toEqual(first!.points);
    }
  });

  it("without WebAssembly: the reference, and why", async () => {
    const inNode = (await rayTraceEngine.doseOnGrid(doseRequest())).values.data;
    const found = await doseOf("/strict", 2);
    expect(found.automatic.backend).toBe("reference");
    expect(found.automatic.reason).toContain("wasm-unsafe-eval");
    expect(found.warnings).toEqual(["SLOW_BACKEND"]);
    expect(found.started).toBe(0);
    expect(worst(found.dose, inNode)).toBeLessThan(1e-6);
  });
});

function worst(found: ArrayLike<number>, expected: ArrayLike<number>): number {
  let difference = 0;
  let peak = 0;
  for (let n = 0; n < expected.length; n++) {
    difference = Math.max(difference, Math.abs(found[n]! - expected[n]!));
    peak = Math.max(peak, expected[n]!);
  }
  return difference / peak;
}
