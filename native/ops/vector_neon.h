/* Ends of rows for NEON. */
#ifndef LK_VECTOR_NEON_H
#define LK_VECTOR_NEON_H

#include <arm_neon.h>
#include <stdint.h>
#include <string.h>

/* The first n of 4 floats, the rest 0; n >= 4 takes all. */
static inline float32x4_t lk_load_neon(const float *src, int64_t n) {
    if (n >= 4) return vld1q_f32(src);
    float rest[4] = {0};
    memcpy(rest, src, (size_t)n * sizeof *rest);
    return vld1q_f32(rest);
}

static inline void lk_store_neon(float *dst, float32x4_t value, int64_t n) {
    if (n >= 4) {
        vst1q_f32(dst, value);
        return;
    }
    float rest[4];
    vst1q_f32(rest, value);
    memcpy(dst, rest, (size_t)n * sizeof *rest);
}

/* Lanes [0, n) of value, the others of other. */
static inline float32x4_t lk_lanes_neon(float32x4_t value, int64_t n, float32x4_t other) {
    const int32x4_t lanes = {0, 1, 2, 3};
    return vbslq_f32(vcltq_s32(lanes, vdupq_n_s32((int32_t)(n < 4 ? n : 4))), value, other);
}

#endif
