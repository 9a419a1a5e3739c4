#include "types/f16/block.h"
#include "types/vector_avx2.h"
#include "types/dense_rows.h"

LK_INLINE __m256 load(const uint8_t *w) {
    return _mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)w));
}

void lk_f16_matmul_avx2(LK_MATMUL_PARAMETERS) {
    lk_matmul_dense(LK_MATMUL_ARGUMENTS, load, sizeof(lk_block_f16));
}
