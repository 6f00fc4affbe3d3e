import { InvalidInputError } from "@isodose/core";
import type { Solid } from "../solid.ts";
import { marchTetrahedra } from "./marching-tetrahedra.ts";
import type { Mesh } from "./mesh.ts";

/** Nodes along the edge of the blocks that are tried first. */
const BLOCK = 8;
/** Halvings that locate a vertex: 2⁻¹⁴ of the resolution. */
const HALVINGS = 14;
const MOST_NODES = 2e8;

/**
 * The surface of a solid, with every vertex on it. What is thinner than the resolution can be missed; edges are cut off
 * by up to half of it.
 *
 * @param resolutionMm - distance of the lattice's nodes, > 0
 * @returns a closed 2-manifold, LPS, mm; empty if the solid is
 * @throws InvalidInputError if the resolution is not > 0, or so fine that there were more than 2 · 10⁸ nodes
 */
export function meshOfSolid(solid: Solid, resolutionMm: number): Mesh {
  if (!(resolutionMm > 0)) throw new InvalidInputError("resolutionMm", resolutionMm, "a length > 0 mm");
  const { min, max } = solid.boundsMm;
  const h = resolutionMm;
  // Nodes on a plane face, or on an axis of symmetry, would be neither in nor out: shift by odd parts.
  const [x0, y0, z0] = [min[0] - 1.31 * h, min[1] - 1.37 * h, min[2] - 1.43 * h];
  const count = (a: number, b: number) => Math.max(2, Math.ceil((b - a) / h) + 2);
  const [nx, ny, nz] = [count(x0, max[0]), count(y0, max[1]), count(z0, max[2])];
  if (nx * ny * nz > MOST_NODES) {
    throw new InvalidInputError(
      "resolutionMm",
      resolutionMm,
      `a length that gives at most ${MOST_NODES} nodes, not ${nx} × ${ny} × ${nz}`,
    );
  }
  const inside = new Uint8Array(nx * ny * nz);
  const { implicit } = solid;
  const reach = ((BLOCK - 1) / 2) * Math.sqrt(3) * h;
  const middle = ((BLOCK - 1) / 2) * h;
  for (let k = 0; k < nz; k += BLOCK) {
    for (let j = 0; j < ny; j += BLOCK) {
      for (let i = 0; i < nx; i += BLOCK) {
        const f = implicit(x0 + i * h + middle, y0 + j * h + middle, z0 + k * h + middle);
        if (f >= reach) continue;
        const [iEnd, jEnd, kEnd] = [
          Math.min(nx, i + BLOCK),
          Math.min(ny, j + BLOCK),
          Math.min(nz, k + BLOCK),
        ];
        for (let c = k; c < kEnd; c++) {
          for (let b = j; b < jEnd; b++) {
            const row = nx * (b + ny * c);
            for (let a = i; a < iEnd; a++)
              inside[row + a] = f <= -reach || implicit(x0 + a * h, y0 + b * h, z0 + c * h) < 0 ? 1 : 0;
          }
        }
      }
    }
  }
  const at = (node: number): [number, number, number] => [
    x0 + (node % nx) * h,
    y0 + (Math.floor(node / nx) % ny) * h,
    z0 + Math.floor(node / (nx * ny)) * h,
  ];
  return marchTetrahedra({
    size: [nx, ny, nz],
    inside,
    crossing: (inner, outer) => {
      const [ax, ay, az] = at(inner);
      const [bx, by, bz] = at(outer);
      let [low, high] = [0, 1];
      for (let n = 0; n < HALVINGS; n++) {
        const t = (low + high) / 2;
        if (implicit(ax + t * (bx - ax), ay + t * (by - ay), az + t * (bz - az)) < 0) low = t;
        else high = t;
      }
      return (low + high) / 2;
    },
    place: (i, j, k) => [x0 + i * h, y0 + j * h, z0 + k * h],
    mirrored: false,
  });
}
