import { gammaIndex } from "isodose";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CHROMIUM_ARGS, findChromium, INSTALL_CHROMIUM } from "./chromium.ts";
import { gammaRequest } from "./gamma-request.ts";
import { type ServedPage, servePage } from "./serve-page.ts";

const executablePath = findChromium();
const name = "gammaInWorkers in a page";

describe.skipIf(!executablePath)(executablePath ? name : `${name} (${INSTALL_CHROMIUM})`, () => {
  let served: ServedPage;
  let browser: Browser;
  let page: Page;
  const errors: string[] = [];

  beforeAll(async () => {
    served = await servePage("gamma-page.ts");
    browser = await chromium.launch({ executablePath: executablePath!, args: CHROMIUM_ARGS });
    page = await browser.newPage();
    page.on("pageerror", (error) => errors.push(error.message));
    await page.goto(`${served.origin}/`);
  });

  afterAll(async () => {
    await browser?.close();
    served?.close();
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
