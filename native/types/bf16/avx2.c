#include "types/bf16/block.h"
#include "types/vector_avx2.h"
#include "types/dense_rows.h"

LK_INLINE __m256 load(const uint8_t *w) {
    return _mm256_castsi256_ps(
        _mm256_slli_epi32(_mm256_cvtepu16_epi32(_mm_loadu_si128((const __m128i *)w)), 16));
}

void lk_bf16_matmul_avx2(LK_MATMUL_PARAMETERS) {
    lk_matmul_dense(LK_MATMUL_ARGUMENTS, load, sizeof(lk_block_bf16));
}
