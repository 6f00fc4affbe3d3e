// Squared distances from the origin to simplices. Doses are a fourth coordinate w, so a triangle of voxel centres with their
// doses is a triangle in four dimensions; closest points need dot products only and hold in any dimension.

/** Squared distance from the origin to the segment A B in four dimensions. */
export function segmentDistanceSquared(
  ax: number,
  ay: number,
  az: number,
  aw: number,
  bx: number,
  by: number,
  bz: number,
  bw: number,
): number {
  const ux = bx - ax;
  const uy = by - ay;
  const uz = bz - az;
  const uw = bw - aw;
  const length2 = ux * ux + uy * uy + uz * uz + uw * uw;
  const along = -(ux * ax + uy * ay + uz * az + uw * aw);
  const t = length2 > 0 ? Math.min(1, Math.max(0, along / length2)) : 0;
  return squaredLength(ax + t * ux, ay + t * uy, az + t * uz, aw + t * uw);
}

/**
 * Squared distance from the origin to the triangle A B C in four dimensions, by the region of the triangle's plane
 * (vertex, edge or inside) that the origin falls in. Corners must not lie on one line.
 * @source Ericson, Real-Time Collision Detection (2005), section 5.1.5
 */
export function triangleDistanceSquared(
  ax: number,
  ay: number,
  az: number,
  aw: number,
  bx: number,
  by: number,
  bz: number,
  bw: number,
  cx: number,
  cy: number,
  cz: number,
  cw: number,
): number {
  const ux = bx - ax;
  const uy = by - ay;
  const uz = bz - az;
  const uw = bw - aw;
  const vx = cx - ax;
  const vy = cy - ay;
  const vz = cz - az;
  const vw = cw - aw;
  const ua = -(ux * ax + uy * ay + uz * az + uw * aw);
  const va = -(vx * ax + vy * ay + vz * az + vw * aw);
  if (ua <= 0 && va <= 0) return squaredLength(ax, ay, az, aw);
  const ub = -(ux * bx + uy * by + uz * bz + uw * bw);
  const vb = -(vx * bx + vy * by + vz * bz + vw * bw);
  if (ub >= 0 && vb <= ub) return squaredLength(bx, by, bz, bw);
  const weightC = ua * vb - ub * va;
  if (weightC <= 0 && ua >= 0 && ub <= 0) {
    const t = ua / (ua - ub);
    return squaredLength(ax + t * ux, ay + t * uy, az + t * uz, aw + t * uw);
  }
  const uc = -(ux * cx + uy * cy + uz * cz + uw * cw);
  const vc = -(vx * cx + vy * cy + vz * cz + vw * cw);
  if (vc >= 0 && uc <= vc) return squaredLength(cx, cy, cz, cw);
  const weightB = uc * va - ua * vc;
  if (weightB <= 0 && va >= 0 && vc <= 0) {
    const t = va / (va - vc);
    return squaredLength(ax + t * vx, ay + t * vy, az + t * vz, aw + t * vw);
  }
  const weightA = ub * vc - uc * vb;
  if (weightA <= 0 && vb >= ub && uc >= vc) {
    const t = (vb - ub) / (vb - ub + (uc - vc));
    return squaredLength(bx + t * (cx - bx), by + t * (cy - by), bz + t * (cz - bz), bw + t * (cw - bw));
  }
  const scale = 1 / (weightA + weightB + weightC);
  const s = weightB * scale;
  const t = weightC * scale;
  return squaredLength(
    ax + s * ux + t * vx,
    ay + s * uy + t * vy,
    az + s * uz + t * vz,
    aw + s * uw + t * vw,
  );
}

function squaredLength(x: number, y: number, z: number, w: number): number {
  return x * x + y * y + z * z + w * w;
}

