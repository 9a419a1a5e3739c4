#include "types/dense_avx2.h"

LK_INLINE __m256 load(const uint8_t *chunk, int32_t k, const int half, const bool odd, const bool last) {
    (void)odd;
    (void)last;
    return _mm256_loadu_ps((const float *)(const void *)chunk + LK_PANEL_ROWS * k + 8 * half);
}

void lk_f32_multiply_avx2(const lk_dense_product *product) {
    lk_dense_multiply(product, sizeof(float), load);
}
