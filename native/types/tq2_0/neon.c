#include "types/tq2_0/block.h"
#include "types/ternary_rows_neon.h"

LK_INLINE void unpack(int8x16_t *q, const uint8_t *w, const int half) {
    lk_unpack_fours(q, w + offsetof(lk_block_tq2_0, qs) + 32 * half);
}

LK_INLINE void step(float32x4_t *acc, const uint8_t *w, const lk_block_a8 *const *x, const int columns) {
    lk_step_ternary(acc, w, x, columns, offsetof(lk_block_tq2_0, d), unpack);
}

void lk_tq2_0_matmul_neon(LK_MATMUL_PARAMETERS) {
    lk_matmul_a8(LK_MATMUL_ARGUMENTS, step, sizeof(lk_block_tq2_0));
}
