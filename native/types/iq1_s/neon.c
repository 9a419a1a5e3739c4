#include "types/iq1_s/block.h"
#include "types/grid_points_neon.h"

LK_INLINE uint32_t number_at(const uint8_t *w, int i) {
    uint16_t high;
    memcpy(&high, w + offsetof(lk_block_iq1_s, qh) + i / 4 * 2, sizeof high);
    return w[offsetof(lk_block_iq1_s, qs) + (size_t)i] | ((uint32_t)high >> i % 4 * 3 & 7) << 8;
}

/* Eighths of {-1, 0, 1} + 1/8, or - 1/8 where the top bit of the group's word is set. */
LK_INLINE void unpack(int8x16_t *q, const uint8_t *w, const int half) {
    LK_UNROLL
    for (int i = 0; i < 8; i++) {
        const int j = 16 * half + 2 * i;
        uint8x16_t points = lk_load_points8(lk_iq1_grid, number_at(w, j), number_at(w, j + 1));
        const uint8_t top = w[offsetof(lk_block_iq1_s, qh) + (size_t)(j / 4 * 2 + 1)];
        int8x16_t offset = vdupq_n_s8((int8_t)(7 + (top >> 7) * 2));
        q[i] = vsubq_s8(vreinterpretq_s8_u8(vshlq_n_u8(points, 3)), offset);
    }
}

/* Bits 12 to 14 of each of 4 words, twice. */
LK_INLINE uint16x8_t load_scales(const uint8_t *w, const int half) {
    uint16x4_t words = vreinterpret_u16_u8(vld1_u8(w + offsetof(lk_block_iq1_s, qh) + 8 * half));
    uint16x4_t scales = vand_u16(vshr_n_u16(words, 12), vdup_n_u16(7));
    return vcombine_u16(vzip1_u16(scales, scales), vzip2_u16(scales, scales));
}

LK_INLINE void step(float32x4_t *acc, const uint8_t *w, const lk_block_a8 *const *x, const int columns) {
    float32x4_t d = vmulq_n_f32(lk_load_f16(w + offsetof(lk_block_iq1_s, d)), 0.125f);
    LK_UNROLL
    for (int half = 0; half < 2; half++) {
        int8x16_t q[8];
        unpack(q, w, half);
        lk_half_step_small_points(acc, q, lk_odd_scales(load_scales(w, half)), d, x, columns, half);
    }
}

void lk_iq1_s_matmul_neon(LK_MATMUL_PARAMETERS) {
    lk_matmul_a8(LK_MATMUL_ARGUMENTS, step, sizeof(lk_block_iq1_s));
}
