#include "types/dense_neon.h"

LK_INLINE void load(float32x4_t *w, const uint8_t *chunk, int32_t k, const int quarter, const int count) {
    LK_UNROLL
    for (int i = 0; i < count; i++)
        w[i] = vcvt_f32_f16(vreinterpret_f16_u8(vld1_u8(chunk + 32 * (k + i) + 8 * quarter)));
}

void lk_f16_multiply_neon(const lk_dense_product *product) {
    lk_dense_multiply(product, sizeof(uint16_t), load);
}
