/* Exponentials of vectors, over the whole range of float, subnormal results included; NaN stays NaN. Included
 * by the simd_*.h of a vector unit, which has besides the primitives of simd_plain.h
 *
 *   sub, min        a - b, the smaller one: NaN in b stays
 *   minus_abs       -|a|
 *   fnma            c - a b
 *   round           to the nearest whole number
 *   power           2^n, n whole in [-126, 127]
 *   times_power     a 2^n, n whole in [-151, 129]
 *   with_sign       a, which is not negative, with b's sign
 *   if_negative     yes where a is negative, else no
 *   if_at_most      yes where a <= b, else no */
#ifndef LK_SIMD_EXP_H
#define LK_SIMD_EXP_H

#include "ops/exp_terms.h"

/* p x + term */
static inline lk_simd lk_simd_term(lk_simd p, lk_simd x, float term) {
    return lk_simd_fma(p, x, lk_simd_all(term));
}

/* exp(r) - 1 of the r that is left of x beside n ln 2, |r| <= ln 2 / 2. */
static inline lk_simd lk_simd_exp_fraction(lk_simd x, lk_simd *n) {
    *n = lk_simd_round(lk_simd_mul(x, lk_simd_all((float)LK_LOG2_E)));
    lk_simd r = lk_simd_fnma(*n, lk_simd_all(LK_LN_2_HIGH), x);
    r = lk_simd_fnma(*n, lk_simd_all(LK_LN_2_LOW), r);
    lk_simd p = lk_simd_term(lk_simd_all(LK_EXP_TERM_4), r, LK_EXP_TERM_3);
    p = lk_simd_term(p, r, LK_EXP_TERM_2);
    p = lk_simd_term(p, r, LK_EXP_TERM_1);
    p = lk_simd_term(p, r, LK_EXP_TERM_0);
    return lk_simd_fma(lk_simd_mul(r, r), p, r);
}

static inline lk_simd lk_simd_exp(lk_simd x) {
    x = lk_simd_min(lk_simd_all(LK_EXP_MOST), lk_simd_max(lk_simd_all(LK_EXP_LEAST), x));
    lk_simd n;
    const lk_simd e = lk_simd_add(lk_simd_exp_fraction(x, &n), lk_simd_all(1));
    return lk_simd_times_power(e, n);
}

/* exp(x) - 1 without the loss of 1's digits near 0, for x <= 0; above, 0. */
static inline lk_simd lk_simd_expm1(lk_simd x) {
    x = lk_simd_min(lk_simd_all(0), lk_simd_max(lk_simd_all(LK_EXPM1_LEAST), x));
    lk_simd n;
    const lk_simd fraction = lk_simd_exp_fraction(x, &n), power = lk_simd_power(n);
    return lk_simd_fma(power, fraction, lk_simd_sub(power, lk_simd_all(1)));
}

/* ln(1 + exp(x)) = max(x, 0) + ln(1 + exp(-|x|)). */
static inline lk_simd lk_simd_softplus(lk_simd x) {
    const lk_simd e = lk_simd_exp(lk_simd_minus_abs(x));
    const lk_simd z = lk_simd_div(e, lk_simd_add(e, lk_simd_all(2))), square = lk_simd_mul(z, z);
    lk_simd p = lk_simd_term(lk_simd_all(LK_LOG_TERM_3), square, LK_LOG_TERM_2);
    p = lk_simd_term(p, square, LK_LOG_TERM_1);
    p = lk_simd_term(p, square, LK_LOG_TERM_0);
    const lk_simd logarithm = lk_simd_fma(lk_simd_mul(z, square), p, lk_simd_add(z, z));
    return lk_simd_add(lk_simd_max(lk_simd_all(0), x), logarithm);
}

/* A polynomial near 0, where (1 - e) / (1 + e) with e = exp(-2 |x|) would cancel. */
static inline lk_simd lk_simd_tanh(lk_simd x) {
    const lk_simd one = lk_simd_all(1), magnitude = lk_simd_abs(x), square = lk_simd_mul(x, x);
    const lk_simd e = lk_simd_exp(lk_simd_mul(magnitude, lk_simd_all(-2)));
    const lk_simd far = lk_simd_with_sign(lk_simd_div(lk_simd_sub(one, e), lk_simd_add(one, e)), x);
    lk_simd p = lk_simd_term(lk_simd_all(LK_TANH_TERM_4), square, LK_TANH_TERM_3);
    p = lk_simd_term(p, square, LK_TANH_TERM_2);
    p = lk_simd_term(p, square, LK_TANH_TERM_1);
    p = lk_simd_term(p, square, LK_TANH_TERM_0);
    const lk_simd near = lk_simd_fma(lk_simd_mul(x, square), p, x);
    return lk_simd_if_at_most(magnitude, lk_simd_all(LK_TANH_LIMIT), near, far);
}

#endif
