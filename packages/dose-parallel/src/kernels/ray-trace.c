// The two kernels of the ray-trace engine: radiological depth along a fan of rays, and dose along the rows of a grid.
// Each is the fast form of a readable one: packages/geometry/src/radiological-depth-map.ts, packages/dose/src/prepared-beam.ts.
#include "simd.h"

// One fan of rays through a voxel grid. "Boxes" are voxel coordinates in which voxel i is [i, i + 1).
// Field by field the order of FAN_FIELDS in fan-fields.ts.
typedef struct {
  double size[3];         // voxels along i, j, k
  double low[3], high[3]; // the boxes that hold matter: low <= p <= high
  double source[3];       // boxes
  double perAxis[3];      // boxes per mm along the beam axis
  double perX[3], perY[3]; // boxes per mm along the beam's x and y
  double sadMm;
  double rays, firstRayMm, raySpacingMm, reachMm;
  double fromMm; // depth counts from this axial distance
  double firstDistanceMm, samples, stride, stepMm;
  // Results.
  double nearestMm, farthestMm; // where the rays enter and leave the matter's boxes, axial; infinite and 0 if none does
  double deepestMm, firstTissue; // largest depth; first sample that has any, or `samples`
} Fan;

// A ray of slopes (x, y) per mm of axis: boxes per mm of axis, and the part of it inside the matter's boxes.
typedef struct {
  double d[3];
  double in, out;
} Ray;

INLINE Ray ray_of(const Fan *fan, double slopeX, double slopeY) {
  Ray ray;
  ray.in = fan->fromMm;
  ray.out = __builtin_inf();
  for (int axis = 0; axis < 3; axis++) {
    double d = fan->perAxis[axis] + slopeX * fan->perX[axis] + slopeY * fan->perY[axis];
    double s = fan->source[axis], low = fan->low[axis], high = fan->high[axis];
    // A component below 1e-12 boxes per mm is 0: in 10 m of ray it would not move 1e-8 of a box.
    if (d < 1e-12 && d > -1e-12) {
      d = 0;
      if (!(s >= low && s < high)) ray.out = -1;
    } else {
      double a = (low - s) / d, b = (high - s) / d;
      ray.in = most(ray.in, least(a, b));
      ray.out = least(ray.out, most(a, b));
    }
    ray.d[axis] = d;
  }
  return ray;
}

// Where the fan's rays enter and leave the boxes that hold matter: fan->nearestMm, fan->farthestMm.
KERNEL(measure_fan) void measure_fan(Fan *fan) {
  int rays = (int)fan->rays;
  double nearest = __builtin_inf(), farthest = 0;
  for (int iv = 0; iv < rays; iv++) {
    for (int iu = 0; iu < rays; iu++) {
      double u = fan->firstRayMm + iu * fan->raySpacingMm, v = fan->firstRayMm + iv * fan->raySpacingMm;
      if (u * u + v * v > fan->reachMm * fan->reachMm) continue;
      Ray ray = ray_of(fan, u / fan->sadMm, v / fan->sadMm);
      if (!(ray.out > ray.in)) continue;
      nearest = least(nearest, ray.in);
      farthest = most(farthest, ray.out);
    }
  }
  fan->nearestMm = nearest;
  fan->farthestMm = farthest;
}

