import { parsePlan, phantomPatient, runPlan } from "isodose";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CHROMIUM_ARGS, findChromium, INSTALL_CHROMIUM } from "./chromium.ts";
import { type ServedPage, servePage } from "./serve-page.ts";
import { SMALL_PLAN } from "./small-plan.ts";

const executablePath = findChromium();
const name = "runPlan in a page";

describe.skipIf(!executablePath)(executablePath ? name : `${name} (${INSTALL_CHROMIUM})`, () => {
  let served: ServedPage;
  let browser: Browser;
  let page: Page;
  const errors: string[] = [];

  beforeAll(async () => {
    // The strictest policy that a page of ours may have: no eval, nothing from outside.
    served = await servePage("page.ts", () => ({
      "Content-Security-Policy": "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src data:",
    }));
    browser = await chromium.launch({ executablePath: executablePath!, args: CHROMIUM_ARGS });
    page = await browser.newPage();
    page.on("pageerror", (error) => errors.push(error.message));
    await page.goto(`${served.origin}/`);
  });

  afterAll(async () => {
    await browser?.close();
    served?.close();
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
