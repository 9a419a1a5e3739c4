/* Half as many doubles as lk_simd has lanes, for gelu.h, in AVX2. Names mean what they do in simd_exp.h. */
#ifndef LK_DOUBLES_H
#define LK_DOUBLES_H

#include "ops/simd_avx2.h"

typedef __m256d lk_doubles;

static inline lk_doubles lk_doubles_all(double value) {
    return _mm256_set1_pd(value);
}

static inline lk_doubles lk_doubles_add(lk_doubles a, lk_doubles b) {
    return _mm256_add_pd(a, b);
}

static inline lk_doubles lk_doubles_sub(lk_doubles a, lk_doubles b) {
    return _mm256_sub_pd(a, b);
}

static inline lk_doubles lk_doubles_mul(lk_doubles a, lk_doubles b) {
    return _mm256_mul_pd(a, b);
}

static inline lk_doubles lk_doubles_div(lk_doubles a, lk_doubles b) {
    return _mm256_div_pd(a, b);
}

static inline lk_doubles lk_doubles_min(lk_doubles a, lk_doubles b) {
    return _mm256_min_pd(a, b);
}

static inline lk_doubles lk_doubles_max(lk_doubles a, lk_doubles b) {
    return _mm256_max_pd(a, b);
}

static inline lk_doubles lk_doubles_fma(lk_doubles a, lk_doubles b, lk_doubles c) {
    return _mm256_fmadd_pd(a, b, c);
}

static inline lk_doubles lk_doubles_fnma(lk_doubles a, lk_doubles b, lk_doubles c) {
    return _mm256_fnmadd_pd(a, b, c);
}

static inline lk_doubles lk_doubles_abs(lk_doubles a) {
    return _mm256_andnot_pd(_mm256_set1_pd(-0.0), a);
}

static inline lk_doubles lk_doubles_minus_abs(lk_doubles a) {
    return _mm256_or_pd(a, _mm256_set1_pd(-0.0));
}

static inline lk_doubles lk_doubles_round(lk_doubles a) {
    return _mm256_round_pd(a, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
}

static inline lk_doubles lk_doubles_power(lk_doubles n) {
    return _mm256_castsi256_pd(_mm256_slli_epi64(
        _mm256_add_epi64(_mm256_cvtepi32_epi64(_mm256_cvtpd_epi32(n)), _mm256_set1_epi64x(1023)), 52));
}

static inline lk_doubles lk_doubles_if_negative(lk_doubles a, lk_doubles yes, lk_doubles no) {
    return _mm256_blendv_pd(no, yes, a);
}

static inline lk_doubles lk_doubles_low(lk_simd x) {
    return _mm256_cvtps_pd(_mm256_castps256_ps128(x));
}

static inline lk_doubles lk_doubles_high(lk_simd x) {
    return _mm256_cvtps_pd(_mm256_extractf128_ps(x, 1));
}

static inline lk_simd lk_doubles_narrowed(lk_doubles low, lk_doubles high) {
    return _mm256_set_m128(_mm256_cvtpd_ps(high), _mm256_cvtpd_ps(low));
}

#endif
