/**
 * `npm run wasm`: compile the C kernels of @isodose/dose-parallel to WebAssembly and write them, base64, into a TypeScript file.
 * Wants Zig 0.17.1, whose clang and linker are pinned with it: `pip install ziglang==0.17.1`, or ZIG=/path/to/zig.
 * Exit code 2 where there is none.
 */
import { writeFileSync } from "node:fs";
import { compileWasm, findZig, GENERATED_FILE, generatedText, INSTALL_ZIG } from "./support/compile-wasm.ts";

const zig = findZig();
if (!zig) {
  console.error(`isodose: npm run wasm: ${INSTALL_ZIG}`);
  process.exit(2);
}
const wasm = compileWasm(zig);
writeFileSync(GENERATED_FILE, generatedText(wasm));
console.log(`${GENERATED_FILE}: ${wasm.length} bytes of WebAssembly`);
