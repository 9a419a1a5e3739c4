#include "types/dense_floats_avx512.h"

LK_INLINE void load(__m512 *w, const uint8_t *panel, int32_t k, const int count) {
    LK_UNROLL
    for (int i = 0; i < count; i++) w[i] = _mm512_loadu_ps(panel + 64 * (k + i));
}

LK_INLINE void step(lk_dense_sums acc, const uint8_t *const *w, const lk_dense_columns *x, int32_t k,
                    const int panels, const int columns, const int count) {
    lk_dense_floats_step(acc, w, x, k, panels, columns, count, load);
}

LK_INLINE void multiply(const lk_dense_product *p, int32_t c, const int columns) {
    lk_dense_multiply(p, c, columns, (lk_dense_type){sizeof(float), sizeof(float), step});
}

void lk_f32_multiply_avx512(const lk_dense_product *product) {
    lk_dense_for_columns(product, multiply);
}
