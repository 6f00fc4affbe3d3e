import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  compileWasm,
  findZig,
  GENERATED_FILE,
  generatedText,
  INSTALL_ZIG,
  sourceHash,
} from "../../../test/support/compile-wasm.ts";

const zig = findZig();

describe("the generated module of kernels", () => {
  it("is as young as its sources", () => {
    expect(readFileSync(GENERATED_FILE, "utf8"), "run: npm run wasm").toContain(sourceHash());
  });

  it.skipIf(!zig)(zig ? "is what the compiler makes of them" : `skipped: ${INSTALL_ZIG}`, () => {
    expect(readFileSync(GENERATED_FILE, "utf8")).toBe(generatedText(compileWasm(zig!)));
  });
});
