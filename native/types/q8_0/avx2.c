#include "types/q8_0/block.h"
#include "types/block32_avx2.h"

LK_INLINE __m256i unpack(const uint8_t *w, int j) {
    const lk_block_q8_0 *block = (const lk_block_q8_0 *)w + j;
    return _mm256_loadu_si256((const __m256i *)block->qs);
}

LK_INLINE void step(__m256 *acc, const uint8_t *w, const lk_block_a8 *const *x, const int columns) {
    __m256 d = lk_load_f16x8(w + offsetof(lk_block_q8_0, d), sizeof(lk_block_q8_0));
    lk_step_signed_avx2(acc, w, x, columns, d, unpack);
}

void lk_q8_0_matmul_avx2(LK_MATMUL_PARAMETERS) {
    lk_matmul_a8(LK_MATMUL_ARGUMENTS, step, 8 * sizeof(lk_block_q8_0));
}
