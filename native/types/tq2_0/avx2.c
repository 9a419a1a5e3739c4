#include "types/tq2_0/block.h"
#include "types/ternary_pairs_avx2.h"

LK_INLINE void unpack(__m256i *q, const uint8_t *const *w, const int half) {
    lk_unpack_fours(q, w, offsetof(lk_block_tq2_0, qs) + (size_t)(32 * half));
}

LK_INLINE void step(__m256 *acc, const uint8_t *const *w, const lk_block_a8 *const *x, const int columns) {
    lk_step_ternary(acc, w, x, columns, offsetof(lk_block_tq2_0, d), unpack);
}

void lk_tq2_0_matmul_avx2(LK_MATMUL_PARAMETERS) {
    lk_matmul_pairs(LK_MATMUL_ARGUMENTS, step, sizeof(lk_block_tq2_0));
}
