import { execFile } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { parsePlan } from "isodose";
import { afterAll, describe, expect, it } from "vitest";
import { normalPicture, type Page, ROOT, readPages, resultsOf, withResults } from "./pages.ts";

const run = promisify(execFile);
const UPDATE = process.env.UPDATE_PICTURES === "1";
const HOW = "run `UPDATE_PICTURES=1 npm test -- test/docs` and look at the difference";
// Below docs/, so that modules find what docs/package.json depends on; ignored by git.
const FOLDER = join(ROOT, "docs/.vitepress/cache/fences");
const pages = readPages();

/** Write the ts fences of a page as modules. */
function modulesOf(page: Page): string[] {
  const folder = join(FOLDER, page.path.replaceAll("/", "-"));
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const fences = page.fences.filter((fence) => fence.language === "ts");
  return fences.map((fence) => {
    const file = join(folder, `line-${fence.line}.ts`);
    writeFileSync(file, `${fence.code}\nexport {};\n`);
    return file;
  });
}

afterAll(() => rmSync(FOLDER, { recursive: true, force: true }));

describe.each(pages.filter((page) => page.fences.some((fence) => fence.language === "ts")))(
  "$path",
  (page) => {
    it("has code that runs, and pictures and results that this code makes", async () => {
      const files = modulesOf(page);
      const script = join(ROOT, "test/docs/run-fences.ts");
      await run(process.execPath, ["--conditions=@isodose/source", script, ...files], { cwd: ROOT });
      const fences = page.fences.filter((fence) => fence.language === "ts");
      const results: string[] = [];
      for (const [n, fence] of fences.entries()) {
        const made = existsSync(`${files[n]}.out`) ? readFileSync(`${files[n]}.out`, "utf8") : undefined;
        if (!fence.picture && !fence.isResult) continue;
        expect(made, `default export of the fence in line ${fence.line}`).toBeDefined();
        if (fence.isResult) results.push(made!.trim());
        if (fence.picture) checkPicture(fence.picture, made!);
      }
      if (UPDATE) writeFileSync(join(ROOT, page.path), withResults(page.text, results));
      else
        expect(resultsOf(page.text), `results in ${page.path} are not what their code gives: ${HOW}`).toEqual(
          results,
        );
    });
  },
);

function checkPicture(name: string, made: string): void {
  const file = join(ROOT, "docs/public/pictures", name);
  if (UPDATE) writeFileSync(file, normalPicture(made));
  const kept = existsSync(file) ? readFileSync(file, "utf8") : "";
  // Not toEqual: a difference of 100 kB helps nobody.
  expect(
    normalPicture(made) === kept,
    `docs/public/pictures/${name} is not what its code draws: ${HOW}`,
  ).toBe(true);
}

describe("ts fences", () => {
  it("are well typed", async () => {
    const folder = join(FOLDER, "..", "fences-types");
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    for (const page of pages) {
      for (const fence of page.fences.filter((f) => f.language === "ts")) {
        writeFileSync(
          join(folder, `${page.path.replaceAll("/", "-")}-${fence.line}.ts`),
          `${fence.code}\nexport {};\n`,
        );
      }
    }
    const config = {
      extends: join(ROOT, "tsconfig.tests.json"),
      compilerOptions: { rootDir: ROOT, lib: ["ES2024", "DOM", "DOM.Iterable"], skipLibCheck: true },
      include: ["*.ts"],
    };
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(config));
    const tsc = join(ROOT, "node_modules/typescript/bin/tsc");
    const { stdout } = await run(process.execPath, [tsc, "-p", folder, "--pretty", "false"], {
      cwd: folder,
    }).catch((error: { stdout: string }) => error);
    // What is wrong elsewhere is the business of `npm run check`.
    const here = stdout.split("\n").filter((line) => /^[\w.-]+\.md-\d+\.ts/.test(line));
    rmSync(folder, { recursive: true, force: true });
    expect(here).toEqual([]);
  });
});

describe("json fences that are plans", () => {
  const plans = pages.flatMap((page) =>
    page.fences
      .filter((fence) => fence.language === "json" && fence.code.includes("isodose-plan/1"))
      .map((fence) => ({ path: page.path, line: fence.line, code: fence.code })),
  );
  it.each(plans)("$path line $line is a plan", ({ code }) => {
    expect(parsePlan(JSON.parse(code)).format).toBe("isodose-plan/1");
  });
  it("are found", () => expect(plans.length).toBeGreaterThan(0));
});
