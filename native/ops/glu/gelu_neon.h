/* The GELUs in NEON. */
#ifndef LK_GELU_H
#define LK_GELU_H

#include "ops/exp_terms.h"
#include "ops/glu/gelu_terms.h"
#include <arm_neon.h>

/* 2 exponentials of which the caller makes floats: 1e-12 relative for |x| <= 300, beyond which x is clamped.
 */
static inline float64x2_t lk_exp_double(float64x2_t x) {
    x = vminq_f64(vdupq_n_f64(LK_EXP_DOUBLE_MOST), vmaxq_f64(vdupq_n_f64(LK_EXP_DOUBLE_LEAST), x));
    float64x2_t n = vrndnq_f64(vmulq_n_f64(x, LK_LOG2_E));
    float64x2_t r = vfmsq_f64(x, n, vdupq_n_f64(LK_LN_2));
    float64x2_t p = vfmaq_f64(vdupq_n_f64(LK_EXP_DOUBLE_TERM_5), vdupq_n_f64(LK_EXP_DOUBLE_TERM_6), r);
    p = vfmaq_f64(vdupq_n_f64(LK_EXP_DOUBLE_TERM_4), p, r);
    p = vfmaq_f64(vdupq_n_f64(LK_EXP_DOUBLE_TERM_3), p, r);
    p = vfmaq_f64(vdupq_n_f64(LK_EXP_DOUBLE_TERM_2), p, r);
    p = vfmaq_f64(vdupq_n_f64(LK_EXP_DOUBLE_TERM_1), p, r);
    p = vfmaq_f64(vdupq_n_f64(LK_EXP_DOUBLE_TERM_0), p, r);
    float64x2_t e = vaddq_f64(vfmaq_f64(r, vmulq_f64(r, r), p), vdupq_n_f64(1));
    int64x2_t power = vshlq_n_s64(vaddq_s64(vcvtq_s64_f64(n), vdupq_n_s64(1023)), 52);
    return vmulq_f64(e, vreinterpretq_f64_s64(power));
}

/* The GELUs take 2 elements in double: their exponents are large where their values are small. */
static inline float64x2_t lk_gelu_tanh_2(float64x2_t x) {
    const float64x2_t one = vdupq_n_f64(1);
    float64x2_t slope = vfmaq_f64(vdupq_n_f64(LK_GELU_LINEAR), vmulq_f64(x, x), vdupq_n_f64(LK_GELU_CUBIC));
    float64x2_t e = lk_exp_double(vnegq_f64(vabsq_f64(vmulq_f64(x, slope))));
    return vdivq_f64(vmulq_f64(x, vbslq_f64(vcltzq_f64(x), e, one)), vaddq_f64(one, e));
}

static inline float64x2_t lk_gelu_erf_2(float64x2_t x) {
    const float64x2_t one = vdupq_n_f64(1), shift = vdupq_n_f64(LK_ERFC_SHIFT);
    float64x2_t e = lk_exp_double(vmulq_n_f64(vmulq_f64(x, x), -0.5));
    float64x2_t t = vminq_f64(vdupq_n_f64(LK_ERFC_MOST), vabsq_f64(x));
    float64x2_t inverse = vdivq_f64(one, vaddq_f64(t, shift));
    float64x2_t s = vmulq_f64(vsubq_f64(t, shift), inverse);
    float64x2_t p = vdupq_n_f64(lk_erfc_terms[LK_ERFC_TERM_COUNT - 1]);
    for (int i = LK_ERFC_TERM_COUNT - 2; i >= 0; i--) p = vfmaq_f64(vdupq_n_f64(lk_erfc_terms[i]), p, s);
    float64x2_t tail = vmulq_f64(e, vmulq_f64(p, inverse));
    return vmulq_f64(x, vbslq_f64(vcltzq_f64(x), tail, vsubq_f64(one, tail)));
}

static inline float32x4_t lk_gelu_tanh(float32x4_t x) {
    float64x2_t low = lk_gelu_tanh_2(vcvt_f64_f32(vget_low_f32(x)));
    return vcvt_high_f32_f64(vcvt_f32_f64(low), lk_gelu_tanh_2(vcvt_high_f64_f32(x)));
}

static inline float32x4_t lk_gelu_erf(float32x4_t x) {
    float64x2_t low = lk_gelu_erf_2(vcvt_f64_f32(vget_low_f32(x)));
    return vcvt_high_f32_f64(vcvt_f32_f64(low), lk_gelu_erf_2(vcvt_high_f64_f32(x)));
}

#endif
