/* What Q4_K and Q5_K share with NEON: their step, all but the unpacking. */
#ifndef LK_K_ROWS_NEON_H
#define LK_K_ROWS_NEON_H

#include "types/block256_neon.h"
#include "types/k_scales.h"

/* q: the weights from 128 half on, 16 to a vector. */
typedef void (*lk_k_unpack_fn)(int8x16_t *q, const uint8_t *w, int half);

LK_INLINE void lk_step_k_rows(float32x4_t *acc, const uint8_t *w, const lk_block_a8 *const *x,
                              const int columns, lk_k_unpack_fn unpack) {
    float32x4_t d = lk_load_f16(w + offsetof(lk_k_head, d));
    float32x4_t dmin = lk_load_f16(w + offsetof(lk_k_head, dmin));
    uint32_t packed[3];
    memcpy(packed, w + offsetof(lk_k_head, scales), sizeof packed);
    LK_UNROLL
    for (int half = 0; half < 2; half++) {
        uint32_t scales = (uint32_t)lk_k_scales4(packed[0], packed[2], half);
        uint32_t minimums = (uint32_t)lk_k_mins4(packed[1], packed[2], half);
        float32x4_t d4 = vmulq_f32(d, lk_float_from_u8(scales));
        float32x4_t dmin4 = vmulq_f32(dmin, lk_float_from_u8(minimums));
        int8x16_t q[8];
        unpack(q, w, half);
        LK_UNROLL
        for (int c = 0; c < columns; c++) {
            int32x4_t activations = vpaddlq_s16(vld1q_s16(x[c]->sum + 8 * half));
            acc[c] =
                lk_add_with_minimums(acc[c], lk_sums_u5(q, x[c], half), d4, activations, dmin4, x[c], half);
        }
    }
}

/* 64 bytes of nibbles: the low ones of 32 bytes are a group of 32, the high ones the next. */
LK_INLINE void lk_unpack_k_nibbles(int8x16_t *q, const uint8_t *qs) {
    LK_UNROLL
    for (int i = 0; i < 4; i++) {
        uint8x16_t both = vld1q_u8(qs + 16 * i);
        q[i / 2 * 4 + i % 2] = vreinterpretq_s8_u8(vandq_u8(both, vdupq_n_u8(15)));
        q[i / 2 * 4 + i % 2 + 2] = vreinterpretq_s8_u8(vshrq_n_u8(both, 4));
    }
}

#endif
