#include "types/iq2_s/block.h"
#include "types/grid_points_neon.h"

LK_INLINE uint32_t number_at(const uint8_t *w, int i) {
    const uint32_t high = w[offsetof(lk_block_iq2_s, qh) + (size_t)(i / 4)];
    return w[offsetof(lk_block_iq2_s, qs) + (size_t)i] | (high << (8 - i % 4 * 2) & 0x300);
}

LK_INLINE void unpack(int8x16_t *q, const uint8_t *w, uint8x16_t signs, const int half) {
    LK_UNROLL
    for (int i = 0; i < 8; i++) {
        const int j = 16 * half + 2 * i;
        uint8x16_t points = lk_load_points8(lk_iq2_s_grid, number_at(w, j), number_at(w, j + 1));
        q[i] = lk_with_signs(points, lk_spread_bits(signs, i));
    }
}

LK_INLINE void step(float32x4_t *acc, const uint8_t *w, const lk_block_a8 *const *x, const int columns) {
    float32x4_t d = vmulq_n_f32(lk_load_f16(w + offsetof(lk_block_iq2_s, d)), 0.125f);
    LK_UNROLL
    for (int half = 0; half < 2; half++) {
        int8x16_t q[8];
        unpack(q, w, vld1q_u8(w + offsetof(lk_block_iq2_s, signs) + 16 * half), half);
        uint16x8_t scales = lk_load_nibble_scales(w + offsetof(lk_block_iq2_s, scales) + 4 * half);
        lk_half_step_points(acc, q, lk_odd_scales(scales), d, x, columns, half);
    }
}

void lk_iq2_s_matmul_neon(LK_MATMUL_PARAMETERS) {
    lk_matmul_a8(LK_MATMUL_ARGUMENTS, step, sizeof(lk_block_iq2_s));
}
