/* The step of matmul_rows.h for types that scale their weights in blocks of 32, as A8 does: the integer sums
 * of 4 blocks are folded into the lanes of a vector, so that one multiplication by the scales serves all of
 * them. */
#ifndef LK_BLOCK32_NEON_H
#define LK_BLOCK32_NEON_H

#include "types/vector_neon.h"
#include "types/matmul_rows.h"

/* The 32 weights of block j of the 8 at w, as bytes in element order. */
typedef int8x16x2_t (*lk_unpack_neon_fn)(const uint8_t *w, int j);

/* The f16 numbers at p, p + stride, ... of 8 blocks. */
LK_INLINE float32x4x2_t lk_load_f16x8(const uint8_t *p, const int stride) {
    float32x4x2_t both;
    both.val[0] = vcvt_f32_f16(vreinterpret_f16_u64(vcreate_u64(lk_load_u16x4(p, stride))));
    both.val[1] = vcvt_f32_f16(vreinterpret_f16_u64(vcreate_u64(lk_load_u16x4(p + 4 * stride, stride))));
    return both;
}

/* 16 bytes of nibbles: the low ones, then the high ones. */
LK_INLINE uint8x16x2_t lk_load_nibbles(const uint8_t *qs) {
    uint8x16_t both = vld1q_u8(qs);
    return (uint8x16x2_t){{vandq_u8(both, vdupq_n_u8(15)), vshrq_n_u8(both, 4)}};
}

/* Bit i of 32 as bit 4 of byte i. */
LK_INLINE uint8x16x2_t lk_load_fifth_bits(const uint8_t *qh) {
    const uint8x16_t bit_of = vreinterpretq_u8_u64(vdupq_n_u64(0x8040201008040201));
    const uint8x16_t fifth = vdupq_n_u8(16);
    uint8x16_t low = vcombine_u8(vdup_n_u8(qh[0]), vdup_n_u8(qh[1]));
    uint8x16_t high = vcombine_u8(vdup_n_u8(qh[2]), vdup_n_u8(qh[3]));
    return (uint8x16x2_t){{vandq_u8(vtstq_u8(low, bit_of), fifth), vandq_u8(vtstq_u8(high, bit_of), fifth)}};
}

/* q - offset, as signed bytes. */
LK_INLINE int8x16x2_t lk_take_off(uint8x16x2_t q, const int offset) {
    const int8x16_t by = vdupq_n_s8((int8_t)offset);
    return (int8x16x2_t){
        {vsubq_s8(vreinterpretq_s8_u8(q.val[0]), by), vsubq_s8(vreinterpretq_s8_u8(q.val[1]), by)}};
}

LK_INLINE uint8x16x2_t lk_or(uint8x16x2_t a, uint8x16x2_t b) {
    return (uint8x16x2_t){{vorrq_u8(a.val[0], b.val[0]), vorrq_u8(a.val[1], b.val[1])}};
}

/* The bytes of a table of 16 at the indices 0 to 15. */
LK_INLINE int8x16x2_t lk_look_up(const int8_t *table, uint8x16x2_t indices) {
    const int8x16_t values = vld1q_s8(table);
    return (int8x16x2_t){{vqtbl1q_s8(values, indices.val[0]), vqtbl1q_s8(values, indices.val[1])}};
}

/* Products of 16 signed bytes, 2 to a lane: at most 128 * 127 * 2 = 32512, as x is never -128. */
LK_INLINE int16x8_t lk_products16(int8x16_t q, const int8_t *x) {
    int8x16_t activations = vld1q_s8(x);
    int16x8_t pairs = vmull_s8(vget_low_s8(q), vget_low_s8(activations));
    return vmlal_s8(pairs, vget_high_s8(q), vget_high_s8(activations));
}

LK_INLINE int32x4_t lk_dot16(int8x16_t q, const int8_t *x) {
    return vpaddlq_s16(lk_products16(q, x));
}

LK_INLINE int32x4_t lk_dot32(int8x16x2_t q, const int8_t *x) {
    return vaddq_s32(lk_dot16(q.val[0], x), lk_dot16(q.val[1], x + 16));
}

/* Weights d q with q in [-128, 127]: d of the 8 blocks, q from unpack. */
LK_INLINE void lk_step_signed_neon(float32x4_t *acc, const uint8_t *w, const lk_block_a8 *const *x,
                                   const int columns, float32x4x2_t d, lk_unpack_neon_fn unpack) {
    LK_UNROLL
    for (int half = 0; half < 2; half++) {
        int8x16x2_t q[4];
        LK_UNROLL
        for (int j = 0; j < 4; j++) q[j] = unpack(w, 4 * half + j);
        LK_UNROLL
        for (int c = 0; c < columns; c++) {
            int32x4_t dot[4];
            LK_UNROLL
            for (int j = 0; j < 4; j++) dot[j] = lk_dot32(q[j], x[c]->q + 32 * (4 * half + j));
            int32x4_t sums = vpaddq_s32(vpaddq_s32(dot[0], dot[1]), vpaddq_s32(dot[2], dot[3]));
            float32x4_t scales = vmulq_f32(d.val[half], vld1q_f32(x[c]->d + 4 * half));
            acc[c] = vfmaq_f32(acc[c], vcvtq_f32_s32(sums), scales);
        }
    }
}

/* The part of a type's minimums: m of the 8 blocks, added to every weight. */
LK_INLINE void lk_step_minimums_neon(float32x4_t *acc, const lk_block_a8 *const *x, const int columns,
                                     float32x4x2_t m) {
    LK_UNROLL
    for (int c = 0; c < columns; c++) LK_UNROLL
    for (int half = 0; half < 2; half++) {
        float32x4_t sums = vcvtq_f32_s32(vpaddlq_s16(vld1q_s16(x[c]->sum + 8 * half)));
        acc[c] = vfmaq_f32(acc[c], sums, vmulq_f32(m.val[half], vld1q_f32(x[c]->d + 4 * half)));
    }
}

#endif