// One ray. The grid is cut into slabs along the axis that the ray runs most along (in boxes): within a slab it crosses at most
// one face of each other axis, so the slab's path has up to three pieces, found without a branch and without the slab before.
//   depth(f) = L * (integral of rho from ray.in to f),  L = mm of ray per mm of axis
// out receives `samples` depths at axial distances firstDistanceMm + n stepMm, and up to 4 values beyond them.
#define OF_AXIS(v, axis) ((axis) == 0 ? (v)[0] : (axis) == 1 ? (v)[1] : (v)[2])
INLINE double trace_ray(const float *density, const Fan *fan, const Ray *ray, double perAxisMm, float *out) {
  const int samples = (int)fan->samples;
  const double first = fan->firstDistanceMm, step = fan->stepMm, perStep = 1 / step;
  double x = ray->d[0] < 0 ? -ray->d[0] : ray->d[0];
  double y = ray->d[1] < 0 ? -ray->d[1] : ray->d[1];
  double z = ray->d[2] < 0 ? -ray->d[2] : ray->d[2];
  const int a = x >= y ? (x >= z ? 0 : 2) : (y >= z ? 1 : 2);
  const int b = a == 0 ? 1 : 0, c = a == 2 ? 1 : 2;
  const int nx = (int)fan->size[0], ny = (int)fan->size[1];
  const int strideA = a == 0 ? 1 : a == 1 ? nx : nx * ny;
  const int strideB = b == 0 ? 1 : nx;
  const int strideC = c == 1 ? nx : nx * ny;
  const int lastA = (int)fan->size[a] - 1, lastB = (int)fan->size[b] - 1, lastC = (int)fan->size[c] - 1;
  const double sa = fan->source[a], sb = fan->source[b], sc = fan->source[c];
  const double da = OF_AXIS(ray->d, a), db = OF_AXIS(ray->d, b), dc = OF_AXIS(ray->d, c);
  const double inverseA = 1 / da, inverseB = db == 0 ? 0 : 1 / db, inverseC = dc == 0 ? 0 : 1 / dc;
  const int aheadB = db > 0, aheadC = dc > 0;
  const int stepB = db > 0 ? strideB : -strideB, stepC = dc > 0 ? strideC : -strideC;
  const float length = (float)perAxisMm;
  const float stepF = (float)step;
  const f32x4 four = {0, stepF, 2 * stepF, 3 * stepF};

  double f0 = ray->in;
  const double end = ray->out;
  int n = f0 < first ? 0 : floor_int((f0 - first) * perStep) + 1;
  if (n > samples) n = samples;
  for (int m = 0; m < n; m += 4) f32x4_store(out + m, f32x4_all(0));

  // Slabs from where the ray enters to where it leaves.
  double pa = sa + f0 * da, qa = sa + end * da;
  int ia = (int)pa, la = (int)qa;
  if (da < 0) { // a ray that runs down enters a box through its upper face
    if ((double)ia == pa) ia--;
    if (ia < 0) ia = 0;
  }
  if (ia > lastA) ia = lastA;
  if (da > 0 && (double)la == qa) la--;
  if (la > lastA) la = lastA;
  if (la < 0) la = 0;
  int slabs = da > 0 ? la - ia + 1 : ia - la + 1;
  double face = da > 0 ? ia + 1 : ia;
  const double perSlab = da > 0 ? 1 : -1;
  int box = ia * strideA;
  const int stepA = da > 0 ? strideA : -strideA;

  int jb = floor_int(most(sb + f0 * db, 0)), jc = floor_int(most(sc + f0 * dc, 0));
  if (jb > lastB) jb = lastB;
  if (jc > lastC) jc = lastC;
  double depth = 0;
  for (; slabs > 0; slabs--) {
    double f1 = least((face - sa) * inverseA, end);
    if (slabs == 1) f1 = end;
    // Rounding may put a ray on the grid's edge a little below 0.
    int nextB = floor_int(most(sb + f1 * db, 0)), nextC = floor_int(most(sc + f1 * dc, 0));
    nextB = nextB > lastB ? lastB : nextB;
    nextC = nextC > lastC ? lastC : nextC;
    int crossB = nextB != jb, crossC = nextC != jc;
    double fb = crossB ? ((double)(jb + aheadB) - sb) * inverseB : f1;
    double fc = crossC ? ((double)(jc + aheadC) - sc) * inverseC : f1;
    int moveB = crossB ? stepB : 0, moveC = crossC ? stepC : 0;
    const float *at = density + (box + jb * strideB + jc * strideC);
    float rho0 = at[0], rho2 = at[moveB + moveC], rho1 = at[fb < fc ? moveB : moveC];
    double fa = least(fb, fc), fz = most(fb, fc);

    // Samples of this slab; the four are written whatever their number, the next slab overwrites what is beyond.
    float xa = (float)(fa - f0), xz = (float)(fz - f0);
    f32x4 first4 = f32x4_all(rho0 * length), middle4 = f32x4_all(rho1 * length), last4 = f32x4_all(rho2 * length);
    f32x4 begin = f32x4_all((float)(depth * perAxisMm));
    int until = floor_int((f1 - first) * perStep) + 1;
    until = until > samples ? samples : until;
    do {
      f32x4 at4 = f32x4_all((float)(first + n * step - f0)) + four;
      f32x4 toA = f32x4_min(at4, f32x4_all(xa));
      f32x4 toZ = f32x4_min(f32x4_max(at4, f32x4_all(xa)), f32x4_all(xz)) - f32x4_all(xa);
      f32x4 rest = f32x4_max(at4 - f32x4_all(xz), f32x4_all(0));
      f32x4_store(out + n, begin + (first4 * toA + (middle4 * toZ + last4 * rest)));
      n += 4;
    } while (n < until);
    n = until;

    depth += rho0 * (fa - f0) + (rho1 * (fz - fa) + rho2 * (f1 - fz));
    f0 = f1;
    jb = nextB;
    jc = nextC;
    box += stepA;
    face += perSlab;
  }
  float whole = (float)(depth * perAxisMm);
  for (; n < samples; n += 4) f32x4_store(out + n, f32x4_all(whole));
  return whole;
}

