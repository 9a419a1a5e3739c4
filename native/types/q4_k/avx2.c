#include "types/q4_k/block.h"
#include "types/k_pairs_avx2.h"

LK_INLINE void unpack(__m256i *q, const uint8_t *const *w, const int half) {
    lk_unpack_k_nibbles(q, w, offsetof(lk_block_q4_k, qs) + 64 * (size_t)half);
}

LK_INLINE void step(__m256 *acc, const uint8_t *const *w, const lk_block_a8 *const *x, const int columns) {
    lk_step_k_pairs(acc, w, x, columns, unpack, lk_sums_u4);
}

void lk_q4_k_matmul_avx2(LK_MATMUL_PARAMETERS) {
    lk_matmul_pairs(LK_MATMUL_ARGUMENTS, step, sizeof(lk_block_q4_k));
}
