/* Exponentials of AVX2 vectors, over the whole range of float, subnormal results included; NaN stays NaN. */
#ifndef LK_VECTOR_EXP_AVX2_H
#define LK_VECTOR_EXP_AVX2_H

#include "ops/exp_terms.h"
#include <immintrin.h>

/* 2^n for n in [-127, 127], its integer given. */
static inline __m256 lk_power_avx2(__m256i n) {
    return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_add_epi32(n, _mm256_set1_epi32(127)), 23));
}

/* exp(r) - 1 of the r that is left of x beside n ln 2, |r| <= ln 2 / 2. */
static inline __m256 lk_exp_fraction_avx2(__m256 x, __m256 *n) {
    *n = _mm256_round_ps(_mm256_mul_ps(x, _mm256_set1_ps((float)LK_LOG2_E)),
                         _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
    __m256 r = _mm256_fnmadd_ps(*n, _mm256_set1_ps(LK_LN_2_HIGH), x);
    r = _mm256_fnmadd_ps(*n, _mm256_set1_ps(LK_LN_2_LOW), r);
    __m256 p = _mm256_fmadd_ps(_mm256_set1_ps(LK_EXP_TERM_4), r, _mm256_set1_ps(LK_EXP_TERM_3));
    p = _mm256_fmadd_ps(p, r, _mm256_set1_ps(LK_EXP_TERM_2));
    p = _mm256_fmadd_ps(p, r, _mm256_set1_ps(LK_EXP_TERM_1));
    p = _mm256_fmadd_ps(p, r, _mm256_set1_ps(LK_EXP_TERM_0));
    return _mm256_fmadd_ps(_mm256_mul_ps(r, r), p, r);
}

/* max and min return their second operand when one is NaN. 2^n is applied in two steps, because n reaches 128
 * and -150. */
static inline __m256 lk_exp_avx2(__m256 x) {
    x = _mm256_min_ps(_mm256_set1_ps(LK_EXP_MOST), _mm256_max_ps(_mm256_set1_ps(LK_EXP_LEAST), x));
    __m256 n;
    __m256 e = _mm256_add_ps(lk_exp_fraction_avx2(x, &n), _mm256_set1_ps(1));
    __m256i exponent = _mm256_cvtps_epi32(n), half = _mm256_srai_epi32(exponent, 1);
    return _mm256_mul_ps(_mm256_mul_ps(e, lk_power_avx2(half)),
                         lk_power_avx2(_mm256_sub_epi32(exponent, half)));
}

/* exp(x) - 1 without the loss of 1's digits near 0, for x <= 0; above, 0. */
static inline __m256 lk_expm1_avx2(__m256 x) {
    x = _mm256_min_ps(_mm256_setzero_ps(), _mm256_max_ps(_mm256_set1_ps(LK_EXPM1_LEAST), x));
    __m256 n, fraction = lk_exp_fraction_avx2(x, &n);
    __m256 power = lk_power_avx2(_mm256_cvtps_epi32(n));
    return _mm256_fmadd_ps(power, fraction, _mm256_sub_ps(power, _mm256_set1_ps(1)));
}

/* ln(1 + exp(x)) = max(x, 0) + ln(1 + exp(-|x|)). */
static inline __m256 lk_softplus_avx2(__m256 x) {
    __m256 e = lk_exp_avx2(_mm256_or_ps(x, _mm256_set1_ps(-0.0f)));
    __m256 z = _mm256_div_ps(e, _mm256_add_ps(e, _mm256_set1_ps(2))), square = _mm256_mul_ps(z, z);
    __m256 p = _mm256_fmadd_ps(_mm256_set1_ps(LK_LOG_TERM_3), square, _mm256_set1_ps(LK_LOG_TERM_2));
    p = _mm256_fmadd_ps(p, square, _mm256_set1_ps(LK_LOG_TERM_1));
    p = _mm256_fmadd_ps(p, square, _mm256_set1_ps(LK_LOG_TERM_0));
    __m256 logarithm = _mm256_fmadd_ps(_mm256_mul_ps(z, square), p, _mm256_add_ps(z, z));
    return _mm256_add_ps(_mm256_max_ps(_mm256_setzero_ps(), x), logarithm);
}

/* 4 exponentials of which the caller makes floats: 1e-12 relative for |x| <= 300, beyond which x is clamped.
 */
static inline __m256d lk_exp_double_avx2(__m256d x) {
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

/* A polynomial near 0, where (1 - e) / (1 + e) with e = exp(-2 |x|) would cancel. */
static inline __m256 lk_tanh_avx2(__m256 x) {
    const __m256 sign = _mm256_set1_ps(-0.0f), one = _mm256_set1_ps(1);
    __m256 magnitude = _mm256_andnot_ps(sign, x), square = _mm256_mul_ps(x, x);
    __m256 e = lk_exp_avx2(_mm256_mul_ps(magnitude, _mm256_set1_ps(-2)));
    __m256 far = _mm256_div_ps(_mm256_sub_ps(one, e), _mm256_add_ps(one, e));
    far = _mm256_or_ps(far, _mm256_and_ps(sign, x));
    __m256 p = _mm256_fmadd_ps(_mm256_set1_ps(LK_TANH_TERM_4), square, _mm256_set1_ps(LK_TANH_TERM_3));
    p = _mm256_fmadd_ps(p, square, _mm256_set1_ps(LK_TANH_TERM_2));
    p = _mm256_fmadd_ps(p, square, _mm256_set1_ps(LK_TANH_TERM_1));
    p = _mm256_fmadd_ps(p, square, _mm256_set1_ps(LK_TANH_TERM_0));
    __m256 near = _mm256_fmadd_ps(_mm256_mul_ps(x, square), p, x);
    return _mm256_blendv_ps(far, near, _mm256_cmp_ps(magnitude, _mm256_set1_ps(LK_TANH_LIMIT), _CMP_LE_OQ));
}

#endif
