/**
 * `npm run beam-data [-- kernels | references]`: makes what comes from Isodose's own Monte Carlo, always the same from fixed seeds.
 *
 * - kernels: the pencil kernels in packages/physics that all built-in beam data start from
 * - references: the cases test/golden/reference/own-*.json, full fields of diverging rays at other source distances
 */
import { makeBuiltInKernels } from "./beam-data/built-in-kernels.ts";
import { makeOwnReferences } from "./beam-data/own-references.ts";

const asked = process.argv.slice(2);
const unknown = asked.find((name) => name !== "kernels" && name !== "references");
if (unknown !== undefined) {
  console.error(`isodose: beam-data: ${unknown}; expected kernels, references, or nothing for both`);
  process.exitCode = 2;
} else {
  if (asked.length === 0 || asked.includes("kernels")) await makeBuiltInKernels();
  if (asked.length === 0 || asked.includes("references")) await makeOwnReferences();
}
