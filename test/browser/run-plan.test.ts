import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { resolve } from "node:path";
import { parsePlan, phantomPatient, runPlan } from "isodose";
import { type Browser, chromium, type Page } from "playwright-core";
import { build } from "vite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CHROMIUM_ARGS, findChromium, INSTALL_CHROMIUM } from "./chromium.ts";
import { SMALL_PLAN } from "./small-plan.ts";

const executablePath = findChromium();
const name = "runPlan in a page";

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
      build: {
        write: false,
        minify: false,
        target: "es2023",
        lib: { entry: resolve(import.meta.dirname, "page.ts"), formats: ["es"], fileName: "page" },
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
      // The strictest policy that a page of ours may have: no eval, nothing from outside.
      response.setHeader(
        "Content-Security-Policy",
        "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src data:",
      );
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

  it("gives the dose that Node gives, under a policy that forbids eval", async () => {
    const plan = parsePlan(SMALL_PLAN);
    if (!("phantom" in plan.patient)) throw new Error("the plan names no phantom");
    const inNode = await runPlan(plan, { patient: phantomPatient(plan.patient.phantom) });
    await page.waitForFunction("typeof globalThis.planInPage === 'function'");
    const inPage = (await page.evaluate("globalThis.planInPage()")) as {
      summary: { beams: number; doseMaxGy: number; notice: string };
      dose: number[];
      stages: string[];
      report: string;
    };
    expect(errors).toEqual([]);
    expect(inPage.summary.notice).toBe("Not for clinical use");
    expect(inPage.summary.beams).toBe(inNode.summary.beams);
    expect(inPage.stages).toContain("dose");
    expect(inPage.report).toContain("Not for clinical use");
    const expected = inNode.dose.values.data;
    expect(inPage.dose.length).toBe(expected.length);
    let worst = 0;
    for (let v = 0; v < expected.length; v++)
      worst = Math.max(worst, Math.abs(inPage.dose[v]! - expected[v]!));
    // 1e-6 of the maximum: Math.exp may differ in its last bit between engines.
    expect(worst).toBeLessThanOrEqual(1e-6 * inNode.summary.doseMaxGy);
  });
});
