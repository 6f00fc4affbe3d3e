// Four floats at a time, the same source for WebAssembly SIMD (clang) and for the native twin (gcc or clang).
// No C library, no memory of its own: the caller lays everything out, so one module serves any number of threads.
#ifndef ISODOSE_SIMD_H
#define ISODOSE_SIMD_H

typedef float f32x4 __attribute__((vector_size(16)));
typedef float f32x4_unaligned __attribute__((vector_size(16), aligned(4), may_alias));
typedef double f64x2 __attribute__((vector_size(16)));
typedef int i32x4 __attribute__((vector_size(16)));
typedef long long i64x2 __attribute__((vector_size(16)));

#define INLINE static inline __attribute__((always_inline))

#if defined(__wasm__)
#include <wasm_simd128.h>
#define KERNEL(name) __attribute__((export_name(#name)))
// The smaller and the larger of a and b as machines have it: one instruction, no care for NaN.
INLINE f32x4 f32x4_min(f32x4 a, f32x4 b) { return (f32x4)wasm_f32x4_pmin((v128_t)b, (v128_t)a); }
INLINE f32x4 f32x4_max(f32x4 a, f32x4 b) { return (f32x4)wasm_f32x4_pmax((v128_t)b, (v128_t)a); }
INLINE f64x2 f64x2_min(f64x2 a, f64x2 b) { return (f64x2)wasm_f64x2_pmin((v128_t)b, (v128_t)a); }
INLINE f64x2 f64x2_max(f64x2 a, f64x2 b) { return (f64x2)wasm_f64x2_pmax((v128_t)b, (v128_t)a); }
INLINE f64x2 f64x2_floor(f64x2 x) { return (f64x2)wasm_f64x2_floor((v128_t)x); }
INLINE f64x2 f64x2_sqrt(f64x2 x) { return (f64x2)wasm_f64x2_sqrt((v128_t)x); }
INLINE f32x4 f32x4_of(f64x2 x) { return (f32x4)wasm_f32x4_demote_f64x2_zero((v128_t)x); }
// Two neighbours at a and two at b: [a0, a1, b0, b1].
INLINE f32x4 f32x4_pairs(const float *a, const float *b) {
  return (f32x4)wasm_v128_load64_lane(b, wasm_v128_load64_zero(a), 1);
}
#else
#include <immintrin.h>
#define KERNEL(name)
INLINE f32x4 f32x4_min(f32x4 a, f32x4 b) { return (f32x4)_mm_min_ps((__m128)a, (__m128)b); }
INLINE f32x4 f32x4_max(f32x4 a, f32x4 b) { return (f32x4)_mm_max_ps((__m128)a, (__m128)b); }
INLINE f64x2 f64x2_min(f64x2 a, f64x2 b) { return (f64x2)_mm_min_pd((__m128d)a, (__m128d)b); }
INLINE f64x2 f64x2_max(f64x2 a, f64x2 b) { return (f64x2)_mm_max_pd((__m128d)a, (__m128d)b); }
INLINE f64x2 f64x2_floor(f64x2 x) { return (f64x2)_mm_floor_pd((__m128d)x); }
INLINE f64x2 f64x2_sqrt(f64x2 x) { return (f64x2)_mm_sqrt_pd((__m128d)x); }
INLINE f32x4 f32x4_of(f64x2 x) { return (f32x4)_mm_cvtpd_ps((__m128d)x); }
INLINE f32x4 f32x4_pairs(const float *a, const float *b) {
  return (f32x4)_mm_loadh_pi(_mm_castpd_ps(_mm_load_sd((const double *)a)), (const __m64 *)b);
}
#endif

INLINE f32x4 f32x4_all(float x) { return (f32x4){x, x, x, x}; }

INLINE void f32x4_store(float *at, f32x4 x) { *(f32x4_unaligned *)at = x; }

INLINE f64x2 f64x2_all(double x) { return (f64x2){x, x}; }

// A whole number 0 <= x < 2^31 held in a double, as an integer: plus 2^52 it stands in the low bits. One addition, where a
// conversion in WebAssembly takes a check for every number that has no integer.
#define AS_BITS 4503599627370496.0
INLINE int low_bits(double x) {
  union {
    double x;
    long long bits;
  } both = {x};
  return (int)both.bits;
}
INLINE int floor_int(double x) { return low_bits(__builtin_floor(x) + AS_BITS); }

// Bilinear twice, then linear: q0 = [a0, a1, b0, b1] at one node of the first axis, q1 at the next.
// first: between q0 and q1, in all four; second: between a and b, in the first two; third: between 0 and 1.
INLINE float trilinear(f32x4 q0, f32x4 q1, f32x4 first, f32x4 second, float third) {
  f32x4 q = q0 + first * (q1 - q0);
  f32x4 b = __builtin_shufflevector(q, q, 2, 3, 2, 3);
  f32x4 r = q + second * (b - q);
  return r[0] + third * (r[1] - r[0]);
}

INLINE double least(double a, double b) { return a < b ? a : b; }
INLINE double most(double a, double b) { return a > b ? a : b; }

#endif
