/* The primitives of simd_plain.h in NEON. */
#ifndef LK_SIMD_H
#define LK_SIMD_H

#include "ops/vector_exp_neon.h"
#include "ops/vector_neon.h"

/* Blocks are inlined with constant sizes, so that their sums live in registers. */
#define LK_SIMD_INLINE __attribute__((always_inline)) static inline

enum { LK_SIMD_LANES = 4 };

typedef float32x4_t lk_simd;

static inline lk_simd lk_simd_all(float value) {
    return vdupq_n_f32(value);
}

static inline lk_simd lk_simd_load(const float *src, int64_t n) {
    return lk_load_neon(src, n);
}

static inline void lk_simd_store(float *dst, lk_simd v, int64_t n) {
    lk_store_neon(dst, v, n);
}

static inline lk_simd lk_simd_add(lk_simd a, lk_simd b) {
    return vaddq_f32(a, b);
}

static inline lk_simd lk_simd_mul(lk_simd a, lk_simd b) {
    return vmulq_f32(a, b);
}

static inline lk_simd lk_simd_div(lk_simd a, lk_simd b) {
    return vdivq_f32(a, b);
}

static inline lk_simd lk_simd_max(lk_simd a, lk_simd b) {
    return vmaxq_f32(a, b);
}

static inline lk_simd lk_simd_fma(lk_simd a, lk_simd b, lk_simd c) {
    return vfmaq_f32(c, a, b);
}

static inline lk_simd lk_simd_exp(lk_simd a) {
    return lk_exp_neon(a);
}

static inline lk_simd lk_simd_softplus(lk_simd a) {
    return lk_softplus_neon(a);
}

static inline float lk_simd_sum(lk_simd a) {
    return vaddvq_f32(a);
}

static inline void lk_simd_sums(float *dst, const lk_simd *v) {
    vst1q_f32(dst, vpaddq_f32(vpaddq_f32(v[0], v[1]), vpaddq_f32(v[2], v[3])));
}

#endif
