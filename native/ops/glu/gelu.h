/* The GELUs, in double: their exponents are large where their values are small. After the doubles_*.h of a
 * vector unit. */
#ifndef LK_GELU_H
#define LK_GELU_H

#include "ops/exp_terms.h"
#include "ops/glu/gelu_terms.h"

static inline lk_doubles lk_doubles_term(lk_doubles p, lk_doubles x, double term) {
    return lk_doubles_fma(p, x, lk_doubles_all(term));
}

/* Exponentials of which the caller makes floats: 1e-12 relative for |x| <= 300, beyond which x is clamped. */
static inline lk_doubles lk_exp_double(lk_doubles x) {
    x = lk_doubles_min(lk_doubles_all(LK_EXP_DOUBLE_MOST),
                       lk_doubles_max(lk_doubles_all(LK_EXP_DOUBLE_LEAST), x));
    const lk_doubles n = lk_doubles_round(lk_doubles_mul(x, lk_doubles_all(LK_LOG2_E)));
    const lk_doubles r = lk_doubles_fnma(n, lk_doubles_all(LK_LN_2), x);
    lk_doubles p = lk_doubles_term(lk_doubles_all(LK_EXP_DOUBLE_TERM_6), r, LK_EXP_DOUBLE_TERM_5);
    p = lk_doubles_term(p, r, LK_EXP_DOUBLE_TERM_4);
    p = lk_doubles_term(p, r, LK_EXP_DOUBLE_TERM_3);
    p = lk_doubles_term(p, r, LK_EXP_DOUBLE_TERM_2);
    p = lk_doubles_term(p, r, LK_EXP_DOUBLE_TERM_1);
    p = lk_doubles_term(p, r, LK_EXP_DOUBLE_TERM_0);
    const lk_doubles e = lk_doubles_add(lk_doubles_fma(lk_doubles_mul(r, r), p, r), lk_doubles_all(1));
    return lk_doubles_mul(e, lk_doubles_power(n));
}

static inline lk_doubles lk_gelu_tanh_doubles(lk_doubles x) {
    const lk_doubles one = lk_doubles_all(1);
    const lk_doubles slope =
        lk_doubles_fma(lk_doubles_mul(x, x), lk_doubles_all(LK_GELU_CUBIC), lk_doubles_all(LK_GELU_LINEAR));
    const lk_doubles e = lk_exp_double(lk_doubles_minus_abs(lk_doubles_mul(x, slope)));
    return lk_doubles_div(lk_doubles_mul(x, lk_doubles_if_negative(x, e, one)), lk_doubles_add(one, e));
}

static inline lk_doubles lk_gelu_erf_doubles(lk_doubles x) {
    const lk_doubles one = lk_doubles_all(1), shift = lk_doubles_all(LK_ERFC_SHIFT);
    const lk_doubles e = lk_exp_double(lk_doubles_mul(lk_doubles_mul(x, x), lk_doubles_all(-0.5)));
    const lk_doubles t = lk_doubles_min(lk_doubles_all(LK_ERFC_MOST), lk_doubles_abs(x));
    const lk_doubles inverse = lk_doubles_div(one, lk_doubles_add(t, shift));
    const lk_doubles s = lk_doubles_mul(lk_doubles_sub(t, shift), inverse);
    lk_doubles p = lk_doubles_all(lk_erfc_terms[LK_ERFC_TERM_COUNT - 1]);
    for (int i = LK_ERFC_TERM_COUNT - 2; i >= 0; i--) p = lk_doubles_term(p, s, lk_erfc_terms[i]);
    const lk_doubles tail = lk_doubles_mul(e, lk_doubles_mul(p, inverse));
    return lk_doubles_mul(x, lk_doubles_if_negative(x, tail, lk_doubles_sub(one, tail)));
}

static inline lk_simd lk_gelu_tanh(lk_simd x) {
    return lk_doubles_narrowed(lk_gelu_tanh_doubles(lk_doubles_low(x)),
                               lk_gelu_tanh_doubles(lk_doubles_high(x)));
}

static inline lk_simd lk_gelu_erf(lk_simd x) {
    return lk_doubles_narrowed(lk_gelu_erf_doubles(lk_doubles_low(x)),
                               lk_gelu_erf_doubles(lk_doubles_high(x)));
}

#endif
