import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readResults, speedTable } from "../../benchmarks/results.ts";
import { accuracyTable } from "../validation/accuracy-table.ts";
import { ROOT } from "./pages.ts";
import { withTable } from "./readme-table.ts";

const read = (path: string) => readFileSync(join(ROOT, path), "utf8");

describe("README", () => {
  const table = accuracyTable(read("docs/validation.md"));

  it("shows the accuracy that docs/validation.md shows (`npm run validate` writes both)", () => {
    expect(withTable(read("README.md"), "accuracy", table)).toBe(read("README.md"));
  });

  it("shows the speed that docs/benchmarks holds (`npm run bench` writes both)", () => {
    const speed = speedTable(readResults());
    expect(speed).toContain("times faster");
    expect(withTable(read("README.md"), "speed", speed)).toBe(read("README.md"));
  });

  it("has a row for each engine that docs/validation.md compares, with its points and cases", () => {
    const engines = [
      ...read("docs/validation.md").matchAll(/^### (ray-trace|collapsed-cone|monte-carlo)$/gm),
    ];
    expect(engines.length).toBeGreaterThan(0);
    for (const [, engine] of engines)
      expect(table).toMatch(
        new RegExp(`\\| .${engine}. +\\| water[^|]*\\(\\d+ cases\\) +\\| [\\d.]+ % of \\d+ +\\|`),
      );
  });

  it("has a library example of at most 16 lines", () => {
    const [, code] = /```ts\n([\s\S]*?)```/.exec(read("README.md")) ?? [];
    expect(code?.trim().split("\n").length).toBeLessThanOrEqual(16);
  });

  it("has a report picture below 400 kB", () => {
    expect(readFileSync(join(ROOT, "docs/public/pictures/report.png")).byteLength).toBeLessThan(400_000);
  });
});
