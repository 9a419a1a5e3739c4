#include "types/q4_1/block.h"
#include "types/block32_avx2.h"

LK_INLINE __m256i unpack(const uint8_t *w, int j) {
    const lk_block_q4_1 *block = (const lk_block_q4_1 *)w + j;
    return lk_load_nibbles(block->qs);
}

LK_INLINE void step(__m256 *acc, const uint8_t *w, const lk_block_a8 *const *x, const int columns) {
    __m256 d = lk_load_f16x8(w + offsetof(lk_block_q4_1, d), sizeof(lk_block_q4_1));
    __m256 m = lk_load_f16x8(w + offsetof(lk_block_q4_1, m), sizeof(lk_block_q4_1));
    lk_step_unsigned_avx2(acc, w, x, columns, d, 0, unpack);
    lk_step_minimums_avx2(acc, x, columns, m);
}

void lk_q4_1_matmul_avx2(LK_MATMUL_PARAMETERS) {
    lk_matmul_a8(LK_MATMUL_ARGUMENTS, step, 8 * sizeof(lk_block_q4_1));
}