// Radiological depth in beam's-eye view, [v, u, sample] with `stride` values a ray, stride >= samples + 4.
// Rays that no point inside the clip radius lies next to are left alone.
KERNEL(trace_fan) void trace_fan(const float *density, Fan *fan, float *depth) {
  const int rays = (int)fan->rays, samples = (int)fan->samples, stride = (int)fan->stride;
  double deepest = 0;
  int tissue = samples;
  for (int iv = 0; iv < rays; iv++) {
    for (int iu = 0; iu < rays; iu++) {
      double u = fan->firstRayMm + iu * fan->raySpacingMm, v = fan->firstRayMm + iv * fan->raySpacingMm;
      if (u * u + v * v > fan->reachMm * fan->reachMm) continue;
      double slopeX = u / fan->sadMm, slopeY = v / fan->sadMm;
      Ray ray = ray_of(fan, slopeX, slopeY);
      float *out = depth + (iv * rays + iu) * stride;
      if (!(ray.out > ray.in)) {
        for (int n = 0; n < samples; n += 4) f32x4_store(out + n, f32x4_all(0));
        continue;
      }
      double last = trace_ray(density, fan, &ray, __builtin_sqrt(1 + slopeX * slopeX + slopeY * slopeY), out);
      deepest = most(deepest, last);
      int n = 0;
      while (n < tissue && out[n] == 0) n++;
      tissue = n;
    }
  }
  fan->deepestMm = deepest;
  fan->firstTissue = tissue;
}

// to[0 … n) = 0, and to[0 … n) = from[0 … n): what a part of the dose starts from.
KERNEL(clear_floats) void clear_floats(float *to, int n) { __builtin_memset(to, 0, 4ul * (unsigned long)n); }
KERNEL(copy_floats) void copy_floats(float *to, const float *from, int n) {
  __builtin_memcpy(to, from, 4ul * (unsigned long)n);
}

// One beam over one grid, and its cone table. Field by field the order of ROW_FIELDS in row-fields.ts.
typedef struct {
  double origin[3], perI[3], perJ[3], perK[3]; // beam coordinates of voxel 0 and their change by one voxel, mm
  double nx, ny;
  double sadMm, clipRadiusMm;
  double firstRayMm, perRay, rays; // depth map
  double firstDistanceMm, perSample, samples, stride;
  double tableFirstMm, perDistance, distances, perDepth, depths, perRadius, radii; // cone table
  double monitorUnits;
} Beam;

// What the lookups of one voxel need, in the lanes of two voxels.
typedef struct {
  f64x2 mapAt, tableAt; // plus AS_BITS: offsets of the first neighbours; of the table, at depth 0
  f32x4 fu, fv, fs, fz, fr;
} Lookup;

// T(f, d, rho) of one voxel; `lane` is 0 or 1. The cone table is [depth, distance, radius].
#define SPLAT(v, lane) __builtin_shufflevector(v, v, lane, lane, lane, lane)
#define TABLE_DOSE(result, lane)                                                                                          \
  {                                                                                                                       \
    const float *m = map + low_bits(at.mapAt[lane]);                                                                      \
    const float *mNext = m + rowFloats;                                                                                   \
    float depth = trilinear(f32x4_pairs(m, m + stride), f32x4_pairs(mNext, mNext + stride), SPLAT(at.fv, lane),           \
                            SPLAT(at.fu, lane), at.fs[lane]);                                                             \
    if (depth > 0) {                                                                                                      \
      double d = least(depth * beam->perDepth, depthEnd);                                                                 \
      double d0 = __builtin_floor(d);                                                                                     \
      const float *t = table + (low_bits(at.tableAt[lane]) + low_bits(d0 + AS_BITS) * planeFloats);                       \
      const float *tNext = t + planeFloats;                                                                               \
      result = trilinear(f32x4_pairs(t, t + radii), f32x4_pairs(tNext, tNext + radii), f32x4_all((float)(d - d0)),        \
                         SPLAT(at.fz, lane), at.fr[lane]);                                                                \
    }                                                                                                                     \
  }

