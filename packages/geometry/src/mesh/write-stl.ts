import { NOT_FOR_CLINICAL_USE } from "@isodose/core";
import type { Mesh } from "./mesh.ts";

const HEADER_BYTES = 80;
const TRIANGLE_BYTES = 50;

/**
 * A mesh as binary STL: LPS, mm, one facet with its normal per triangle, float32.
 * @param name - stands in the header, with the notice; the header holds 80 bytes of ASCII
 * @source StereoLithography Interface Specification, 3D Systems, 1988: 80 bytes, count, 50 bytes per facet, little-endian
 */
export function writeStl({ positionsMm: p, triangles }: Mesh, name = "mesh"): Uint8Array<ArrayBuffer> {
  const count = triangles.length / 3;
  const bytes = new Uint8Array(HEADER_BYTES + 4 + TRIANGLE_BYTES * count);
  // "solid" at the start would mark a text file.
  const header = `Isodose, LPS, mm. ${NOT_FOR_CLINICAL_USE}. ${name}`.replace(/[^ -~]/g, "?");
  bytes.set(new TextEncoder().encode(header).subarray(0, HEADER_BYTES));
  const view = new DataView(bytes.buffer);
  view.setUint32(HEADER_BYTES, count, true);
  for (let n = 0; n < count; n++) {
    const [a, b, c] = [3 * triangles[3 * n]!, 3 * triangles[3 * n + 1]!, 3 * triangles[3 * n + 2]!];
    const u = [p[b]! - p[a]!, p[b + 1]! - p[a + 1]!, p[b + 2]! - p[a + 2]!] as const;
    const v = [p[c]! - p[a]!, p[c + 1]! - p[a + 1]!, p[c + 2]! - p[a + 2]!] as const;
    const normal = [u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0]];
    const length = Math.hypot(...normal) || 1;
    const start = HEADER_BYTES + 4 + TRIANGLE_BYTES * n;
    for (let m = 0; m < 3; m++) {
      view.setFloat32(start + 4 * m, normal[m]! / length, true);
      view.setFloat32(start + 12 + 4 * m, p[a + m]!, true);
      view.setFloat32(start + 24 + 4 * m, p[b + m]!, true);
      view.setFloat32(start + 36 + 4 * m, p[c + m]!, true);
    }
  }
  return bytes;
}
