/* The primitives of simd_plain.h and simd_exp.h in NEON. */
#ifndef LK_SIMD_H
#define LK_SIMD_H

#include "ops/vector_neon.h"

/* Blocks are inlined with constant sizes, so that their sums live in registers. */
#define LK_SIMD_INLINE __attribute__((always_inline)) static inline

enum { LK_SIMD_LANES = 4 };

typedef float32x4_t lk_simd;

static inline lk_simd lk_simd_all(float value) {
    return vdupq_n_f32(value);
}

static inline lk_simd lk_simd_load(const float *src, int64_t n) {
    return lk_load_neon(src, n);
}

static inline void lk_simd_store(float *dst, lk_simd v, int64_t n) {
    lk_store_neon(dst, v, n);
}

static inline lk_simd lk_simd_lanes(void) {
    const float32x4_t lanes = {0, 1, 2, 3};
    return lanes;
}

static inline lk_simd lk_simd_within(lk_simd v, int64_t begin, int64_t end, lk_simd other) {
    return lk_lanes_neon(other, begin, lk_lanes_neon(v, end, other));
}

static inline lk_simd lk_simd_add(lk_simd a, lk_simd b) {
    return vaddq_f32(a, b);
}

static inline lk_simd lk_simd_sub(lk_simd a, lk_simd b) {
    return vsubq_f32(a, b);
}

static inline lk_simd lk_simd_mul(lk_simd a, lk_simd b) {
    return vmulq_f32(a, b);
}

static inline lk_simd lk_simd_div(lk_simd a, lk_simd b) {
    return vdivq_f32(a, b);
}

static inline lk_simd lk_simd_max(lk_simd a, lk_simd b) {
    return vmaxq_f32(a, b);
}

static inline lk_simd lk_simd_min(lk_simd a, lk_simd b) {
    return vminq_f32(a, b);
}

static inline lk_simd lk_simd_abs(lk_simd a) {
    return vabsq_f32(a);
}

static inline lk_simd lk_simd_minus_abs(lk_simd a) {
    return vnegq_f32(vabsq_f32(a));
}

static inline lk_simd lk_simd_fma(lk_simd a, lk_simd b, lk_simd c) {
    return vfmaq_f32(c, a, b);
}

static inline lk_simd lk_simd_fnma(lk_simd a, lk_simd b, lk_simd c) {
    return vfmsq_f32(c, a, b);
}

static inline lk_simd lk_simd_round(lk_simd a) {
    return vrndnq_f32(a);
}

static inline float32x4_t lk_power_neon(int32x4_t n) {
    return vreinterpretq_f32_s32(vshlq_n_s32(vaddq_s32(n, vdupq_n_s32(127)), 23));
}

static inline lk_simd lk_simd_power(lk_simd n) {
    return lk_power_neon(vcvtq_s32_f32(n));
}

/* 2^n is applied in two steps, because it may be no float itself. */
static inline lk_simd lk_simd_times_power(lk_simd a, lk_simd n) {
    const int32x4_t whole = vcvtq_s32_f32(n), half = vshrq_n_s32(whole, 1);
    return vmulq_f32(vmulq_f32(a, lk_power_neon(half)), lk_power_neon(vsubq_s32(whole, half)));
}

static inline lk_simd lk_simd_with_sign(lk_simd a, lk_simd b) {
    return vbslq_f32(vdupq_n_u32(0x80000000), b, a);
}

static inline lk_simd lk_simd_if_negative(lk_simd a, lk_simd yes, lk_simd no) {
    return vbslq_f32(vcltzq_f32(a), yes, no);
}

static inline lk_simd lk_simd_if_at_most(lk_simd a, lk_simd b, lk_simd yes, lk_simd no) {
    return vbslq_f32(vcleq_f32(a, b), yes, no);
}

static inline float lk_simd_sum(lk_simd a) {
    return vaddvq_f32(a);
}

static inline float lk_simd_largest(lk_simd a) {
    return vmaxvq_f32(a);
}

static inline void lk_simd_sums(float *dst, const lk_simd *v) {
    vst1q_f32(dst, vpaddq_f32(vpaddq_f32(v[0], v[1]), vpaddq_f32(v[2], v[3])));
}

/* 4 rows x 4 columns. */
static inline void lk_simd_transpose4(float *dst, int64_t dst_stride, const float *src, int64_t src_stride) {
    const float32x4x2_t even = vtrnq_f32(vld1q_f32(src), vld1q_f32(src + src_stride));
    const float32x4x2_t odd = vtrnq_f32(vld1q_f32(src + 2 * src_stride), vld1q_f32(src + 3 * src_stride));
    for (int i = 0; i < 2; i++) {
        const float32x4_t low = vcombine_f32(vget_low_f32(even.val[i]), vget_low_f32(odd.val[i]));
        const float32x4_t high = vcombine_f32(vget_high_f32(even.val[i]), vget_high_f32(odd.val[i]));
        vst1q_f32(dst + i * dst_stride, low);
        vst1q_f32(dst + (2 + i) * dst_stride, high);
    }
}

#include "ops/simd_exp.h"

#endif