// Add the dose of a beam to points on a line, n = from ... to, at beam coordinates (x, y, f) + n (dx, dy, df), two at a time:
//   D = MU T(f, d, rho) (SAD / f)^2,  (u, v) = (x, y) SAD / f,  rho = |(u, v)|,  d = d(u, v, f)
// Nothing outside the clip radius, behind the source, and where nothing lies between source and point (d = 0).
INLINE void add_line(const Beam *beam, const float *table, const float *map, double x, double y, double f, double dx,
                     double dy, double df, int from, int to, float *out) {
  const int stride = (int)beam->stride, rowFloats = (int)beam->rays * stride;
  const int radii = (int)beam->radii, planeFloats = (int)beam->distances * radii;
  const double depthEnd = beam->depths - 1.000001;
  const double clipSquared = beam->clipRadiusMm * beam->clipRadiusMm;
  const f64x2 sampleEnd = f64x2_all(beam->samples - 1.000001), distanceEnd = f64x2_all(beam->distances - 1.000001);
  const f64x2 zero = f64x2_all(0), bits = f64x2_all(AS_BITS);
  for (int i = from; i <= to; i += 2) {
    f64x2 n = {i, i + 1};
    f64x2 distance = f64x2_all(f) + n * f64x2_all(df);
    f64x2 toSad = f64x2_all(beam->sadMm) / distance;
    f64x2 u = (f64x2_all(x) + n * f64x2_all(dx)) * toSad, v = (f64x2_all(y) + n * f64x2_all(dy)) * toSad;
    f64x2 squared = u * u + v * v;
    f64x2 s = f64x2_min((distance - f64x2_all(beam->firstDistanceMm)) * f64x2_all(beam->perSample), sampleEnd);
    f64x2 mu = (u - f64x2_all(beam->firstRayMm)) * f64x2_all(beam->perRay);
    f64x2 mv = (v - f64x2_all(beam->firstRayMm)) * f64x2_all(beam->perRay);
    f64x2 z = (distance - f64x2_all(beam->tableFirstMm)) * f64x2_all(beam->perDistance);
    z = f64x2_min(f64x2_max(z, zero), distanceEnd);
    f64x2 r = f64x2_sqrt(squared) * f64x2_all(beam->perRadius);
    f64x2 u0 = f64x2_floor(mu), v0 = f64x2_floor(mv), s0 = f64x2_floor(s), z0 = f64x2_floor(z), r0 = f64x2_floor(r);
    Lookup at = {
        (v0 * f64x2_all(beam->rays) + u0) * f64x2_all(beam->stride) + (s0 + bits),
        z0 * f64x2_all(beam->radii) + (r0 + bits),
        f32x4_of(mu - u0),
        f32x4_of(mv - v0),
        f32x4_of(s - s0),
        f32x4_of(z - z0),
        f32x4_of(r - r0),
    };
    f64x2 scale = f64x2_all(beam->monitorUnits) * toSad * toSad;
    if (squared[0] < clipSquared && s[0] > 0 && distance[0] > 0) {
      float unit = 0;
      TABLE_DOSE(unit, 0);
      out[i] += (float)(unit * scale[0]);
    }
    if (i < to && squared[1] < clipSquared && s[1] > 0 && distance[1] > 0) {
      float unit = 0;
      TABLE_DOSE(unit, 1);
      out[i + 1] += (float)(unit * scale[1]);
    }
  }
}

// Which voxels of a row lie inside the clip cone: (x + i dx)^2 + (y + i dy)^2 <= s^2 (f + i df)^2, f + i df > 0.
INLINE int clip_row(double x, double y, double f, double dx, double dy, double df, double slope, int n, int *from,
                    int *to) {
  double s2 = slope * slope;
  double a = dx * dx + dy * dy - s2 * df * df;
  double b = x * dx + y * dy - s2 * f * df;
  double c = x * x + y * y - s2 * f * f;
  double low = 0, high = n - 1;
  if (a > 1e-12) {
    double discriminant = b * b - a * c;
    if (discriminant < 0) return 0;
    double root = __builtin_sqrt(discriminant);
    double one = (-b - root) / a, two = (-b + root) / a;
    if (f + 0.5 * (one + two) * df <= 0) return 0;
    low = most(low, __builtin_ceil(one));
    high = least(high, __builtin_floor(two));
  } else if (a < -1e-12) {
    double root = __builtin_sqrt(most(b * b - a * c, 0));
    double one = (-b - root) / a, two = (-b + root) / a;
    if (df > 0) low = most(low, __builtin_ceil(most(one, two)));
    else high = least(high, __builtin_floor(least(one, two)));
  }
  if (low > high) return 0;
  *from = (int)low;
  *to = (int)high;
  return 1;
}

