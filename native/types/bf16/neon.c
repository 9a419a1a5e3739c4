#include "types/dense_neon.h"

/* A lane is a pair of weights of a row, the first in its lower half. */
LK_INLINE void load(float32x4_t *w, const uint8_t *chunk, int32_t k, const int quarter, const int count) {
    if (count == 1) {
        const uint16x4_t last = vreinterpret_u16_u8(vld1_u8(chunk + 32 * k + 8 * quarter));
        w[0] = vreinterpretq_f32_u32(vshll_n_u16(last, 16));
        return;
    }
    const uint32x4_t pair = vreinterpretq_u32_u8(vld1q_u8(chunk + 32 * k + 16 * quarter));
    w[0] = vreinterpretq_f32_u32(vshlq_n_u32(pair, 16));
    w[1] = vreinterpretq_f32_u32(vandq_u32(pair, vdupq_n_u32(0xffff0000)));
}

void lk_bf16_multiply_neon(const lk_dense_product *product) {
    lk_dense_multiply(product, sizeof(uint16_t), load);
}