/**
 * Gamma squared of one tetrahedron, unless `best` is lower. The corners are (0,0,0), (Ha,0,0), (Ha,Hb,0), (Ha,Hb,Hc) along
 * the axes a, b, c of its path from the lower to the upper corner of the cell.
 *
 *   Γ²(q) = |q − P|² + (r0 + g · q)²,  its minimum over all space r(P)² / (1 + |g|²) at q* = P − g r(P) / (1 + |g|²)
 *
 * If q* lies outside, the minimum is on a face that q* lies beyond; the half-space behind that face gives a lower bound.
 * @param r0 - (dose − reference dose) / dose criterion at the four corners: r0, r1, r2, r3
 * @param Pa - reference point from the first corner, in units of the distance criterion: Pa, Pb, Pc
 * @param Ha - edges of the cell in units of the distance criterion: Ha, Hb, Hc
 * @param best - what has been found so far
 * @returns the lower of `best` and the minimum over the tetrahedron
 * @source Ju, Simpson, Deasy, Low, Geometric interpretation of the γ dose distribution comparison technique (2008), doi:10.1118/1.2836952
 */
export function tetrahedronGammaSquared(
  r0: number,
  r1: number,
  r2: number,
  r3: number,
  Pa: number,
  Pb: number,
  Pc: number,
  Ha: number,
  Hb: number,
  Hc: number,
  best: number,
): number {
  const ga = (r1 - r0) / Ha;
  const gb = (r2 - r1) / Hb;
  const gc = (r3 - r2) / Hc;
  const rP = r0 + ga * Pa + gb * Pb + gc * Pc;
  const s = 1 + ga * ga + gb * gb + gc * gc;
  const free = (rP * rP) / s;
  if (free >= best) return best;
  const t = rP / s;
  const qa = Pa - ga * t;
  const qb = Pb - gb * t;
  const qc = Pc - gc * t;
  // Inside is Ha ≥ qa, qa/Ha ≥ qb/Hb ≥ qc/Hc ≥ 0; each v > 0 is by how much one of the four fails.
  const v0 = qa - Ha;
  const v1 = qb / Hb - qa / Ha;
  const v2 = qc / Hc - qb / Hb;
  const v3 = -qc;
  if (v0 <= 0 && v1 <= 0 && v2 <= 0 && v3 <= 0) return free;
  const room = (best - free) / s;
  if (v0 > 0 && v0 * v0 >= room * (1 + gb * gb + gc * gc)) return best;
  if (v3 > 0 && v3 * v3 >= room * (1 + ga * ga + gb * gb)) return best;
  if (v1 > 0 && v1 * v1 >= room * slant(ga, gb, gc, Ha, Hb)) return best;
  if (v2 > 0 && v2 * v2 >= room * slant(gb, gc, ga, Hb, Hc)) return best;
  let least = best;
  if (v0 > 0) {
    const face = triangleDistanceSquared(
      Ha - Pa,
      -Pb,
      -Pc,
      r1,
      Ha - Pa,
      Hb - Pb,
      -Pc,
      r2,
      Ha - Pa,
      Hb - Pb,
      Hc - Pc,
      r3,
    );
    if (face < least) least = face;
  }
  if (v1 > 0) {
    const face = triangleDistanceSquared(
      -Pa,
      -Pb,
      -Pc,
      r0,
      Ha - Pa,
      Hb - Pb,
      -Pc,
      r2,
      Ha - Pa,
      Hb - Pb,
      Hc - Pc,
      r3,
    );
    if (face < least) least = face;
  }
  if (v2 > 0) {
    const face = triangleDistanceSquared(
      -Pa,
      -Pb,
      -Pc,
      r0,
      Ha - Pa,
      -Pb,
      -Pc,
      r1,
      Ha - Pa,
      Hb - Pb,
      Hc - Pc,
      r3,
    );
    if (face < least) least = face;
  }
  if (v3 > 0) {
    const face = triangleDistanceSquared(-Pa, -Pb, -Pc, r0, Ha - Pa, -Pb, -Pc, r1, Ha - Pa, Hb - Pb, -Pc, r2);
    if (face < least) least = face;
  }
  return least;
}

/** (1 + |g|²) nᵀ (I + g gᵀ)⁻¹ n = |n|² + |n × g|² for n = (1/Hu, −1/Hv, 0), the normal of a slanted face. */
function slant(gu: number, gv: number, gOther: number, Hu: number, Hv: number): number {
  const nu = 1 / Hu;
  const nv = 1 / Hv;
  const across = nu * gv + nv * gu;
  return (nu * nu + nv * nv) * (1 + gOther * gOther) + across * across;
}
