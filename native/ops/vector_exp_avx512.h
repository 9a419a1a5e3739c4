/* Exponentials of AVX-512 vectors, over the whole range of float, subnormal results included; NaN stays NaN.
 */
#ifndef LK_VECTOR_EXP_AVX512_H
#define LK_VECTOR_EXP_AVX512_H

#include "ops/exp_terms.h"
#include <immintrin.h>

/* exp(r) - 1 of the r that is left of x beside n ln 2, |r| <= ln 2 / 2. */
static inline __m512 lk_exp_fraction_avx512(__m512 x, __m512 *n) {
    *n = _mm512_roundscale_ps(_mm512_mul_ps(x, _mm512_set1_ps((float)LK_LOG2_E)),
                              _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
    __m512 r = _mm512_fnmadd_ps(*n, _mm512_set1_ps(LK_LN_2_HIGH), x);
    r = _mm512_fnmadd_ps(*n, _mm512_set1_ps(LK_LN_2_LOW), r);
    __m512 p = _mm512_fmadd_ps(_mm512_set1_ps(LK_EXP_TERM_4), r, _mm512_set1_ps(LK_EXP_TERM_3));
    p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(LK_EXP_TERM_2));
    p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(LK_EXP_TERM_1));
    p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(LK_EXP_TERM_0));
    return _mm512_fmadd_ps(_mm512_mul_ps(r, r), p, r);
}

/* max and min return their second operand when one is NaN. */
static inline __m512 lk_exp_avx512(__m512 x) {
    x = _mm512_min_ps(_mm512_set1_ps(LK_EXP_MOST), _mm512_max_ps(_mm512_set1_ps(LK_EXP_LEAST), x));
    __m512 n;
    __m512 e = _mm512_add_ps(lk_exp_fraction_avx512(x, &n), _mm512_set1_ps(1));
    return _mm512_scalef_ps(e, n);
}

/* ln(1 + exp(x)) = max(x, 0) + ln(1 + exp(-|x|)). */
static inline __m512 lk_softplus_avx512(__m512 x) {
    __m512 e = lk_exp_avx512(_mm512_or_ps(x, _mm512_set1_ps(-0.0f)));
    __m512 z = _mm512_div_ps(e, _mm512_add_ps(e, _mm512_set1_ps(2))), square = _mm512_mul_ps(z, z);
    __m512 p = _mm512_fmadd_ps(_mm512_set1_ps(LK_LOG_TERM_3), square, _mm512_set1_ps(LK_LOG_TERM_2));
    p = _mm512_fmadd_ps(p, square, _mm512_set1_ps(LK_LOG_TERM_1));
    p = _mm512_fmadd_ps(p, square, _mm512_set1_ps(LK_LOG_TERM_0));
    __m512 logarithm = _mm512_fmadd_ps(_mm512_mul_ps(z, square), p, _mm512_add_ps(z, z));
    return _mm512_add_ps(_mm512_max_ps(_mm512_setzero_ps(), x), logarithm);
}

/* A polynomial near 0, where (1 - e) / (1 + e) with e = exp(-2 |x|) would cancel. */
static inline __m512 lk_tanh_avx512(__m512 x) {
    const __m512 sign = _mm512_set1_ps(-0.0f), one = _mm512_set1_ps(1);
    __m512 magnitude = _mm512_andnot_ps(sign, x), square = _mm512_mul_ps(x, x);
    __m512 e = lk_exp_avx512(_mm512_mul_ps(magnitude, _mm512_set1_ps(-2)));
    __m512 far = _mm512_div_ps(_mm512_sub_ps(one, e), _mm512_add_ps(one, e));
    far = _mm512_or_ps(far, _mm512_and_ps(sign, x));
    __m512 p = _mm512_fmadd_ps(_mm512_set1_ps(LK_TANH_TERM_4), square, _mm512_set1_ps(LK_TANH_TERM_3));
    p = _mm512_fmadd_ps(p, square, _mm512_set1_ps(LK_TANH_TERM_2));
    p = _mm512_fmadd_ps(p, square, _mm512_set1_ps(LK_TANH_TERM_1));
    p = _mm512_fmadd_ps(p, square, _mm512_set1_ps(LK_TANH_TERM_0));
    __m512 near = _mm512_fmadd_ps(_mm512_mul_ps(x, square), p, x);
    const __mmask16 small = _mm512_cmp_ps_mask(magnitude, _mm512_set1_ps(LK_TANH_LIMIT), _CMP_LE_OQ);
    return _mm512_mask_blend_ps(small, far, near);
}

#endif
