/* The primitives of simd_plain.h in AVX-512. */
#ifndef LK_SIMD_H
#define LK_SIMD_H

#include "ops/vector_avx512.h"
#include "ops/vector_exp_avx512.h"

/* Blocks are inlined with constant sizes, so that their sums live in registers. */
#define LK_SIMD_INLINE __attribute__((always_inline)) static inline

enum { LK_SIMD_LANES = 16 };

typedef __m512 lk_simd;

static inline lk_simd lk_simd_all(float value) {
    return _mm512_set1_ps(value);
}

static inline lk_simd lk_simd_load(const float *src, int64_t n) {
    return lk_load_avx512(src, n);
}

static inline void lk_simd_store(float *dst, lk_simd v, int64_t n) {
    lk_store_avx512(dst, v, n);
}

static inline lk_simd lk_simd_lanes(void) {
    return _mm512_setr_ps(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
}

static inline lk_simd lk_simd_within(lk_simd v, int64_t begin, int64_t end, lk_simd other) {
    const __mmask16 inside = lk_lanes_avx512(end) & (__mmask16)~lk_lanes_avx512(begin);
    return _mm512_mask_blend_ps(inside, other, v);
}

static inline lk_simd lk_simd_add(lk_simd a, lk_simd b) {
    return _mm512_add_ps(a, b);
}

static inline lk_simd lk_simd_mul(lk_simd a, lk_simd b) {
    return _mm512_mul_ps(a, b);
}

static inline lk_simd lk_simd_div(lk_simd a, lk_simd b) {
    return _mm512_div_ps(a, b);
}

static inline lk_simd lk_simd_max(lk_simd a, lk_simd b) {
    return _mm512_max_ps(a, b);
}

static inline lk_simd lk_simd_abs(lk_simd a) {
    return _mm512_abs_ps(a);
}

static inline lk_simd lk_simd_fma(lk_simd a, lk_simd b, lk_simd c) {
    return _mm512_fmadd_ps(a, b, c);
}

static inline lk_simd lk_simd_exp(lk_simd a) {
    return lk_exp_avx512(a);
}

static inline lk_simd lk_simd_softplus(lk_simd a) {
    return lk_softplus_avx512(a);
}

static inline lk_simd lk_simd_tanh(lk_simd a) {
    return lk_tanh_avx512(a);
}

static inline float lk_simd_sum(lk_simd a) {
    return _mm512_reduce_add_ps(a);
}

static inline float lk_simd_largest(lk_simd a) {
    return _mm512_reduce_max_ps(a);
}

static inline void lk_simd_sums(float *dst, const lk_simd *v) {
    for (int i = 0; i < 4; i++) dst[i] = _mm512_reduce_add_ps(v[i]);
}

/* 16 rows x 4 columns. Rows 4 g + i of a column are lanes i of the 128-bit quarters g. */
static inline void lk_simd_columns4(lk_simd *columns, const void *src, int64_t stride) {
    __m512 rows[4];
    for (int i = 0; i < 4; i++) {
        const uint8_t *row = (const uint8_t *)src + i * stride;
        __m512 v = _mm512_castps128_ps512(_mm_loadu_ps((const float *)(const void *)row));
        v = _mm512_insertf32x4(v, _mm_loadu_ps((const float *)(const void *)(row + 4 * stride)), 1);
        v = _mm512_insertf32x4(v, _mm_loadu_ps((const float *)(const void *)(row + 8 * stride)), 2);
        rows[i] = _mm512_insertf32x4(v, _mm_loadu_ps((const float *)(const void *)(row + 12 * stride)), 3);
    }
    const __m512d a = _mm512_castps_pd(_mm512_unpacklo_ps(rows[0], rows[1]));
    const __m512d b = _mm512_castps_pd(_mm512_unpackhi_ps(rows[0], rows[1]));
    const __m512d c = _mm512_castps_pd(_mm512_unpacklo_ps(rows[2], rows[3]));
    const __m512d d = _mm512_castps_pd(_mm512_unpackhi_ps(rows[2], rows[3]));
    columns[0] = _mm512_castpd_ps(_mm512_unpacklo_pd(a, c));
    columns[1] = _mm512_castpd_ps(_mm512_unpackhi_pd(a, c));
    columns[2] = _mm512_castpd_ps(_mm512_unpacklo_pd(b, d));
    columns[3] = _mm512_castpd_ps(_mm512_unpackhi_pd(b, d));
}

#endif
