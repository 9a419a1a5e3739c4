#include "types/q5_k/block.h"
#include "types/k_rows_neon.h"

LK_INLINE void unpack(int8x16_t *q, const uint8_t *w, const int half) {
    lk_unpack_k_nibbles(q, w + offsetof(lk_block_q5_k, qs) + 64 * half);
    LK_UNROLL
    for (int i = 0; i < 2; i++) {
        uint8x16_t bits = vld1q_u8(w + offsetof(lk_block_q5_k, qh) + 16 * i);
        LK_UNROLL
        for (int j = 0; j < 4; j++) {
            uint8x16_t fifth = lk_bits(bits, 4 * half + j - 4, 16);
            q[2 * j + i] = vorrq_s8(q[2 * j + i], vreinterpretq_s8_u8(fifth));
        }
    }
}

LK_INLINE void step(float32x4_t *acc, const uint8_t *w, const lk_block_a8 *const *x, const int columns) {
    lk_step_k_rows(acc, w, x, columns, unpack);
}

void lk_q5_k_matmul_neon(LK_MATMUL_PARAMETERS) {
    lk_matmul_a8(LK_MATMUL_ARGUMENTS, step, sizeof(lk_block_q5_k));
}