// Which rows j of a slice may cross the clip cone: where the discriminant of clip_row, a parabola in j, is not below 0. One row more
// on either side, for rounding; all rows where the rows run inside the cone.
INLINE void clip_slice(const Beam *beam, double x, double y, double f, double slope, int *from, int *to) {
  const double s2 = slope * slope;
  const double dx = beam->perI[0], dy = beam->perI[1], df = beam->perI[2];
  const double jx = beam->perJ[0], jy = beam->perJ[1], jf = beam->perJ[2];
  double a = dx * dx + dy * dy - s2 * df * df;
  if (!(a > 1e-12)) return;
  double b0 = x * dx + y * dy - s2 * f * df, b1 = jx * dx + jy * dy - s2 * jf * df;
  double c0 = x * x + y * y - s2 * f * f, c1 = x * jx + y * jy - s2 * f * jf, c2 = jx * jx + jy * jy - s2 * jf * jf;
  double p = b1 * b1 - a * c2, q = b0 * b1 - a * c1, r = b0 * b0 - a * c0;
  if (!(p < -1e-12)) return;
  double discriminant = q * q - p * r;
  if (discriminant < 0) {
    *to = *from;
    return;
  }
  double root = __builtin_sqrt(discriminant);
  double low = most((-q + root) / p - 1, *from), high = least((-q - root) / p + 2, *to);
  *from = (int)least(low, *to);
  *to = (int)most(high, *from);
}

// Add the dose of one beam to the slices kFrom <= k < kTo of a grid, touching only the voxels inside its clip cone.
KERNEL(add_rows) void add_rows(const Beam *given, const float *table, const float *map, float *dose, int kFrom, int kTo) {
  const Beam beam = *given;
  const int nx = (int)beam.nx, ny = (int)beam.ny;
  const double dx = beam.perI[0], dy = beam.perI[1], df = beam.perI[2];
  const double slope = beam.clipRadiusMm / beam.sadMm;
  for (int k = kFrom; k < kTo; k++) {
    int jFrom = 0, jTo = ny;
    clip_slice(&beam, beam.origin[0] + k * beam.perK[0], beam.origin[1] + k * beam.perK[1],
               beam.origin[2] + k * beam.perK[2], slope, &jFrom, &jTo);
    for (int j = jFrom; j < jTo; j++) {
      double x = beam.origin[0] + j * beam.perJ[0] + k * beam.perK[0];
      double y = beam.origin[1] + j * beam.perJ[1] + k * beam.perK[1];
      double f = beam.origin[2] + j * beam.perJ[2] + k * beam.perK[2];
      int from, to;
      if (!clip_row(x, y, f, dx, dy, df, slope, nx, &from, &to)) continue;
      add_line(&beam, table, map, x, y, f, dx, dy, df, from, to, dose + (k * ny + j) * nx);
    }
  }
}

// Dose of one beam at points, replacing what is in `dose`. `beam` is laid out as for a grid whose perI, perJ and perK are the LPS
// unit vectors and whose origin is LPS (0, 0, 0).
KERNEL(point_dose) void point_dose(const Beam *given, const float *table, const float *map, const double *points, int n,
                                   float *dose) {
  const Beam beam = *given;
  for (int p = 0; p < n; p++) {
    double px = points[3 * p], py = points[3 * p + 1], pz = points[3 * p + 2];
    double x = beam.origin[0] + px * beam.perI[0] + py * beam.perJ[0] + pz * beam.perK[0];
    double y = beam.origin[1] + px * beam.perI[1] + py * beam.perJ[1] + pz * beam.perK[1];
    double f = beam.origin[2] + px * beam.perI[2] + py * beam.perJ[2] + pz * beam.perK[2];
    dose[p] = 0;
    add_line(&beam, table, map, x, y, f, 0, 0, 0, 0, 0, dose + p);
  }
}
