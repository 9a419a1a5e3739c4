#include "types/q2_k/block.h"
#include "types/block256_neon.h"

LK_INLINE void step(float32x4_t *acc, const uint8_t *w, const lk_block_a8 *const *x, const int columns) {
    float32x4_t d = lk_load_f16(w + offsetof(lk_block_q2_k, d));
    float32x4_t dmin = lk_load_f16(w + offsetof(lk_block_q2_k, dmin));
    LK_UNROLL
    for (int half = 0; half < 2; half++) {
        uint8x8_t both = vld1_u8(w + offsetof(lk_block_q2_k, scales) + 8 * half);
        int16x8_t scales = vreinterpretq_s16_u16(vmovl_u8(vand_u8(both, vdup_n_u8(15))));
        int16x8_t minimums = vreinterpretq_s16_u16(vmovl_u8(vshr_n_u8(both, 4)));
        int8x16_t q[8];
        lk_unpack_fours(q, w + offsetof(lk_block_q2_k, qs) + 32 * half);
        LK_UNROLL
        for (int c = 0; c < columns; c++)
            acc[c] = lk_add_with_minimums(acc[c], lk_sums_scaled(q, scales, x[c], half), d,
                                          lk_dot_pairs(vld1q_s16(x[c]->sum + 8 * half), minimums), dmin, x[c],
                                          half);
    }
}

void lk_q2_k_matmul_neon(LK_MATMUL_PARAMETERS) {
    lk_matmul_a8(LK_MATMUL_ARGUMENTS, step, sizeof(lk_block_q2_k));
}
