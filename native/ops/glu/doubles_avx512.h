/* Half as many doubles as lk_simd has lanes, for gelu.h, in AVX-512. Names mean what they do in simd_exp.h.
 */
#ifndef LK_DOUBLES_H
#define LK_DOUBLES_H

#include "ops/simd_avx512.h"

typedef __m512d lk_doubles;

static inline lk_doubles lk_doubles_all(double value) {
    return _mm512_set1_pd(value);
}

static inline lk_doubles lk_doubles_add(lk_doubles a, lk_doubles b) {
    return _mm512_add_pd(a, b);
}

static inline lk_doubles lk_doubles_sub(lk_doubles a, lk_doubles b) {
    return _mm512_sub_pd(a, b);
}

static inline lk_doubles lk_doubles_mul(lk_doubles a, lk_doubles b) {
    return _mm512_mul_pd(a, b);
}

static inline lk_doubles lk_doubles_div(lk_doubles a, lk_doubles b) {
    return _mm512_div_pd(a, b);
}

static inline lk_doubles lk_doubles_min(lk_doubles a, lk_doubles b) {
    return _mm512_min_pd(a, b);
}

static inline lk_doubles lk_doubles_max(lk_doubles a, lk_doubles b) {
    return _mm512_max_pd(a, b);
}

static inline lk_doubles lk_doubles_fma(lk_doubles a, lk_doubles b, lk_doubles c) {
    return _mm512_fmadd_pd(a, b, c);
}

static inline lk_doubles lk_doubles_fnma(lk_doubles a, lk_doubles b, lk_doubles c) {
    return _mm512_fnmadd_pd(a, b, c);
}

static inline lk_doubles lk_doubles_abs(lk_doubles a) {
    return _mm512_andnot_pd(_mm512_set1_pd(-0.0), a);
}

static inline lk_doubles lk_doubles_minus_abs(lk_doubles a) {
    return _mm512_or_pd(a, _mm512_set1_pd(-0.0));
}

static inline lk_doubles lk_doubles_round(lk_doubles a) {
    return _mm512_roundscale_pd(a, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
}

static inline lk_doubles lk_doubles_power(lk_doubles n) {
    return _mm512_scalef_pd(_mm512_set1_pd(1), n);
}

static inline lk_doubles lk_doubles_if_negative(lk_doubles a, lk_doubles yes, lk_doubles no) {
    return _mm512_mask_blend_pd(_mm512_movepi64_mask(_mm512_castpd_si512(a)), no, yes);
}

static inline lk_doubles lk_doubles_low(lk_simd x) {
    return _mm512_cvtps_pd(_mm512_castps512_ps256(x));
}

static inline lk_doubles lk_doubles_high(lk_simd x) {
    return _mm512_cvtps_pd(_mm512_extractf32x8_ps(x, 1));
}

static inline lk_simd lk_doubles_narrowed(lk_doubles low, lk_doubles high) {
    return _mm512_insertf32x8(_mm512_castps256_ps512(_mm512_cvtpd_ps(low)), _mm512_cvtpd_ps(high), 1);
}

#endif
