#include "types/dense_avx512.h"

LK_INLINE void load(__m512 *w, const uint8_t *chunk, int32_t k, const int count) {
    LK_UNROLL
    for (int i = 0; i < count; i++) w[i] = _mm512_loadu_ps(chunk + 64 * (k + i));
}

void lk_f32_multiply_avx512(const lk_dense_product *product) {
    lk_dense_multiply(product, sizeof(float), load);
}
