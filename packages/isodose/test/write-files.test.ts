import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isLibraryError } from "isodose";
import { assertWritableFolder, readNamedFolder, readNamedPath, writeFiles } from "isodose/node";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "isodose-test-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const bytes = (text: string) => new TextEncoder().encode(text);
const files = [
  { name: "a.txt", bytes: bytes("one") },
  { name: "sub/b.txt", bytes: bytes("two") },
];
const below = (path: string) => (readdirSync(path, { recursive: true }) as string[]).sort();

describe("writeFiles", () => {
  it("writes into a folder that is not there yet, subfolders too, and leaves nothing else", async () => {
    const path = join(folder, "x/y");
    await writeFiles(path, files);
    expect(below(path)).toEqual(["a.txt", "sub", join("sub", "b.txt")]);
    expect(readFileSync(join(path, "sub/b.txt"), "utf8")).toBe("two");
  });

  it("replaces files of the same name and leaves others alone", async () => {
    writeFileSync(join(folder, "a.txt"), "old");
    writeFileSync(join(folder, "other.txt"), "other");
    await writeFiles(folder, files);
    expect(readFileSync(join(folder, "a.txt"), "utf8")).toBe("one");
    expect(readFileSync(join(folder, "other.txt"), "utf8")).toBe("other");
  });

  it("takes back what it put in place when a later file cannot be", async () => {
    mkdirSync(join(folder, "z.txt/inner"), { recursive: true });
    const before = below(folder);
    const run = writeFiles(folder, [...files, { name: "z.txt", bytes: bytes("three") }]);
    await expect(run).rejects.toSatisfy((error) => isLibraryError(error, "OutputError"));
    expect(below(folder)).toEqual(before);
  });

  it("stops by its signal before anything is in place", async () => {
    const path = join(folder, "x/y");
    const run = writeFiles(path, files, AbortSignal.abort());
    await expect(run).rejects.toSatisfy((error) => isLibraryError(error, "CancelledError"));
    const controller = new AbortController();
    const later = writeFiles(path, files, controller.signal);
    controller.abort();
    await expect(later).rejects.toSatisfy((error) => isLibraryError(error, "CancelledError"));
    expect(below(folder)).toEqual([]);
  });
});

describe("assertWritableFolder", () => {
  it("leaves no trace", async () => {
    await assertWritableFolder(join(folder, "x/y"));
    expect(below(folder)).toEqual([]);
    await assertWritableFolder(folder);
    expect(existsSync(folder)).toBe(true);
  });

  it("refuses a file, and a folder below a file", async () => {
    writeFileSync(join(folder, "file"), "");
    for (const path of [join(folder, "file"), join(folder, "file/x")]) {
      await expect(assertWritableFolder(path)).rejects.toMatchObject({ tag: "OutputError", path });
    }
  });
});

describe("reading by name", () => {
  it("a folder's files in order, hidden ones left out; below it also without results that are no DICOM", async () => {
    for (const name of ["b.dcm", "a.dcm", ".hidden", "summary.json"]) writeFileSync(join(folder, name), name);
    mkdirSync(join(folder, "deep"));
    writeFileSync(join(folder, "deep/c.dcm"), "c");
    writeFileSync(join(folder, "deep/dose.nrrd"), "c");
    const names = (list: { name: string }[]) => list.map((f) => f.name.slice(folder.length + 1));
    expect(names(await readNamedFolder(folder))).toEqual(["a.dcm", "b.dcm", "summary.json"]);
    expect(names(await readNamedPath(folder))).toEqual(["a.dcm", "b.dcm", join("deep", "c.dcm")]);
    expect(names(await readNamedPath(join(folder, "summary.json")))).toEqual(["summary.json"]);
  });
});
