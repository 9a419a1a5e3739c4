#include "types/q4_0/block.h"
#include "types/block32_avx2.h"

LK_INLINE __m256i unpack(const uint8_t *block) {
    return lk_load_nibbles(block + offsetof(lk_block_q4_0, qs));
}

LK_INLINE void step(__m256 *acc, const uint8_t *w, const lk_block_a8 *const *x, const int columns) {
    __m256 d = lk_load_f16x8(w, sizeof(lk_block_q4_0));
    lk_step_unsigned_avx2(acc, w, x, columns, d, _mm256_mul_ps(d, _mm256_set1_ps(-8)), unpack,
                          sizeof(lk_block_q4_0));
}

void lk_q4_0_matmul_avx2(LK_MATMUL_PARAMETERS) {
    lk_matmul_a8_avx2(LK_MATMUL_ARGUMENTS, step, 8 * sizeof(lk_block_q4_0));
}
