#include "types/iq1_m/block.h"
#include "types/grid_points_neon.h"

LK_INLINE uint32_t number_at(const uint8_t *w, int i) {
    const uint32_t high = w[offsetof(lk_block_iq1_m, qh) + (size_t)(i / 2)];
    return w[offsetof(lk_block_iq1_m, qs) + (size_t)i] | (high << (8 - i % 2 * 4) & 0x700);
}

/* Eighths of {-1, 0, 1} + 1/8, or - 1/8 where the fourth bit of 8 weights' nibble is set. */
LK_INLINE void unpack(int8x16_t *q, const uint8_t *w, const int half) {
    const uint8x16_t bits = vcombine_u8(vdup_n_u8(0x08), vdup_n_u8(0x80));
    LK_UNROLL
    for (int i = 0; i < 8; i++) {
        const int j = 16 * half + 2 * i;
        uint8x16_t points = lk_load_points8(lk_iq1_grid, number_at(w, j), number_at(w, j + 1));
        uint8x16_t nibbles = vld1q_dup_u8(w + offsetof(lk_block_iq1_m, qh) + j / 2);
        int8x16_t less = vreinterpretq_s8_u8(vtstq_u8(nibbles, bits));
        int8x16_t eighths = vsubq_s8(vreinterpretq_s8_u8(vshlq_n_u8(points, 3)), vdupq_n_s8(7));
        q[i] = vaddq_s8(eighths, vaddq_s8(less, less));
    }
}

/* Four times 3 bits of each of 2 words. */
LK_INLINE uint16x8_t load_scales(const uint8_t *w, const int half) {
    uint16_t words[2];
    memcpy(words, w + offsetof(lk_block_iq1_m, scales) + 4 * half, sizeof words);
    const int16x4_t right = vcreate_s16(0xfff7fffafffd0000);
    uint16x8_t moved =
        vcombine_u16(vshl_u16(vdup_n_u16(words[0]), right), vshl_u16(vdup_n_u16(words[1]), right));
    return vandq_u16(moved, vdupq_n_u16(7));
}

LK_INLINE float32x4_t load_d(const uint8_t *w) {
    const uint16_t d = lk_iq1_m_d((const lk_block_iq1_m *)w);
    return vmulq_n_f32(lk_load_f16((const uint8_t *)&d), 0.125f);
}

LK_INLINE void step(float32x4_t *acc, const uint8_t *w, const lk_block_a8 *const *x, const int columns) {
    float32x4_t d = load_d(w);
    LK_UNROLL
    for (int half = 0; half < 2; half++) {
        int8x16_t q[8];
        unpack(q, w, half);
        lk_half_step_small_points(acc, q, lk_odd_scales(load_scales(w, half)), d, x, columns, half);
    }
}

void lk_iq1_m_matmul_neon(LK_MATMUL_PARAMETERS) {
    lk_matmul_a8(LK_MATMUL_ARGUMENTS, step, sizeof(lk_block_iq1_m));
}
