#include "types/iq2_xs/block.h"
#include "types/grid_points_neon.h"

LK_INLINE uint32_t number_at(const uint8_t *w, int i) {
    uint16_t packed;
    memcpy(&packed, w + offsetof(lk_block_iq2_xs, qs) + 2 * i, sizeof packed);
    return packed & 511;
}

LK_INLINE void unpack(int8x16_t *q, const uint8_t *w, uint8x16_t signs, const int half) {
    LK_UNROLL
    for (int i = 0; i < 8; i++) {
        const int j = 16 * half + 2 * i;
        uint8x16_t points = lk_load_points8(lk_iq2_xs_grid, number_at(w, j), number_at(w, j + 1));
        q[i] = lk_with_signs(points, lk_spread_bits(signs, i));
    }
}

LK_INLINE uint8x16_t load_signs(const uint8_t *w, const int half) {
    const uint8_t *qs = w + offsetof(lk_block_iq2_xs, qs) + 32 * half;
    uint16x8_t low = vreinterpretq_u16_u8(vld1q_u8(qs)), high = vreinterpretq_u16_u8(vld1q_u8(qs + 16));
    return lk_complete_signs(vcombine_u8(vmovn_u16(vshrq_n_u16(low, 9)), vmovn_u16(vshrq_n_u16(high, 9))));
}

LK_INLINE void step(float32x4_t *acc, const uint8_t *w, const lk_block_a8 *const *x, const int columns) {
    float32x4_t d = vmulq_n_f32(lk_load_f16(w + offsetof(lk_block_iq2_xs, d)), 0.125f);
    LK_UNROLL
    for (int half = 0; half < 2; half++) {
        int8x16_t q[8];
        unpack(q, w, load_signs(w, half), half);
        uint16x8_t scales = lk_load_nibble_scales(w + offsetof(lk_block_iq2_xs, scales) + 4 * half);
        lk_half_step_points(acc, q, lk_odd_scales(scales), d, x, columns, half);
    }
}

void lk_iq2_xs_matmul_neon(LK_MATMUL_PARAMETERS) {
    lk_matmul_a8(LK_MATMUL_ARGUMENTS, step, sizeof(lk_block_iq2_xs));
}
