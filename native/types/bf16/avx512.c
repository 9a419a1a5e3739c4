#include "types/dense_floats_avx512.h"

/* A vector is a pair of weights of each row, the first in the lower half of a lane. */
LK_INLINE void load(__m512 *w, const uint8_t *panel, int32_t k, const int count) {
    if (count == 1) {
        const __m256i last = _mm256_loadu_si256((const __m256i *)(const void *)(panel + 32 * k));
        w[0] = _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(last), 16));
        return;
    }
    const __m512i pair = _mm512_loadu_si512(panel + 32 * k);
    w[0] = _mm512_castsi512_ps(_mm512_slli_epi32(pair, 16));
    w[1] = _mm512_castsi512_ps(_mm512_and_si512(pair, _mm512_set1_epi32((int32_t)0xffff0000)));
}

LK_INLINE void step(lk_dense_sums acc, const uint8_t *const *w, const lk_dense_columns *x, int32_t k,
                    const int panels, const int columns, const int count) {
    lk_dense_floats_step(acc, w, x, k, panels, columns, count, load);
}

LK_INLINE void multiply(const lk_dense_product *p, int32_t c, const int columns) {
    lk_dense_multiply(p, c, columns, (lk_dense_type){sizeof(uint16_t), sizeof(float), step});
}

void lk_bf16_multiply_avx512(const lk_dense_product *product) {
    lk_dense_for_columns(product, multiply);
}
