/* The primitives of simd_plain.h and simd_exp.h in AVX2. */
#ifndef LK_SIMD_H
#define LK_SIMD_H

#include "ops/vector_avx2.h"

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

static inline lk_simd lk_simd_lanes(void) {
    return _mm256_setr_ps(0, 1, 2, 3, 4, 5, 6, 7);
}

static inline lk_simd lk_simd_within(lk_simd v, int64_t begin, int64_t end, lk_simd other) {
    const __m256i inside = _mm256_andnot_si256(lk_lanes_avx2(begin), lk_lanes_avx2(end));
    return _mm256_blendv_ps(other, v, _mm256_castsi256_ps(inside));
}

static inline lk_simd lk_simd_add(lk_simd a, lk_simd b) {
    return _mm256_add_ps(a, b);
}

static inline lk_simd lk_simd_sub(lk_simd a, lk_simd b) {
    return _mm256_sub_ps(a, b);
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

static inline lk_simd lk_simd_min(lk_simd a, lk_simd b) {
    return _mm256_min_ps(a, b);
}

static inline lk_simd lk_simd_abs(lk_simd a) {
    return _mm256_andnot_ps(_mm256_set1_ps(-0.0f), a);
}

static inline lk_simd lk_simd_minus_abs(lk_simd a) {
    return _mm256_or_ps(a, _mm256_set1_ps(-0.0f));
}

static inline lk_simd lk_simd_fma(lk_simd a, lk_simd b, lk_simd c) {
    return _mm256_fmadd_ps(a, b, c);
}

static inline lk_simd lk_simd_fnma(lk_simd a, lk_simd b, lk_simd c) {
    return _mm256_fnmadd_ps(a, b, c);
}

static inline lk_simd lk_simd_round(lk_simd a) {
    return _mm256_round_ps(a, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
}

static inline __m256 lk_power_avx2(__m256i n) {
    return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_add_epi32(n, _mm256_set1_epi32(127)), 23));
}

static inline lk_simd lk_simd_power(lk_simd n) {
    return lk_power_avx2(_mm256_cvtps_epi32(n));
}

/* 2^n is applied in two steps, because it may be no float itself. */
static inline lk_simd lk_simd_times_power(lk_simd a, lk_simd n) {
    const __m256i whole = _mm256_cvtps_epi32(n), half = _mm256_srai_epi32(whole, 1);
    return _mm256_mul_ps(_mm256_mul_ps(a, lk_power_avx2(half)), lk_power_avx2(_mm256_sub_epi32(whole, half)));
}

static inline lk_simd lk_simd_with_sign(lk_simd a, lk_simd b) {
    return _mm256_or_ps(a, _mm256_and_ps(_mm256_set1_ps(-0.0f), b));
}

static inline lk_simd lk_simd_if_negative(lk_simd a, lk_simd yes, lk_simd no) {
    return _mm256_blendv_ps(no, yes, a);
}

static inline lk_simd lk_simd_if_at_most(lk_simd a, lk_simd b, lk_simd yes, lk_simd no) {
    return _mm256_blendv_ps(no, yes, _mm256_cmp_ps(a, b, _CMP_LE_OQ));
}

static inline float lk_simd_sum(lk_simd a) {
    return lk_sum_avx2(a);
}

static inline float lk_simd_largest(lk_simd a) {
    return lk_largest_avx2(a);
}

static inline void lk_simd_sums(float *dst, const lk_simd *v) {
    const __m256 halves = _mm256_hadd_ps(_mm256_hadd_ps(v[0], v[1]), _mm256_hadd_ps(v[2], v[3]));
    _mm_storeu_ps(dst, _mm_add_ps(_mm256_castps256_ps128(halves), _mm256_extractf128_ps(halves, 1)));
}

/* 8 rows x 4 columns. Rows 4 g + i of a column are lanes i of the 128-bit halves g. */
static inline void lk_simd_transpose4(float *dst, int64_t dst_stride, const float *src, int64_t src_stride) {
    __m256 rows[4];
    for (int i = 0; i < 4; i++) {
        const __m256 low = _mm256_castps128_ps256(_mm_loadu_ps(src + i * src_stride));
        rows[i] = _mm256_insertf128_ps(low, _mm_loadu_ps(src + (4 + i) * src_stride), 1);
    }
    const __m256d a = _mm256_castps_pd(_mm256_unpacklo_ps(rows[0], rows[1]));
    const __m256d b = _mm256_castps_pd(_mm256_unpackhi_ps(rows[0], rows[1]));
    const __m256d c = _mm256_castps_pd(_mm256_unpacklo_ps(rows[2], rows[3]));
    const __m256d d = _mm256_castps_pd(_mm256_unpackhi_ps(rows[2], rows[3]));
    _mm256_storeu_ps(dst, _mm256_castpd_ps(_mm256_unpacklo_pd(a, c)));
    _mm256_storeu_ps(dst + dst_stride, _mm256_castpd_ps(_mm256_unpackhi_pd(a, c)));
    _mm256_storeu_ps(dst + 2 * dst_stride, _mm256_castpd_ps(_mm256_unpacklo_pd(b, d)));
    _mm256_storeu_ps(dst + 3 * dst_stride, _mm256_castpd_ps(_mm256_unpackhi_pd(b, d)));
}

#include "ops/simd_exp.h"

#endif
