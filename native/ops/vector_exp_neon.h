/* Exponentials of NEON vectors, over the whole range of float, subnormal results included; NaN stays NaN. */
#ifndef LK_VECTOR_EXP_NEON_H
#define LK_VECTOR_EXP_NEON_H

#include "ops/exp_terms.h"
#include <arm_neon.h>

/* 2^n for n in [-127, 127], its integer given. */
static inline float32x4_t lk_power_neon(int32x4_t n) {
    return vreinterpretq_f32_s32(vshlq_n_s32(vaddq_s32(n, vdupq_n_s32(127)), 23));
}

/* exp(r) - 1 of the r that is left of x beside n ln 2, |r| <= ln 2 / 2. */
static inline float32x4_t lk_exp_fraction_neon(float32x4_t x, float32x4_t *n) {
    *n = vrndnq_f32(vmulq_n_f32(x, (float)LK_LOG2_E));
    float32x4_t r = vfmsq_f32(x, *n, vdupq_n_f32(LK_LN_2_HIGH));
    r = vfmsq_f32(r, *n, vdupq_n_f32(LK_LN_2_LOW));
    float32x4_t p = vfmaq_f32(vdupq_n_f32(LK_EXP_TERM_3), vdupq_n_f32(LK_EXP_TERM_4), r);
    p = vfmaq_f32(vdupq_n_f32(LK_EXP_TERM_2), p, r);
    p = vfmaq_f32(vdupq_n_f32(LK_EXP_TERM_1), p, r);
    p = vfmaq_f32(vdupq_n_f32(LK_EXP_TERM_0), p, r);
    return vfmaq_f32(r, vmulq_f32(r, r), p);
}

/* 2^n is applied in two steps, because n reaches 128 and -150. */
static inline float32x4_t lk_exp_neon(float32x4_t x) {
    x = vminq_f32(vdupq_n_f32(LK_EXP_MOST), vmaxq_f32(vdupq_n_f32(LK_EXP_LEAST), x));
    float32x4_t n;
    float32x4_t e = vaddq_f32(lk_exp_fraction_neon(x, &n), vdupq_n_f32(1));
    int32x4_t exponent = vcvtq_s32_f32(n), half = vshrq_n_s32(exponent, 1);
    return vmulq_f32(vmulq_f32(e, lk_power_neon(half)), lk_power_neon(vsubq_s32(exponent, half)));
}

/* exp(x) - 1 without the loss of 1's digits near 0, for x <= 0; above, 0. */
static inline float32x4_t lk_expm1_neon(float32x4_t x) {
    x = vminq_f32(vdupq_n_f32(0), vmaxq_f32(vdupq_n_f32(LK_EXPM1_LEAST), x));
    float32x4_t n, fraction = lk_exp_fraction_neon(x, &n);
    float32x4_t power = lk_power_neon(vcvtq_s32_f32(n));
    return vfmaq_f32(vsubq_f32(power, vdupq_n_f32(1)), power, fraction);
}

/* ln(1 + exp(x)) = max(x, 0) + ln(1 + exp(-|x|)). */
static inline float32x4_t lk_softplus_neon(float32x4_t x) {
    float32x4_t e = lk_exp_neon(vnegq_f32(vabsq_f32(x)));
    float32x4_t z = vdivq_f32(e, vaddq_f32(e, vdupq_n_f32(2))), square = vmulq_f32(z, z);
    float32x4_t p = vfmaq_f32(vdupq_n_f32(LK_LOG_TERM_2), vdupq_n_f32(LK_LOG_TERM_3), square);
    p = vfmaq_f32(vdupq_n_f32(LK_LOG_TERM_1), p, square);
    p = vfmaq_f32(vdupq_n_f32(LK_LOG_TERM_0), p, square);
    float32x4_t logarithm = vfmaq_f32(vaddq_f32(z, z), vmulq_f32(z, square), p);
    return vaddq_f32(vmaxq_f32(vdupq_n_f32(0), x), logarithm);
}

/* 2 exponentials of which the caller makes floats: 1e-12 relative for |x| <= 300, beyond which x is clamped.
 */
static inline float64x2_t lk_exp_double_neon(float64x2_t x) {
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

/* A polynomial near 0, where (1 - e) / (1 + e) with e = exp(-2 |x|) would cancel. */
static inline float32x4_t lk_tanh_neon(float32x4_t x) {
    const float32x4_t one = vdupq_n_f32(1);
    float32x4_t magnitude = vabsq_f32(x), square = vmulq_f32(x, x);
    float32x4_t e = lk_exp_neon(vmulq_n_f32(magnitude, -2));
    float32x4_t far = vdivq_f32(vsubq_f32(one, e), vaddq_f32(one, e));
    far = vbslq_f32(vcltzq_f32(x), vnegq_f32(far), far);
    float32x4_t p = vfmaq_f32(vdupq_n_f32(LK_TANH_TERM_3), vdupq_n_f32(LK_TANH_TERM_4), square);
    p = vfmaq_f32(vdupq_n_f32(LK_TANH_TERM_2), p, square);
    p = vfmaq_f32(vdupq_n_f32(LK_TANH_TERM_1), p, square);
    p = vfmaq_f32(vdupq_n_f32(LK_TANH_TERM_0), p, square);
    float32x4_t near = vfmaq_f32(x, vmulq_f32(x, square), p);
    return vbslq_f32(vcleq_f32(magnitude, vdupq_n_f32(LK_TANH_LIMIT)), near, far);
}

#endif
