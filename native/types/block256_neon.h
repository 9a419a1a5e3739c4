/* What the steps of matmul_rows.h share for types with blocks of 256: integer sums of half a block (4 groups
 * of 32, or 8 of 16, as the type scales them) until each lane of a vector has a group of 32, as A8 scales
 * them. Weights are q[i]: the 16 from 128 half + 16 i on. */
#ifndef LK_BLOCK256_NEON_H
#define LK_BLOCK256_NEON_H

#include "types/block32_neon.h"

/* The f16 number at p, in all lanes. */
LK_INLINE float32x4_t lk_load_f16(const uint8_t *p) {
    uint16_t half;
    memcpy(&half, p, sizeof half);
    return vcvt_f32_f16(vreinterpret_f16_u16(vdup_n_u16(half)));
}

/* 4 bytes as numbers. */
LK_INLINE float32x4_t lk_float_from_u8(uint32_t bytes) {
    uint16x8_t wide = vmovl_u8(vcreate_u8(bytes));
    return vcvtq_f32_u32(vmovl_u16(vget_low_u16(wide)));
}

/* Bytes shifted to the right, or to the left by -n, and masked. */
LK_INLINE uint8x16_t lk_bits(uint8x16_t bytes, const int n, const uint8_t mask) {
    return vandq_u8(vshlq_u8(bytes, vdupq_n_s8((int8_t)-n)), vdupq_n_u8(mask));
}

/* 32 bytes of four 2-bit weights, which are 32 apart: those of half a block. */
LK_INLINE void lk_unpack_fours(int8x16_t *q, const uint8_t *qs) {
    LK_UNROLL
    for (int i = 0; i < 2; i++) {
        uint8x16_t four = vld1q_u8(qs + 16 * i);
        LK_UNROLL
        for (int j = 0; j < 4; j++) q[2 * j + i] = vreinterpretq_s8_u8(lk_bits(four, 2 * j, 3));
    }
}

/* Sums of 4 groups of weights from -31 to 31: 8 products are at most 31496. */
LK_INLINE int32x4_t lk_sums_u5(const int8x16_t *q, const lk_block_a8 *x, const int half) {
    int16x8_t g[4];
    LK_UNROLL
    for (int j = 0; j < 4; j++) {
        const int8_t *from = x->q + 128 * half + 32 * j;
        g[j] = vaddq_s16(lk_products16(q[2 * j], from), lk_products16(q[2 * j + 1], from + 16));
    }
    return vpaddq_s32(vpaddlq_s16(vpaddq_s16(g[0], g[1])), vpaddlq_s16(vpaddq_s16(g[2], g[3])));
}

/* Products of 8 numbers, added up by twos. */
LK_INLINE int32x4_t lk_dot_pairs(int16x8_t a, int16x8_t b) {
    return vpaddq_s32(vmull_s16(vget_low_s16(a), vget_low_s16(b)), vmull_high_s16(a, b));
}

/* Sums of 8 groups of 16 weights from -32 to 32, each times its scale, two in a lane: 8 products are at most
 * 32512. */
LK_INLINE int32x4_t lk_sums_scaled(const int8x16_t *q, int16x8_t scales, const lk_block_a8 *x,
                                   const int half) {
    int32x4_t sums[2];
    LK_UNROLL
    for (int h = 0; h < 2; h++) {
        int16x8_t g[4];
        LK_UNROLL
        for (int i = 0; i < 4; i++) g[i] = lk_products16(q[4 * h + i], x->q + 128 * half + 64 * h + 16 * i);
        int16x8_t folded = vpaddq_s16(vpaddq_s16(g[0], g[1]), vpaddq_s16(g[2], g[3]));
        sums[h] = lk_dot_pairs(folded, h ? vzip2q_s16(scales, scales) : vzip1q_s16(scales, scales));
    }
    return vpaddq_s32(sums[0], sums[1]);
}

/* acc + sums d, times the scales of the activations. */
LK_INLINE float32x4_t lk_add_scaled(float32x4_t acc, int32x4_t sums, float32x4_t d, const lk_block_a8 *x,
                                    const int half) {
    return vfmaq_f32(acc, vcvtq_f32_s32(sums), vmulq_f32(d, vld1q_f32(x->d + 4 * half)));
}

/* acc + (sums d - minimums dmin), times the scales of the activations. */
LK_INLINE float32x4_t lk_add_with_minimums(float32x4_t acc, int32x4_t sums, float32x4_t d, int32x4_t minimums,
                                           float32x4_t dmin, const lk_block_a8 *x, const int half) {
    float32x4_t product = vmulq_f32(vcvtq_f32_s32(sums), d);
    product = vfmsq_f32(product, vcvtq_f32_s32(minimums), dmin);
    return vfmaq_f32(acc, product, vld1q_f32(x->d + 4 * half));
}

#endif
