import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { copyOfBase, expectOneLine, expectRefused, slice } from "./support/broken-case.ts";
import { runChild, runHere } from "./support/run-isodose.ts";
import { listBelow, smallPlan, writeJson } from "./support/small-case.ts";

describe("options and output", () => {
  it.each([
    [
      ["--backend", "gpu-webgl"],
      ["gpu-webgl", "reference"],
    ],
    [
      ["--backend", "gpu"],
      ["--backend", '"gpu"', "gpu-webgpu"],
    ],
    [
      ["--engine", "magic"],
      ["--engine", '"magic"', "ray-trace"],
    ],
    [["--seed", "-1"], ["--seed"]],
    [
      ["--seed", "1.5"],
      ["--seed", '"1.5"'],
    ],
    [
      ["--workers", "0"],
      ["--workers", '"0"'],
    ],
    [
      ["--workers", "4", "--backend", "reference"],
      ["--workers", "4", "1", "reference"],
    ],
    [
      ["--workers", "4", "--engine", "collapsed-cone"],
      ["--workers", "4", "1", "collapsed-cone"],
    ],
    [
      ["--max-memory", "lots"],
      ["--max-memory", '"lots"'],
    ],
    [
      ["--max-memory", "10"],
      ["--max-memory", "10", "MB"],
    ],
    [
      ["--cut-faces", "ignore"],
      ["--cut-faces", '"ignore"', "see-air"],
    ],
    [["--nope"], ["--nope", "isodose plan --help"]],
    [["more.json"], ["too many arguments"]],
  ])("plan … %j", async (options, parts) => {
    await expectRefused(copyOfBase(), parts, ...options);
  });

  it.each([
    [["plan"], ["--out"]],
    [["plam"], ["'plam'", "plan"]],
    [["plan", "--out", "x"], ["'plan'"]],
    [["--nope"], ["--nope"]],
    [["schema", "plan", "--nope"], ["--nope"]],
    [["machines", "all"], ["too many arguments"]],
    [["phantom"], ["--out"]],
    [
      ["phantom", "--out", "x", "--modality", "pet"],
      ["--modality", "ct"],
    ],
    [
      ["phantom", "--out", "x", "--lesion", "huge"],
      ["lesion", '"huge"', "epidural"],
    ],
    [["dvh", "--dose", "x"], ["--structures"]],
    [
      ["dvh", "--dose", "x", "--structures", "x", "--end-slices", "round"],
      ["--end-slices", '"round"', "rounded"],
    ],
    [["inspect"], ["'path'"]],
    [
      ["inspect", "not-there"],
      ["not-there", "not found"],
    ],
  ])("%j", async (args, parts) => {
    expectOneLine(await runHere(...args), parts);
  });

  it("no command at all shows the help and exits 2", async () => {
    const ran = await runHere();
    expect(ran.code).toBe(2);
    expect(ran.stderr).toContain("Usage: isodose");
    expect(ran.stdout).toBe("");
  });

  it("an output folder below a file, or that is a file", async () => {
    const path = copyOfBase();
    writeFileSync(join(path, "file"), "");
    const before = listBelow(path);
    // Below /proc the system says that a folder which is there is not: that may not end in a loop.
    const nowhere = existsSync("/proc/version") ? ["/proc/none/out"] : [];
    for (const out of [join(path, "file"), join(path, "file", "deeper"), ...nowhere]) {
      const ran = await runHere("plan", join(path, "plan.json"), "--out", out);
      expectOneLine(ran, [out, "cannot be written", "a writable folder"]);
    }
    expect(listBelow(path)).toEqual(before);
  });

  it("an output folder that was there stays as it was when a file cannot be put in place", async () => {
    const path = copyOfBase();
    // The last file of a result cannot replace a folder: what was put in place before it goes again.
    mkdirSync(join(path, "out/report.html/inner"), { recursive: true });
    writeFileSync(join(path, "out/notes.txt"), "kept");
    await expectRefused(path, [join(path, "out"), "cannot be written"]);
  });

  it("dvh: not DICOM, no dose, no structures, no metric, percent of an unknown prescription", async () => {
    const path = copyOfBase();
    const text = join(path, "plan.json");
    const structures = join(path, "RTSTRUCT.dcm");
    const image = join(path, slice);
    expectOneLine(await runHere("dvh", "--dose", text, "--structures", structures), [text]);
    expectOneLine(await runHere("dvh", "--dose", image, "--structures", structures), [image]);
    expectOneLine(await runHere("dvh", "--dose", image, "--structures", join(path, "none")), [
      join(path, "none"),
    ]);
    for (const metric of ["D95", "V50%", ""]) {
      const ran = await runHere("dvh", "--dose", image, "--structures", structures, "--metrics", metric);
      expectOneLine(ran, ["metric", JSON.stringify(metric)]);
    }
  });

  it("the exit code of a process is 2, with one line on stderr", async () => {
    const path = copyOfBase();
    writeJson(join(path, "plan.json"), {
      ...smallPlan,
      prescription: { ...smallPlan.prescription, doseGy: 0 },
    });
    const before = listBelow(path);
    const ran = await runChild("plan", join(path, "plan.json"), "--out", join(path, "out"), "--json");
    expectOneLine(ran, [join(path, "plan.json"), "prescription.doseGy", "is 0"]);
    expect(listBelow(path)).toEqual(before);
  });
});
