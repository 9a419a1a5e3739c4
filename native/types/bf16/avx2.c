#include "types/dense_avx2.h"

/* A lane is a pair of weights of a row, the first in its lower half. */
LK_INLINE __m256 load(const uint8_t *chunk, int32_t k, const int half, const bool odd, const bool last) {
    if (last) {
        const __m128i alone = _mm_loadu_si128((const __m128i *)(const void *)(chunk + 32 * k + 16 * half));
        return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_cvtepu16_epi32(alone), 16));
    }
    const __m256i pair =
        _mm256_loadu_si256((const __m256i *)(const void *)(chunk + 32 * (k - odd) + 32 * half));
    return _mm256_castsi256_ps(odd ? _mm256_and_si256(pair, _mm256_set1_epi32((int32_t)0xffff0000))
                                   : _mm256_slli_epi32(pair, 16));
}

void lk_bf16_multiply_avx2(const lk_dense_product *product) {
    lk_dense_multiply(product, sizeof(uint16_t), load);
}
