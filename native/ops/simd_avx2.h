/* The primitives of simd_plain.h in AVX2. */
#ifndef LK_SIMD_H
#define LK_SIMD_H

#include "ops/vector_avx2.h"
#include "ops/vector_exp_avx2.h"

/* Blocks are inlined with constant sizes, so that their sums live in registers. */
#define LK_SIMD_INLINE __attribute__((always_inline)) static inline

enum { LK_SIMD_LANES = 8 };

typedef __m256 lk_simd;

static inline lk_simd lk_simd_all(float value) {
    return _mm256_set1_ps(value);
}

static inline lk_simd lk_simd_load(const float *src, int64_t n) {
    return lk_load_avx2(src, n);
}

static inline void lk_simd_store(float *dst, lk_simd v, int64_t n) {
    lk_store_avx2(dst, v, n);
}

static inline lk_simd lk_simd_add(lk_simd a, lk_simd b) {
    return _mm256_add_ps(a, b);
}

static inline lk_simd lk_simd_mul(lk_simd a, lk_simd b) {
    return _mm256_mul_ps(a, b);
}

static inline lk_simd lk_simd_div(lk_simd a, lk_simd b) {
    return _mm256_div_ps(a, b);
}

static inline lk_simd lk_simd_max(lk_simd a, lk_simd b) {
    return _mm256_max_ps(a, b);
}

static inline lk_simd lk_simd_fma(lk_simd a, lk_simd b, lk_simd c) {
    return _mm256_fmadd_ps(a, b, c);
}

static inline lk_simd lk_simd_exp(lk_simd a) {
    return lk_exp_avx2(a);
}

static inline lk_simd lk_simd_softplus(lk_simd a) {
    return lk_softplus_avx2(a);
}

static inline float lk_simd_sum(lk_simd a) {
    return lk_sum_avx2(a);
}

static inline void lk_simd_sums(float *dst, const lk_simd *v) {
    const __m256 halves = _mm256_hadd_ps(_mm256_hadd_ps(v[0], v[1]), _mm256_hadd_ps(v[2], v[3]));
    _mm_storeu_ps(dst, _mm_add_ps(_mm256_castps256_ps128(halves), _mm256_extractf128_ps(halves, 1)));
}

#endif
