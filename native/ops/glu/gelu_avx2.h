/* The GELUs in AVX2. */
#ifndef LK_GELU_H
#define LK_GELU_H

#include "ops/exp_terms.h"
#include "ops/glu/gelu_terms.h"
#include <immintrin.h>

/* 4 exponentials of which the caller makes floats: 1e-12 relative for |x| <= 300, beyond which x is clamped.
 */
static inline __m256d lk_exp_double(__m256d x) {
    x = _mm256_min_pd(_mm256_set1_pd(LK_EXP_DOUBLE_MOST),
                      _mm256_max_pd(_mm256_set1_pd(LK_EXP_DOUBLE_LEAST), x));
    __m256d n = _mm256_round_pd(_mm256_mul_pd(x, _mm256_set1_pd(LK_LOG2_E)),
                                _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
    __m256d r = _mm256_fnmadd_pd(n, _mm256_set1_pd(LK_LN_2), x);
    __m256d p =
        _mm256_fmadd_pd(_mm256_set1_pd(LK_EXP_DOUBLE_TERM_6), r, _mm256_set1_pd(LK_EXP_DOUBLE_TERM_5));
    p = _mm256_fmadd_pd(p, r, _mm256_set1_pd(LK_EXP_DOUBLE_TERM_4));
    p = _mm256_fmadd_pd(p, r, _mm256_set1_pd(LK_EXP_DOUBLE_TERM_3));
    p = _mm256_fmadd_pd(p, r, _mm256_set1_pd(LK_EXP_DOUBLE_TERM_2));
    p = _mm256_fmadd_pd(p, r, _mm256_set1_pd(LK_EXP_DOUBLE_TERM_1));
    p = _mm256_fmadd_pd(p, r, _mm256_set1_pd(LK_EXP_DOUBLE_TERM_0));
    __m256d e = _mm256_add_pd(_mm256_fmadd_pd(_mm256_mul_pd(r, r), p, r), _mm256_set1_pd(1));
    __m256i exponent = _mm256_cvtepi32_epi64(_mm256_cvtpd_epi32(n));
    __m256i power = _mm256_slli_epi64(_mm256_add_epi64(exponent, _mm256_set1_epi64x(1023)), 52);
    return _mm256_mul_pd(e, _mm256_castsi256_pd(power));
}

/* The GELUs take 4 elements in double: their exponents are large where their values are small. */
static inline __m256d lk_gelu_tanh_4(__m256d x) {
    const __m256d one = _mm256_set1_pd(1);
    __m256d slope =
        _mm256_fmadd_pd(_mm256_mul_pd(x, x), _mm256_set1_pd(LK_GELU_CUBIC), _mm256_set1_pd(LK_GELU_LINEAR));
    __m256d e = lk_exp_double(_mm256_or_pd(_mm256_mul_pd(x, slope), _mm256_set1_pd(-0.0)));
    return _mm256_div_pd(_mm256_mul_pd(x, _mm256_blendv_pd(one, e, x)), _mm256_add_pd(one, e));
}

static inline __m256d lk_gelu_erf_4(__m256d x) {
    const __m256d one = _mm256_set1_pd(1), shift = _mm256_set1_pd(LK_ERFC_SHIFT);
    __m256d e = lk_exp_double(_mm256_mul_pd(_mm256_mul_pd(x, x), _mm256_set1_pd(-0.5)));
    __m256d t = _mm256_andnot_pd(_mm256_set1_pd(-0.0), x);
    t = _mm256_min_pd(_mm256_set1_pd(LK_ERFC_MOST), t);
    __m256d inverse = _mm256_div_pd(one, _mm256_add_pd(t, shift));
    __m256d s = _mm256_mul_pd(_mm256_sub_pd(t, shift), inverse);
    __m256d p = _mm256_set1_pd(lk_erfc_terms[LK_ERFC_TERM_COUNT - 1]);
    for (int i = LK_ERFC_TERM_COUNT - 2; i >= 0; i--) {
        p = _mm256_fmadd_pd(p, s, _mm256_set1_pd(lk_erfc_terms[i]));
    }
    __m256d tail = _mm256_mul_pd(e, _mm256_mul_pd(p, inverse));
    return _mm256_mul_pd(x, _mm256_blendv_pd(_mm256_sub_pd(one, tail), tail, x));
}

static inline __m256 lk_joined(__m256d low, __m256d high) {
    return _mm256_set_m128(_mm256_cvtpd_ps(high), _mm256_cvtpd_ps(low));
}

static inline __m256d lk_low_half(__m256 x) {
    return _mm256_cvtps_pd(_mm256_castps256_ps128(x));
}

static inline __m256d lk_high_half(__m256 x) {
    return _mm256_cvtps_pd(_mm256_extractf128_ps(x, 1));
}

static inline __m256 lk_gelu_tanh(__m256 x) {
    return lk_joined(lk_gelu_tanh_4(lk_low_half(x)), lk_gelu_tanh_4(lk_high_half(x)));
}

static inline __m256 lk_gelu_erf(__m256 x) {
    return lk_joined(lk_gelu_erf_4(lk_low_half(x)), lk_gelu_erf_4(lk_high_half(x)));
}

#endif
