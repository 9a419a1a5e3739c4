#include "types/iq3_xxs/block.h"
#include "types/grid_points_neon.h"

LK_INLINE void unpack(int8x16_t *q, const uint8_t *w, uint8x16_t signs, const int half) {
    LK_UNROLL
    for (int i = 0; i < 8; i++) {
        const uint8_t *qs = w + offsetof(lk_block_iq3_xxs, qs) + 32 * half + 4 * i;
        uint8x16_t points = lk_load_points4(lk_iq3_xxs_grid, qs[0], qs[1], qs[2], qs[3]);
        q[i] = lk_with_signs(points, lk_spread_bits(signs, i));
    }
}

LK_INLINE void step(float32x4_t *acc, const uint8_t *w, const lk_block_a8 *const *x, const int columns) {
    float32x4_t d = vmulq_n_f32(lk_load_f16(w + offsetof(lk_block_iq3_xxs, d)), 0.25f);
    LK_UNROLL
    for (int half = 0; half < 2; half++) {
        int8x16_t q[8];
        uint32x4_t words =
            vreinterpretq_u32_u8(vld1q_u8(w + offsetof(lk_block_iq3_xxs, signs_scale) + 16 * half));
        unpack(q, w, lk_complete_signs(lk_spread_sevens(words)), half);
        lk_half_step_points(acc, q, lk_odd_scales(lk_group_scales(words)), d, x, columns, half);
    }
}

void lk_iq3_xxs_matmul_neon(LK_MATMUL_PARAMETERS) {
    lk_matmul_a8(LK_MATMUL_ARGUMENTS, step, sizeof(lk_block_iq3_xxs));
}
