import { rayTraceEngine, rayTraceWasmEngine } from "isodose";
import { type Browser, chromium } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CHROMIUM_ARGS, findChromium, INSTALL_CHROMIUM } from "./chromium.ts";
import { doseRequest } from "./dose-request.ts";
import { type ServedPage, servePage } from "./serve-page.ts";

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
  let served: ServedPage;
  let browser: Browser;

  beforeAll(async () => {
    // A worker of an isolated page must say so itself.
    served = await servePage("dose-page.ts", (path, isFile) =>
      isFile ? HEADERS["/isolated"]! : (HEADERS[path] ?? {}),
    );
    browser = await chromium.launch({ executablePath: executablePath!, args: CHROMIUM_ARGS });
  });

  afterAll(async () => {
    await browser?.close();
    served?.close();
  });

  async function doseOf(path: string, workers: number): Promise<PageResult> {
    const page = await browser.newPage();
    const errors: string[] = [];
    page.on("pageerror", (error) => errors.push(error.message));
    await page.goto(`${served.origin}${path}`);
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
