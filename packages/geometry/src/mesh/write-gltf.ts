import { InvalidInputError, NOT_FOR_CLINICAL_USE, type Vec3 } from "@isodose/core";
import type { Mesh } from "./mesh.ts";

/** A mesh with what a viewer shows of it. */
export interface GltfMesh {
  readonly name: string;
  readonly mesh: Mesh;
  /** 0 to 255 each, sRGB. Default: grey. */
  readonly colorRgb?: Vec3;
  /** 0 to 1. Default 1. */
  readonly opacity?: number;
}

const MAGIC = 0x46546c67;
const JSON_CHUNK = 0x4e4f534a;
const BINARY_CHUNK = 0x004e4942;
const [FLOAT, UNSIGNED_INT] = [5126, 5125];
const [ARRAY_BUFFER, ELEMENT_ARRAY_BUFFER] = [34962, 34963];
/** glTF is in metres with y up and z to the viewer: x left, y superior, z anterior. Column-major; LPS mm in. */
const LPS_MM_TO_GLTF = [0.001, 0, 0, 0, 0, 0, -0.001, 0, 0, 0.001, 0, 0, 0, 0, 0, 1];

/**
 * Meshes as one binary glTF 2.0 file (GLB): a node with a name, a colour and smooth normals for each, vertices in LPS mm,
 * and a root node that turns them upright, in metres. Empty meshes are left out.
 * @throws InvalidInputError if no mesh has triangles, a colour is not within 0 … 255 or an opacity not within 0 … 1
 * @source Khronos, glTF 2.0 Specification, 2021
 */
export function writeGltf(meshes: readonly GltfMesh[]): Uint8Array<ArrayBuffer> {
  const shown = meshes.filter(({ mesh }) => mesh.triangles.length > 0);
  if (shown.length === 0)
    throw new InvalidInputError("meshes", meshes.length, "at least one mesh with triangles");
  const views: object[] = [];
  const accessors: object[] = [];
  const parts: Uint8Array[] = [];
  let offset = 0;
  const push = (values: Float32Array | Uint32Array, width: 1 | 3, bounds: object): number => {
    parts.push(new Uint8Array(values.buffer));
    const float = values instanceof Float32Array;
    views.push({
      buffer: 0,
      byteOffset: offset,
      byteLength: values.byteLength,
      target: float ? ARRAY_BUFFER : ELEMENT_ARRAY_BUFFER,
    });
    offset += values.byteLength;
    accessors.push({
      bufferView: views.length - 1,
      componentType: float ? FLOAT : UNSIGNED_INT,
      count: values.length / width,
      type: width === 3 ? "VEC3" : "SCALAR",
      ...bounds,
    });
    return accessors.length - 1;
  };
  const described = shown.map(({ mesh }, n) => {
    const positions = Float32Array.from(mesh.positionsMm);
    return {
      primitives: [
        {
          attributes: {
            POSITION: push(positions, 3, boundsOf(positions)),
            NORMAL: push(normalsOf(mesh), 3, {}),
          },
          indices: push(Uint32Array.from(mesh.triangles), 1, {}),
          material: n,
        },
      ],
      name: shown[n]!.name,
    };
  });
  const json = {
    asset: { version: "2.0", generator: "Isodose", extras: { notice: NOT_FOR_CLINICAL_USE } },
    scene: 0,
    scenes: [{ nodes: [0] }],
    nodes: [
      { name: "patient, LPS, mm", matrix: LPS_MM_TO_GLTF, children: shown.map((_, n) => n + 1) },
      ...shown.map(({ name }, n) => ({ name, mesh: n })),
    ],
    meshes: described,
    materials: shown.map(materialOf),
    accessors,
    bufferViews: views,
    buffers: [{ byteLength: offset }],
  };
  return glb(new TextEncoder().encode(JSON.stringify(json)), parts, offset);
}

function materialOf({ name, colorRgb = [170, 170, 170], opacity = 1 }: GltfMesh): object {
  if (!colorRgb.every((c) => c >= 0 && c <= 255))
    throw new InvalidInputError(`colorRgb of ${name}`, colorRgb, "three numbers within 0 … 255");
  if (!(opacity >= 0 && opacity <= 1))
    throw new InvalidInputError(`opacity of ${name}`, opacity, "a number within 0 … 1");
  // glTF wants linear light, colours here are sRGB.
  const linear = colorRgb.map((c) =>
    c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4,
  );
  return {
    name,
    pbrMetallicRoughness: { baseColorFactor: [...linear, opacity], metallicFactor: 0, roughnessFactor: 0.7 },
    ...(opacity < 1 ? { alphaMode: "BLEND" } : {}),
  };
}

function boundsOf(p: Float32Array): { min: number[]; max: number[] } {
  const min = [p[0]!, p[1]!, p[2]!];
  const max = [...min];
  for (let n = 0; n < p.length; n++) {
    min[n % 3] = Math.min(min[n % 3]!, p[n]!);
    max[n % 3] = Math.max(max[n % 3]!, p[n]!);
  }
  return { min, max };
}

/** Unit normals at the vertices: the mean of the triangles around, weighted by area. */
function normalsOf({ positionsMm: p, triangles }: Mesh): Float32Array<ArrayBuffer> {
  const sums = new Float64Array(p.length);
  for (let n = 0; n < triangles.length; n += 3) {
    const [a, b, c] = [3 * triangles[n]!, 3 * triangles[n + 1]!, 3 * triangles[n + 2]!];
    const [ux, uy, uz] = [p[b]! - p[a]!, p[b + 1]! - p[a + 1]!, p[b + 2]! - p[a + 2]!];
    const [vx, vy, vz] = [p[c]! - p[a]!, p[c + 1]! - p[a + 1]!, p[c + 2]! - p[a + 2]!];
    const normal = [uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx];
    for (const at of [a, b, c]) {
      for (let m = 0; m < 3; m++) sums[at + m]! += normal[m]!;
    }
  }
  const out = new Float32Array(p.length);
  for (let n = 0; n < p.length; n += 3) {
    const length = Math.hypot(sums[n]!, sums[n + 1]!, sums[n + 2]!);
    for (let m = 0; m < 3; m++) out[n + m] = length > 0 ? sums[n + m]! / length : m === 2 ? 1 : 0;
  }
  return out;
}

/** Header, JSON padded with spaces, binary; all lengths in multiples of 4. */
function glb(json: Uint8Array, parts: readonly Uint8Array[], binaryLength: number): Uint8Array<ArrayBuffer> {
  const jsonLength = Math.ceil(json.length / 4) * 4;
  const bytes = new Uint8Array(12 + 8 + jsonLength + 8 + binaryLength);
  const view = new DataView(bytes.buffer);
  for (const [n, word] of [MAGIC, 2, bytes.length, jsonLength, JSON_CHUNK].entries())
    view.setUint32(4 * n, word, true);
  bytes.fill(0x20, 20, 20 + jsonLength);
  bytes.set(json, 20);
  view.setUint32(20 + jsonLength, binaryLength, true);
  view.setUint32(24 + jsonLength, BINARY_CHUNK, true);
  let at = 28 + jsonLength;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
