#include "types/q3_k/block.h"
#include "types/q3_k/scales.h"
#include "types/block256_neon.h"

LK_INLINE void unpack(int8x16_t *q, const uint8_t *w, const int half) {
    LK_UNROLL
    for (int i = 0; i < 2; i++) {
        uint8x16_t four = vld1q_u8(w + offsetof(lk_block_q3_k, qs) + 32 * half + 16 * i);
        uint8x16_t bits = vld1q_u8(w + offsetof(lk_block_q3_k, hmask) + 16 * i);
        LK_UNROLL
        for (int j = 0; j < 4; j++) {
            uint8x16_t three = vorrq_u8(lk_bits(four, 2 * j, 3), lk_bits(bits, 4 * half + j - 2, 4));
            q[2 * j + i] = vsubq_s8(vreinterpretq_s8_u8(three), vdupq_n_s8(4));
        }
    }
}

LK_INLINE void step(float32x4_t *acc, const uint8_t *w, const lk_block_a8 *const *x, const int columns) {
    float32x4_t d = lk_load_f16(w + offsetof(lk_block_q3_k, d));
    LK_UNROLL
    for (int half = 0; half < 2; half++) {
        uint64_t packed = lk_q3_k_scales8(w + offsetof(lk_block_q3_k, scales), half);
        int8x8_t scales = vsub_s8(vcreate_s8(packed), vdup_n_s8(32));
        int8x16_t q[8];
        unpack(q, w, half);
        LK_UNROLL
        for (int c = 0; c < columns; c++)
            acc[c] = lk_add_scaled(acc[c], lk_sums_scaled(q, vmovl_s8(scales), x[c], half), d, x[c], half);
    }
}

void lk_q3_k_matmul_neon(LK_MATMUL_PARAMETERS) {
    lk_matmul_a8(LK_MATMUL_ARGUMENTS, step, sizeof(lk_block_q3_k));
}
