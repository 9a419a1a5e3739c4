/* Eight floats side by side, of eight groups of weights, for fit_lanes.h: NEON, in two vectors. Like
 * lanes_avx2.h. */
#ifndef LK_LANES_H
#define LK_LANES_H

#include "types/inline.h"
#include <arm_neon.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct lk_lanes {
    float32x4_t low, high;
} lk_lanes;

/* All bits of a lane, or none. */
typedef struct lk_mask {
    uint32x4_t low, high;
} lk_mask;

LK_INLINE lk_lanes lk_lanes_all(float value) {
    return (lk_lanes){vdupq_n_f32(value), vdupq_n_f32(value)};
}

LK_INLINE lk_lanes lk_lanes_load(const float *src) {
    return (lk_lanes){vld1q_f32(src), vld1q_f32(src + 4)};
}

LK_INLINE void lk_lanes_store(float *dst, lk_lanes v) {
    vst1q_f32(dst, v.low);
    vst1q_f32(dst + 4, v.high);
}

LK_INLINE lk_lanes lk_lanes_add(lk_lanes a, lk_lanes b) {
    return (lk_lanes){vaddq_f32(a.low, b.low), vaddq_f32(a.high, b.high)};
}

LK_INLINE lk_lanes lk_lanes_sub(lk_lanes a, lk_lanes b) {
    return (lk_lanes){vsubq_f32(a.low, b.low), vsubq_f32(a.high, b.high)};
}

LK_INLINE lk_lanes lk_lanes_mul(lk_lanes a, lk_lanes b) {
    return (lk_lanes){vmulq_f32(a.low, b.low), vmulq_f32(a.high, b.high)};
}

LK_INLINE lk_lanes lk_lanes_div(lk_lanes a, lk_lanes b) {
    return (lk_lanes){vdivq_f32(a.low, b.low), vdivq_f32(a.high, b.high)};
}

LK_INLINE lk_lanes lk_lanes_abs(lk_lanes v) {
    return (lk_lanes){vabsq_f32(v.low), vabsq_f32(v.high)};
}

LK_INLINE lk_mask lk_lanes_less(lk_lanes a, lk_lanes b) {
    return (lk_mask){vcltq_f32(a.low, b.low), vcltq_f32(a.high, b.high)};
}

LK_INLINE lk_mask lk_lanes_equal(lk_lanes a, lk_lanes b) {
    return (lk_mask){vceqq_f32(a.low, b.low), vceqq_f32(a.high, b.high)};
}

LK_INLINE lk_mask lk_mask_and(lk_mask a, lk_mask b) {
    return (lk_mask){vandq_u32(a.low, b.low), vandq_u32(a.high, b.high)};
}

LK_INLINE lk_mask lk_mask_and_not(lk_mask a, lk_mask b) {
    return (lk_mask){vbicq_u32(a.low, b.low), vbicq_u32(a.high, b.high)};
}

LK_INLINE bool lk_mask_any(lk_mask mask) {
    return vmaxvq_u32(vorrq_u32(mask.low, mask.high)) != 0;
}

LK_INLINE lk_lanes lk_lanes_select(lk_mask mask, lk_lanes yes, lk_lanes no) {
    return (lk_lanes){vbslq_f32(mask.low, yes.low, no.low), vbslq_f32(mask.high, yes.high, no.high)};
}

/* a < b ? a : b, so b where one is NaN or both are zeros; vminq_f32 is neither. */
LK_INLINE lk_lanes lk_lanes_min(lk_lanes a, lk_lanes b) {
    return lk_lanes_select(lk_lanes_less(a, b), a, b);
}

/* a > b ? a : b */
LK_INLINE lk_lanes lk_lanes_max(lk_lanes a, lk_lanes b) {
    return lk_lanes_select(lk_lanes_less(b, a), a, b);
}

LK_INLINE float32x4_t lk_nearest4(float32x4_t v, const int low, const int high) {
    const int32x4_t bits = vreinterpretq_s32_f32(vaddq_f32(v, vdupq_n_f32(0x1.8p23f)));
    const int32x4_t nearest = vsubq_s32(vandq_s32(bits, vdupq_n_s32(0x7fffff)), vdupq_n_s32(0x400000));
    return vcvtq_f32_s32(vminq_s32(vmaxq_s32(nearest, vdupq_n_s32(low)), vdupq_n_s32(high)));
}

/* lk_nearest within [low, high]. */
LK_INLINE lk_lanes lk_lanes_nearest(lk_lanes v, const int low, const int high) {
    return (lk_lanes){lk_nearest4(v.low, low, high), lk_nearest4(v.high, low, high)};
}

/* The same for magnitudes below 2^22. */
LK_INLINE lk_lanes lk_lanes_nearest_small(lk_lanes v, const int low, const int high) {
    const float32x4_t least = vdupq_n_f32((float)low), most = vdupq_n_f32((float)high);
    return (lk_lanes){vminq_f32(vmaxq_f32(vrndnq_f32(v.low), least), most),
                      vminq_f32(vmaxq_f32(vrndnq_f32(v.high), least), most)};
}

/* dst[8 i + j] = src[stride j + i] for i, j < 4. */
LK_INLINE void lk_gather4(float *dst, const float *src, const int stride) {
    const float32x4x2_t ab = vtrnq_f32(vld1q_f32(src), vld1q_f32(src + stride));
    const float32x4x2_t cd = vtrnq_f32(vld1q_f32(src + 2 * stride), vld1q_f32(src + 3 * stride));
    vst1q_f32(dst, vcombine_f32(vget_low_f32(ab.val[0]), vget_low_f32(cd.val[0])));
    vst1q_f32(dst + 8, vcombine_f32(vget_low_f32(ab.val[1]), vget_low_f32(cd.val[1])));
    vst1q_f32(dst + 16, vcombine_f32(vget_high_f32(ab.val[0]), vget_high_f32(cd.val[0])));
    vst1q_f32(dst + 24, vcombine_f32(vget_high_f32(ab.val[1]), vget_high_f32(cd.val[1])));
}

/* dst[8 i + j] = src[stride j + i] for i, j < 8. */
LK_INLINE void lk_lanes_gather8(float *dst, const float *src, const int stride) {
    for (int i = 0; i < 8; i += 4)
        for (int j = 0; j < 8; j += 4) lk_gather4(dst + 8 * i + j, src + stride * j + i, stride);
}

/* 32 integers in [0, 255], 8 in each vector, as bytes. */
LK_INLINE void lk_lanes_store_bytes(uint8_t *dst, const lk_lanes *v) {
    LK_UNROLL
    for (int j = 0; j < 4; j++) {
        const uint16x4_t low = vmovn_u32(vcvtq_u32_f32(v[j].low)), high = vmovn_u32(vcvtq_u32_f32(v[j].high));
        vst1_u8(dst + 8 * j, vmovn_u16(vcombine_u16(low, high)));
    }
}

#endif
