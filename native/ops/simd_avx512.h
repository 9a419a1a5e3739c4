/* The primitives of simd_plain.h and simd_exp.h in AVX-512. */
#ifndef LK_SIMD_H
#define LK_SIMD_H

#include "ops/vector_avx512.h"

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

static inline lk_simd lk_simd_sub(lk_simd a, lk_simd b) {
    return _mm512_sub_ps(a, b);
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

static inline lk_simd lk_simd_min(lk_simd a, lk_simd b) {
    return _mm512_min_ps(a, b);
}

static inline lk_simd lk_simd_abs(lk_simd a) {
    return _mm512_abs_ps(a);
}

static inline lk_simd lk_simd_minus_abs(lk_simd a) {
    return _mm512_or_ps(a, _mm512_set1_ps(-0.0f));
}

static inline lk_simd lk_simd_fma(lk_simd a, lk_simd b, lk_simd c) {
    return _mm512_fmadd_ps(a, b, c);
}

static inline lk_simd lk_simd_fnma(lk_simd a, lk_simd b, lk_simd c) {
    return _mm512_fnmadd_ps(a, b, c);
}

static inline lk_simd lk_simd_round(lk_simd a) {
    return _mm512_roundscale_ps(a, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
}

static inline lk_simd lk_simd_times_power(lk_simd a, lk_simd n) {
    return _mm512_scalef_ps(a, n);
}

static inline lk_simd lk_simd_power(lk_simd n) {
    return lk_simd_times_power(lk_simd_all(1), n);
}

static inline lk_simd lk_simd_with_sign(lk_simd a, lk_simd b) {
    return _mm512_or_ps(a, _mm512_and_ps(_mm512_set1_ps(-0.0f), b));
}

static inline lk_simd lk_simd_if_negative(lk_simd a, lk_simd yes, lk_simd no) {
    return _mm512_mask_blend_ps(_mm512_movepi32_mask(_mm512_castps_si512(a)), no, yes);
}

static inline lk_simd lk_simd_if_at_most(lk_simd a, lk_simd b, lk_simd yes, lk_simd no) {
    return _mm512_mask_blend_ps(_mm512_cmp_ps_mask(a, b, _CMP_LE_OQ), no, yes);
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
static inline void lk_simd_transpose4(float *dst, int64_t dst_stride, const float *src, int64_t src_stride) {
    __m512 rows[4];
    for (int i = 0; i < 4; i++) {
        const float *row = src + i * src_stride;
        __m512 v = _mm512_castps128_ps512(_mm_loadu_ps(row));
        v = _mm512_insertf32x4(v, _mm_loadu_ps(row + 4 * src_stride), 1);
        v = _mm512_insertf32x4(v, _mm_loadu_ps(row + 8 * src_stride), 2);
        rows[i] = _mm512_insertf32x4(v, _mm_loadu_ps(row + 12 * src_stride), 3);
    }
    const __m512d a = _mm512_castps_pd(_mm512_unpacklo_ps(rows[0], rows[1]));
    const __m512d b = _mm512_castps_pd(_mm512_unpackhi_ps(rows[0], rows[1]));
    const __m512d c = _mm512_castps_pd(_mm512_unpacklo_ps(rows[2], rows[3]));
    const __m512d d = _mm512_castps_pd(_mm512_unpackhi_ps(rows[2], rows[3]));
    _mm512_storeu_ps(dst, _mm512_castpd_ps(_mm512_unpacklo_pd(a, c)));
    _mm512_storeu_ps(dst + dst_stride, _mm512_castpd_ps(_mm512_unpackhi_pd(a, c)));
    _mm512_storeu_ps(dst + 2 * dst_stride, _mm512_castpd_ps(_mm512_unpacklo_pd(b, d)));
    _mm512_storeu_ps(dst + 3 * dst_stride, _mm512_castpd_ps(_mm512_unpackhi_pd(b, d)));
}

#include "ops/simd_exp.h"

#endif
