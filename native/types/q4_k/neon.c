#include "types/q4_k/block.h"
#include "types/k_rows_neon.h"

LK_INLINE void unpack(int8x16_t *q, const uint8_t *w, const int half) {
    lk_unpack_k_nibbles(q, w + offsetof(lk_block_q4_k, qs) + 64 * half);
}

LK_INLINE void step(float32x4_t *acc, const uint8_t *w, const lk_block_a8 *const *x, const int columns) {
    lk_step_k_rows(acc, w, x, columns, unpack);
}

void lk_q4_k_matmul_neon(LK_MATMUL_PARAMETERS) {
    lk_matmul_a8(LK_MATMUL_ARGUMENTS, step, sizeof(lk_block_q4_k));
}
