#include "types/dense_avx2.h"

LK_INLINE __m256 load(const uint8_t *chunk, int32_t k, const int half, const bool odd, const bool last) {
    (void)odd;
    (void)last;
    return _mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)(const void *)(chunk + 32 * k + 16 * half)));
}

void lk_f16_multiply_avx2(const lk_dense_product *product) {
    lk_dense_multiply(product, sizeof(uint16_t), load);
}
