/* Weights out of the codebooks of IQ1 to IQ3, 16 to a vector, as block256_neon.h wants them. */
#ifndef LK_GRID_POINTS_NEON_H
#define LK_GRID_POINTS_NEON_H

#include "types/block256_neon.h"
#include "types/iq_grids.h"

/* Two points of 8 coordinates. */
LK_INLINE uint8x16_t lk_load_points8(const uint64_t *grid, uint32_t a, uint32_t b) {
    return vreinterpretq_u8_u64(vcombine_u64(vld1_u64(grid + a), vld1_u64(grid + b)));
}

/* Four points of 4 coordinates. */
LK_INLINE uint8x16_t lk_load_points4(const uint32_t *grid, uint32_t a, uint32_t b, uint32_t c, uint32_t d) {
    uint32x4_t points = vld1q_dup_u32(grid + a);
    points = vld1q_lane_u32(grid + b, points, 1);
    points = vld1q_lane_u32(grid + c, points, 2);
    return vreinterpretq_u8_u32(vld1q_lane_u32(grid + d, points, 3));
}

/* Bytes of seven signs to bytes of eight, as lk_iq_signs makes them. */
LK_INLINE uint8x16_t lk_complete_signs(uint8x16_t seven) {
    return vorrq_u8(seven, vshlq_n_u8(vcntq_u8(seven), 7));
}

/* Four times seven bits, from bit 0 of an int32 on, to four bytes. */
LK_INLINE uint8x16_t lk_spread_sevens(uint32x4_t words) {
    uint32x4_t a = vandq_u32(words, vdupq_n_u32(0x7f));
    uint32x4_t b = vandq_u32(vshlq_n_u32(words, 1), vdupq_n_u32(0x7f00));
    uint32x4_t c = vandq_u32(vshlq_n_u32(words, 2), vdupq_n_u32(0x7f0000));
    uint32x4_t d = vandq_u32(vshlq_n_u32(words, 3), vdupq_n_u32(0x7f000000));
    return vreinterpretq_u8_u32(vorrq_u32(vorrq_u32(a, b), vorrq_u32(c, d)));
}

/* Bits of bytes 2 i and 2 i + 1, as bytes 0 or -1. */
LK_INLINE int8x16_t lk_spread_bits(uint8x16_t bytes, const int i) {
    const uint8x16_t bit_of = vreinterpretq_u8_u64(vdupq_n_u64(0x8040201008040201));
    const uint64_t first = 0x0202020202020202 * (uint64_t)i, second = first + 0x0101010101010101;
    uint8x16_t lanes = vreinterpretq_u8_u64(vcombine_u64(vcreate_u64(first), vcreate_u64(second)));
    return vreinterpretq_s8_u8(vtstq_u8(vqtbl1q_u8(bytes, lanes), bit_of));
}

/* Magnitudes, negative where minus is -1. */
LK_INLINE int8x16_t lk_with_signs(uint8x16_t magnitudes, int8x16_t minus) {
    return vsubq_s8(veorq_s8(vreinterpretq_s8_u8(magnitudes), minus), minus);
}

/* 2 s + 1 of 16-bit scales s. */
LK_INLINE int16x8_t lk_odd_scales(uint16x8_t scales) {
    return vreinterpretq_s16_u16(vorrq_u16(vaddq_u16(scales, scales), vdupq_n_u16(1)));
}

/* Bits 28 to 31 of an int32 of a group of 32, as int16 of its 16s. */
LK_INLINE uint16x8_t lk_group_scales(uint32x4_t words) {
    uint16x4_t high = vmovn_u32(vshrq_n_u32(words, 28));
    return vcombine_u16(vzip1_u16(high, high), vzip2_u16(high, high));
}

/* 8 nibbles, low ones first, as int16. */
LK_INLINE uint16x8_t lk_load_nibble_scales(const uint8_t *p) {
    uint32_t packed;
    memcpy(&packed, p, sizeof packed);
    uint8x8_t bytes = vcreate_u8(packed);
    return vmovl_u8(vzip1_u8(vand_u8(bytes, vdup_n_u8(15)), vshr_n_u8(bytes, 4)));
}

/* Sums of 8 groups of 16 weights, each times its scale, two in a lane, as lk_sums_scaled but of any weights.
 */
LK_INLINE int32x4_t lk_sums_scaled_wide(const int8x16_t *q, int16x8_t scales, const lk_block_a8 *x,
                                        const int half) {
    int32x4_t sums[2];
    LK_UNROLL
    for (int h = 0; h < 2; h++) {
        int32x4_t g[4];
        LK_UNROLL
        for (int i = 0; i < 4; i++) g[i] = lk_dot16(q[4 * h + i], x->q + 128 * half + 64 * h + 16 * i);
        int32x4_t folded = vpaddq_s32(vpaddq_s32(g[0], g[1]), vpaddq_s32(g[2], g[3]));
        sums[h] = vmulq_s32(folded, vmovl_s16(h ? vget_high_s16(scales) : vget_low_s16(scales)));
    }
    return vpaddq_s32(sums[0], sums[1]);
}

/* acc + d times the weights scales q times x. */
LK_INLINE void lk_half_step_points(float32x4_t *acc, const int8x16_t *q, int16x8_t scales, float32x4_t d,
                                   const lk_block_a8 *const *x, const int columns, const int half) {
    LK_UNROLL
    for (int c = 0; c < columns; c++)
        acc[c] = lk_add_scaled(acc[c], lk_sums_scaled_wide(q, scales, x[c], half), d, x[c], half);
}

/* The same for weights from -32 to 32. */
LK_INLINE void lk_half_step_small_points(float32x4_t *acc, const int8x16_t *q, int16x8_t scales,
                                         float32x4_t d, const lk_block_a8 *const *x, const int columns,
                                         const int half) {
    LK_UNROLL
    for (int c = 0; c < columns; c++)
        acc[c] = lk_add_scaled(acc[c], lk_sums_scaled(q, scales, x[c], half), d, x[c], half);
}

#endif
