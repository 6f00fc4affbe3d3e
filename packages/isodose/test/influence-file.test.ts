import { spawnSync } from "node:child_process";
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
import {
  doseOfWeights,
  type InfluenceMatrix,
  influenceInMemory,
  influenceJson,
  isLibraryError,
  machineById,
  planInfluence,
  uniformStream,
} from "isodose";
import { besideInfluence, influenceToFile, readInfluence } from "isodose/node";
import { afterAll, describe, expect, it } from "vitest";
import { oneFieldPlan, planWith, smallPatient } from "./support/small-case.ts";

const folder = mkdtempSync(join(tmpdir(), "isodose-influence-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const inFolder = (name: string) => join(folder, name);

const python = process.env.ISODOSE_PYTHON ?? "python3";
const hasScipy = spawnSync(python, ["-c", "import scipy.sparse"]).status === 0;

/** Columns of random length, some of them empty. */
function randomColumns(rows: number, columns: number, seed: number): [Uint32Array, Float32Array][] {
  const random = uniformStream(seed, 0);
  return Array.from({ length: columns }, () => {
    const share = random() < 0.2 ? 0 : random();
    const voxels = Uint32Array.from({ length: rows }, (_, v) => v).filter(() => random() < share);
    return [voxels, Float32Array.from(voxels, () => random())];
  });
}

async function write(name: string, rows: number, columns: [Uint32Array, Float32Array][], compress = false) {
  const memory = influenceInMemory(rows);
  const file = await influenceToFile(inFolder(name), { compress, bufferBytes: 1024 });
  for (const [voxels, dose] of columns) {
    await file.addColumn(voxels, dose);
    await memory.addColumn(voxels, dose);
  }
  await file.finish(rows);
  return memory.matrix();
}

function expectSame(a: InfluenceMatrix, b: InfluenceMatrix): void {
  expect([a.rows, a.columns]).toEqual([b.rows, b.columns]);
  for (const key of ["indptr", "indices", "data"] as const)
    expect(Buffer.compare(Buffer.from(a[key].slice().buffer), Buffer.from(b[key].slice().buffer))).toBe(0);
}

describe("influence matrix on disk", () => {
  it.each([
    ["plain", 700, 23, false],
    ["deflated", 700, 23, true],
    ["without an entry", 5, 0, false],
  ] as const)("%s: what is read is what was written", async (name, rows, columns, compress) => {
    const made = await write(`${name}.npz`, rows, randomColumns(rows, columns, 4), compress);
    expectSame(await readInfluence(inFolder(`${name}.npz`)), made);
  });

  it("is the same file for the same matrix", async () => {
    await write("a.npz", 300, randomColumns(300, 9, 1));
    await write("b.npz", 300, randomColumns(300, 9, 1));
    expect(readFileSync(inFolder("a.npz")).equals(readFileSync(inFolder("b.npz")))).toBe(true);
  });

  it.skipIf(!hasScipy)(
    "has the members of scipy.sparse.save_npz byte for byte, and scipy reads it (needs scipy)",
    async () => {
      const made = await write("ours.npz", 5000, randomColumns(5000, 40, 2));
      await write("deflated-ours.npz", 5000, randomColumns(5000, 40, 2), true);
      const weights = Array.from({ length: 40 }, (_, c) => c % 7);
      const script = `
import json, sys, zipfile, numpy as np, scipy.sparse as sp
ours, theirs, deflated = sys.argv[1:4]
m = sp.load_npz(ours)
assert isinstance(m, sp.csc_matrix) and m.dtype == np.float32 and m.has_canonical_format
assert (m != sp.load_npz(deflated)).nnz == 0
sp.save_npz(theirs, m, compressed=False)
a, b = zipfile.ZipFile(ours), zipfile.ZipFile(theirs)
assert a.testzip() is None
w = np.array(json.loads(sys.argv[4]), dtype=np.float64)
print(json.dumps({"shape": m.shape, "nnz": int(m.nnz), "names": [a.namelist(), b.namelist()],
  "same": [a.read(n) == b.read(n) for n in b.namelist()], "dose": (m.astype(np.float64) @ w).tolist()}))
sp.save_npz(theirs, m, compressed=True)
sp.save_npz(theirs + ".csr.npz", m.tocsr())
big = sp.csc_matrix((m.data.astype(np.float64), m.indices.astype(np.int64), m.indptr.astype(np.int64)), shape=m.shape)
big.indices = big.indices.astype(np.int64); big.indptr = big.indptr.astype(np.int64)
sp.save_npz(theirs + ".wide.npz", big)
`;
      const theirs = inFolder("theirs.npz");
      const ran = spawnSync(
        python,
        ["-c", script, inFolder("ours.npz"), theirs, inFolder("deflated-ours.npz"), JSON.stringify(weights)],
        { encoding: "utf8" },
      );
      expect(ran.stderr).toBe("");
      const found = JSON.parse(ran.stdout) as {
        shape: number[];
        nnz: number;
        names: string[][];
        same: boolean[];
        dose: number[];
      };
      expect(found.shape).toEqual([5000, 40]);
      expect(found.nnz).toBe(made.data.length);
      const names = ["indices.npy", "indptr.npy", "format.npy", "shape.npy", "data.npy"];
      expect(found.names).toEqual([names, names]);
      expect(found.same).toEqual([true, true, true, true, true]);
      const dose = doseOfWeights(made, weights);
      found.dose.forEach((d, v) => {
        expect(d).toBeCloseTo(dose[v]!, 10);
      });
      expectSame(await readInfluence(theirs), made);
      expectSame(await readInfluence(`${theirs}.wide.npz`), made);
      const csr = await readInfluence(`${theirs}.csr.npz`).catch((e: unknown) => e);
      expect(isLibraryError(csr, "UnsupportedError")).toBe(true);
    },
  );

  it("leaves nothing behind when it is discarded, nor where a column cannot be written", async () => {
    const file = await influenceToFile(inFolder("deep/er/never.npz"));
    await file.addColumn(Uint32Array.of(1, 2), Float32Array.of(1, 2));
    expect(existsSync(inFolder("deep/er"))).toBe(true);
    expect(existsSync(inFolder("deep/er/never.npz"))).toBe(false);
    await file.discard();
    expect(existsSync(inFolder("deep"))).toBe(false);
    // A folder stands where the text beside the matrix goes: neither is put in place.
    mkdirSync(inFolder("half/half.json/full"), { recursive: true });
    const half = await influenceToFile(inFolder("half/half.npz"));
    const error = await half
      .finish(10, { name: besideInfluence("half.npz"), text: "{}" })
      .catch((e: unknown) => e);
    expect(isLibraryError(error, "OutputError")).toBe(true);
    expect(readdirSync(inFolder("half"))).toEqual(["half.json"]);
  });

  it("names what is wrong with a name, a folder or a file", async () => {
    writeFileSync(inFolder("file"), "text");
    const notNpz = await influenceToFile(inFolder("D.npy")).catch((e: unknown) => e);
    expect(isLibraryError(notNpz, "InvalidInputError")).toBe(true);
    const noFolder = await influenceToFile(inFolder("file/D.npz")).catch((e: unknown) => e);
    expect(isLibraryError(noFolder, "OutputError") && noFolder.path).toBe(inFolder("file/D.npz"));
    for (const path of [inFolder("file"), inFolder("missing.npz")]) {
      const error = await readInfluence(path).catch((e: unknown) => e);
      expect(isLibraryError(error, "InputFileError") && error.path).toBe(path);
    }
  });
});

describe("influence matrix of a plan", () => {
  const plan = planWith({ ...oneFieldPlan, dose: { spacingMm: 6 } });
  it("cut into beamlets goes to disk under a memory budget, the same as in memory, its columns described", async () => {
    const path = inFolder("plan.npz");
    const file = await influenceToFile(path, { bufferBytes: 65536 });
    const budget = 1.5e6;
    const options = { patient: smallPatient, beamletMm: 10 };
    const influence = await planInfluence(plan, file, { ...options, maxMemoryBytes: budget });
    await file.finish(influence.report.rows);
    expect(influence.report.mostBytesHeld).toBeLessThanOrEqual(budget);
    const memory = influenceInMemory(influence.report.rows);
    const again = await planInfluence(plan, memory, options);
    expectSame(await readInfluence(path), memory.matrix());
    expect(again.report.columns).toEqual(influence.report.columns);
    // The whole matrix would not have fitted.
    expect(8 * influence.report.entries).toBeGreaterThan(budget);

    const beside = JSON.parse(JSON.stringify(influenceJson(influence, "plan.npz")));
    expect(beside.shape).toEqual([influence.report.rows, influence.beams.length]);
    expect(beside.columns.length).toBe(influence.beams.length);
    expect(beside.columns[0].aperture).toMatchObject({ kind: "rectangle", widthMm: 10, heightMm: 10 });
    expect(beside.notice).toBe("Not for clinical use");
  });

  it("has the plan's own beams as columns by default, and no dose outside the patient", async () => {
    const memory = influenceInMemory(1);
    const { beams, report } = await planInfluence(plan, memory, { patient: smallPatient });
    expect(beams.map((b) => b.aperture.kind)).toEqual(["circle"]);
    expect(report.entries).toBeGreaterThan(100);
  });

  it("refuses beamlets of a CyberKnife", async () => {
    const machine = machineById("cyberknife", "machine");
    const error = await planInfluence(planWith({ dose: { spacingMm: 6 } }), influenceInMemory(1), {
      patient: smallPatient,
      machine,
      beamletMm: 5,
    }).catch((e: unknown) => e);
    expect(isLibraryError(error, "InvalidInputError") && error.field).toBe("beamletMm");
  });
});
