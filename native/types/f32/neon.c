#include "types/dense_neon.h"

LK_INLINE void load(float32x4_t *w, const uint8_t *chunk, int32_t k, const int quarter, const int count) {
    const float *rows = (const float *)(const void *)chunk + LK_PANEL_ROWS * k + 4 * quarter;
    LK_UNROLL
    for (int i = 0; i < count; i++) w[i] = vld1q_f32(rows + LK_PANEL_ROWS * i);
}

void lk_f32_multiply_neon(const lk_dense_product *product) {
    lk_dense_multiply(product, sizeof(float), load);
}
