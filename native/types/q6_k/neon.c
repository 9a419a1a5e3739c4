#include "types/q6_k/block.h"
#include "types/block256_neon.h"

LK_INLINE int8x16_t weights_of(uint8x16_t low, uint8x16_t high) {
    return vsubq_s8(vreinterpretq_s8_u8(vorrq_u8(low, high)), vdupq_n_s8(32));
}

LK_INLINE void unpack(int8x16_t *q, const uint8_t *w, const int half) {
    const uint8x16_t nibble = vdupq_n_u8(15);
    LK_UNROLL
    for (int i = 0; i < 2; i++) {
        uint8x16_t high = vld1q_u8(w + offsetof(lk_block_q6_k, qh) + 32 * half + 16 * i);
        LK_UNROLL
        for (int j = 0; j < 2; j++) {
            uint8x16_t both = vld1q_u8(w + offsetof(lk_block_q6_k, ql) + 64 * half + 32 * j + 16 * i);
            q[2 * j + i] = weights_of(vandq_u8(both, nibble), lk_bits(high, 2 * j - 4, 0x30));
            q[2 * j + i + 4] = weights_of(vshrq_n_u8(both, 4), lk_bits(high, 2 * j, 0x30));
        }
    }
}

LK_INLINE void step(float32x4_t *acc, const uint8_t *w, const lk_block_a8 *const *x, const int columns) {
    float32x4_t d = lk_load_f16(w + offsetof(lk_block_q6_k, d));
    LK_UNROLL
    for (int half = 0; half < 2; half++) {
        const uint8_t *packed = w + offsetof(lk_block_q6_k, scales) + 8 * half;
        int16x8_t scales = vmovl_s8(vreinterpret_s8_u8(vld1_u8(packed)));
        int8x16_t q[8];
        unpack(q, w, half);
        LK_UNROLL
        for (int c = 0; c < columns; c++)
            acc[c] = lk_add_scaled(acc[c], lk_sums_scaled(q, scales, x[c], half), d, x[c], half);
    }
}

void lk_q6_k_matmul_neon(LK_MATMUL_PARAMETERS) {
    lk_matmul_a8(LK_MATMUL_ARGUMENTS, step, sizeof(lk_block_q6_k));
}
