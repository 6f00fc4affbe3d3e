import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { describe, expect, it } from "vitest";

/** Layer of each package: it may depend on packages of lower layers only. Private folders above the packages are not listed. */
const LAYERS: Readonly<Record<string, number>> = {
  core: 0,
  geometry: 1,
  physics: 1,
  anatomy: 2,
  dvh: 2,
  machines: 2,
  dicom: 2,
  dose: 3,
  "dose-parallel": 4,
  "dose-gpu": 4,
  optimize: 4,
  commissioning: 4,
  report: 4,
  isodose: 5,
  cli: 6,
  demo: 6,
};
/** Tables and generated code may be longer than 500 lines. */
const LONG_FILES = /(-table|\.generated|pencil-kernel-6mv-mohan)\.ts$/;
/** The only places where Node's own modules may be imported. */
const NODE_ALLOWED = ["packages/isodose/src/node/", "packages/cli/src/"];

interface Manifest {
  readonly name: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

interface ImportOfFile {
  readonly file: string;
  readonly specifier: string;
  readonly isTypeOnly: boolean;
}

const root = join(import.meta.dirname, "../..");
const folders = readdirSync(join(root, "packages"), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name)
  .sort();
const manifests = new Map(
  folders.map((folder) => [
    folder,
    JSON.parse(readFileSync(join(root, "packages", folder, "package.json"), "utf8")) as Manifest,
  ]),
);
const folderOfName = new Map([...manifests].map(([folder, manifest]) => [manifest.name, folder]));

function sourceFiles(folder: string): string[] {
  const source = join(root, "packages", folder, "src");
  if (!existsSync(source)) return [];
  return readdirSync(source, { recursive: true, encoding: "utf8" })
    .filter((name) => /\.[cm]?tsx?$/.test(name))
    .map((name) => relative(root, join(source, name)).replaceAll("\\", "/"))
    .sort();
}

/** Every module specifier of a file: static and dynamic imports, re-exports. Comments are taken out first. */
function importsOf(file: string): ImportOfFile[] {
  const text = readFileSync(join(root, file), "utf8").replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "");
  const found: ImportOfFile[] = [];
  const statement = /^\s*(import|export)(\s+type)?\s[^;"'`]*?\bfrom\s*["']([^"']+)["']/gm;
  for (const match of text.matchAll(statement))
    found.push({ file, specifier: match[3]!, isTypeOnly: match[2] !== undefined });
  for (const match of text.matchAll(/^\s*import\s*["']([^"']+)["']/gm))
    found.push({ file, specifier: match[1]!, isTypeOnly: false });
  for (const match of text.matchAll(/\bimport\(\s*["'`]([^"'`]+)["'`]\s*\)/g))
    found.push({ file, specifier: match[1]!, isTypeOnly: false });
  return found;
}

const nameOf = (specifier: string) =>
  specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
const isOutside = (specifier: string) => !specifier.startsWith(".") && !specifier.startsWith("node:");
const declared = (manifest: Manifest) =>
  Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies, ...manifest.optionalDependencies });

describe("import scanner", () => {
  it("sees the imports of this very file", () => {
    const specifiers = importsOf("test/architecture/layers.test.ts").map(({ specifier }) => specifier);
    expect(specifiers).toEqual(["node:fs", "node:path", "vitest"]);
  });

  it("sees re-exports and types", () => {
    const found = importsOf("packages/core/src/index.ts");
    expect(found.map(({ specifier }) => specifier)).toEqual(
      expect.arrayContaining(["./photon-field.ts", "./errors.ts"]),
    );
    expect(found.find(({ specifier }) => specifier === "./photon-field.ts")!.isTypeOnly).toBe(true);
  });
});

describe.each(folders)("package %s", (folder) => {
  const manifest = manifests.get(folder)!;
  const files = sourceFiles(folder);
  const imports = files.flatMap(importsOf);

  it("has a layer, a README that names it, a tsconfig and an entry", () => {
    expect(LAYERS, "a new package needs a line in LAYERS").toHaveProperty(folder);
    const text = (name: string) => readFileSync(join(root, "packages", folder, name), "utf8");
    expect(text("README.md")).toMatch(new RegExp(`^Layer ${LAYERS[folder]}\\b`, "m"));
    expect(text("tsconfig.json")).toContain("tsconfig.base.json");
    expect(files).toContain(`packages/${folder}/src/index.ts`);
  });

  it("depends on lower layers only", () => {
    const inside = declared(manifest).filter((name) => folderOfName.has(name));
    const notLower = inside.filter((name) => LAYERS[folderOfName.get(name)!]! >= LAYERS[folder]!);
    expect(notLower).toEqual([]);
  });

  it("declares what it imports", () => {
    // Types of a package without own types come from @types/… and vanish in the build, but the package is declared all the same.
    const undeclared = imports.filter(
      ({ specifier }) => isOutside(specifier) && !declared(manifest).includes(nameOf(specifier)),
    );
    expect(undeclared).toEqual([]);
  });

  it("imports other packages by their public entries only, and no files outside itself", () => {
    const deep = imports.filter(({ specifier }) => {
      const target = folderOfName.get(nameOf(specifier));
      if (target === undefined) return false;
      const entry = specifier.slice(nameOf(specifier).length);
      const exported = (manifests.get(target) as unknown as { exports: Record<string, unknown> }).exports;
      return !Object.hasOwn(exported, `.${entry}`);
    });
    const leaving = imports.filter(({ file, specifier }) => {
      if (!specifier.startsWith(".")) return false;
      return !join(file, "..", specifier).replaceAll("\\", "/").startsWith(`packages/${folder}/src/`);
    });
    expect([...deep, ...leaving]).toEqual([]);
  });

  it("keeps Node's modules where files are read", () => {
    const node = imports.filter(
      ({ file, specifier }) =>
        specifier.startsWith("node:") && !NODE_ALLOWED.some((place) => file.startsWith(place)),
    );
    expect(node).toEqual([]);
  });

  it("names files with their extension in relative imports", () => {
    const bare = imports.filter(
      ({ specifier }) => specifier.startsWith(".") && !/\.([cm]?tsx?|[cm]?js|json|css)$/.test(specifier),
    );
    expect(bare).toEqual([]);
  });

  it("keeps files within 500 lines", () => {
    const long = files
      .filter((file) => !LONG_FILES.test(file))
      .map((file) => ({ file, lines: readFileSync(join(root, file), "utf8").split("\n").length - 1 }))
      .filter(({ lines }) => lines > 500);
    expect(long).toEqual([]);
  });

  it("has no cycle between its files", () => {
    const edges = new Map<string, string[]>();
    for (const { file, specifier, isTypeOnly } of imports) {
      if (!specifier.startsWith(".") || isTypeOnly) continue;
      const target = join(file, "..", specifier).replaceAll("\\", "/");
      edges.set(file, [...(edges.get(file) ?? []), target]);
    }
    expect(findCycle(edges)).toBeUndefined();
  });
});

describe("workspace", () => {
  it("has no cycle between packages", () => {
    const edges = new Map(
      [...manifests].map(([folder, manifest]) => [
        folder,
        declared(manifest).flatMap((name) => folderOfName.get(name) ?? []),
      ]),
    );
    expect(findCycle(edges)).toBeUndefined();
  });

  it("finds cycles where there are some", () => {
    expect(
      findCycle(
        new Map([
          ["a", ["b"]],
          ["b", ["c"]],
          ["c", ["b"]],
        ]),
      ),
    ).toEqual(["b", "c", "b"]);
    expect(
      findCycle(
        new Map([
          ["a", ["b", "c"]],
          ["b", ["c"]],
        ]),
      ),
    ).toBeUndefined();
  });

  it("lets core depend on ndarray only", () => {
    expect(declared(manifests.get("core")!)).toEqual(["ndarray"]);
  });

  it("lets dvh see core and geometry only", () => {
    const inside = declared(manifests.get("dvh")!).filter((name) => folderOfName.has(name));
    expect(inside.sort()).toEqual(["@isodose/core", "@isodose/geometry"]);
  });
});

/** A cycle of a directed graph as the list of its nodes, the first repeated at the end; undefined if there is none. */
function findCycle(edges: ReadonlyMap<string, readonly string[]>): string[] | undefined {
  const done = new Set<string>();
  const walk = (node: string, path: readonly string[]): string[] | undefined => {
    if (path.includes(node)) return [...path.slice(path.indexOf(node)), node];
    if (done.has(node)) return undefined;
    for (const next of edges.get(node) ?? []) {
      const cycle = walk(next, [...path, node]);
      if (cycle) return cycle;
    }
    done.add(node);
    return undefined;
  };
  for (const node of edges.keys()) {
    const cycle = walk(node, []);
    if (cycle) return cycle;
  }
  return undefined;
}
