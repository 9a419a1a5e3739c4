#include "types/f32/block.h"
#include "types/vector_avx2.h"
#include "types/dense_rows.h"

LK_INLINE __m256 load(const uint8_t *w) {
    return _mm256_loadu_ps((const float *)w);
}

void lk_f32_matmul_avx2(LK_MATMUL_PARAMETERS) {
    lk_matmul_dense(LK_MATMUL_ARGUMENTS, load, sizeof(lk_block_f32));
}
