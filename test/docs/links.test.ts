import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { describe, expect, it } from "vitest";
import { ROOT, readPages } from "./pages.ts";

const pages = readPages();

/** Anchors of the headings of a page, as GitHub and VitePress make them for plain words. */
function anchorsOf(text: string): Set<string> {
  const headings = text.replace(/^```[\s\S]*?^```$/gm, "").matchAll(/^#+ (.*)$/gm);
  const slug = (heading: string) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s-]/gu, "")
      .trim()
      .replace(/\s+/g, "-");
  return new Set([...headings].map((match) => slug(match[1]!)));
}

/** The file that a link of a page points to, from the root. */
function fileOf(page: string, target: string): string {
  if (target.startsWith("/"))
    return target.startsWith("/pictures/") ? `docs/public${target}` : `docs${target}`;
  return normalize(join(dirname(page), target));
}

describe.each(pages)("$path", (page) => {
  const prose = page.text.replace(/^```[\s\S]*?^```$/gm, "").replace(/`[^`\n]*`/g, "");
  const links = [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1]!);
  it("has links that lead somewhere", () => {
    const broken = links
      .filter((link) => !/^(https?|mailto):/.test(link))
      .filter((link) => {
        const [target, anchor] = link.split("#") as [string, string | undefined];
        const file = target === "" ? page.path : fileOf(page.path, target);
        if (!existsSync(join(ROOT, file))) return true;
        if (anchor === undefined || !file.endsWith(".md")) return false;
        return !anchorsOf(readFileSync(join(ROOT, file), "utf8")).has(anchor);
      });
    expect(broken).toEqual([]);
  });
});

describe("docs/", () => {
  it("has no picture that no page shows", () => {
    const shown = pages.map((page) => page.text).join("\n");
    const unused = readdirSync(join(ROOT, "docs/public/pictures")).filter(
      (name) => !shown.includes(`pictures/${name}`),
    );
    expect(unused).toEqual([]);
  });
  it("has every page in its sidebar", () => {
    const config = readFileSync(join(ROOT, "docs/.vitepress/config.ts"), "utf8");
    const missing = pages
      .filter((page) => page.path.startsWith("docs/"))
      .map((page) => page.path.replace(/^docs/, "").replace(/(index)?\.md$/, ""))
      .filter((path) => !config.includes(`"${path}"`));
    expect(missing).toEqual([]);
  });
  it("says on every page but the decisions that it is not for clinical use", () => {
    const config = readFileSync(join(ROOT, "docs/.vitepress/config.ts"), "utf8");
    expect(config).toContain("Not for clinical use");
    expect(readFileSync(join(ROOT, "README.md"), "utf8")).toMatch(/not for clinical use/i);
  });
});
