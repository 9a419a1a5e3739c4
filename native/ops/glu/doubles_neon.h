/* Half as many doubles as lk_simd has lanes, for gelu.h, in NEON. Names mean what they do in simd_exp.h. */
#ifndef LK_DOUBLES_H
#define LK_DOUBLES_H

#include "ops/simd_neon.h"

typedef float64x2_t lk_doubles;

static inline lk_doubles lk_doubles_all(double value) {
    return vdupq_n_f64(value);
}

static inline lk_doubles lk_doubles_add(lk_doubles a, lk_doubles b) {
    return vaddq_f64(a, b);
}

static inline lk_doubles lk_doubles_sub(lk_doubles a, lk_doubles b) {
    return vsubq_f64(a, b);
}

static inline lk_doubles lk_doubles_mul(lk_doubles a, lk_doubles b) {
    return vmulq_f64(a, b);
}

static inline lk_doubles lk_doubles_div(lk_doubles a, lk_doubles b) {
    return vdivq_f64(a, b);
}

static inline lk_doubles lk_doubles_min(lk_doubles a, lk_doubles b) {
    return vminq_f64(a, b);
}

static inline lk_doubles lk_doubles_max(lk_doubles a, lk_doubles b) {
    return vmaxq_f64(a, b);
}

static inline lk_doubles lk_doubles_fma(lk_doubles a, lk_doubles b, lk_doubles c) {
    return vfmaq_f64(c, a, b);
}

static inline lk_doubles lk_doubles_fnma(lk_doubles a, lk_doubles b, lk_doubles c) {
    return vfmsq_f64(c, a, b);
}

static inline lk_doubles lk_doubles_abs(lk_doubles a) {
    return vabsq_f64(a);
}

static inline lk_doubles lk_doubles_minus_abs(lk_doubles a) {
    return vnegq_f64(vabsq_f64(a));
}

static inline lk_doubles lk_doubles_round(lk_doubles a) {
    return vrndnq_f64(a);
}

static inline lk_doubles lk_doubles_power(lk_doubles n) {
    return vreinterpretq_f64_s64(vshlq_n_s64(vaddq_s64(vcvtq_s64_f64(n), vdupq_n_s64(1023)), 52));
}

static inline lk_doubles lk_doubles_if_negative(lk_doubles a, lk_doubles yes, lk_doubles no) {
    return vbslq_f64(vcltzq_f64(a), yes, no);
}

static inline lk_doubles lk_doubles_low(lk_simd x) {
    return vcvt_f64_f32(vget_low_f32(x));
}

static inline lk_doubles lk_doubles_high(lk_simd x) {
    return vcvt_high_f64_f32(x);
}

static inline lk_simd lk_doubles_narrowed(lk_doubles low, lk_doubles high) {
    return vcvt_high_f32_f64(vcvt_f32_f64(low), high);
}

#endif
