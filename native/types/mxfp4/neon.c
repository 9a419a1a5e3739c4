#include "types/mxfp4/block.h"
#include "types/block32_neon.h"
#include "types/float16.h"

LK_INLINE int8x16x2_t unpack(const uint8_t *w, int j) {
    const lk_block_mxfp4 *block = (const lk_block_mxfp4 *)w + j;
    return lk_look_up(lk_mxfp4_values, lk_load_nibbles(block->qs));
}

/* 2^(e - 128) of 8 blocks. */
LK_INLINE float32x4x2_t load_scales(const uint8_t *w) {
    float scales[8];
    for (int j = 0; j < 8; j++) scales[j] = lk_float_from_e8m0_half(((const lk_block_mxfp4 *)w + j)->e);
    return (float32x4x2_t){{vld1q_f32(scales), vld1q_f32(scales + 4)}};
}

LK_INLINE void step(float32x4_t *acc, const uint8_t *w, const lk_block_a8 *const *x, const int columns) {
    lk_step_signed_neon(acc, w, x, columns, load_scales(w), unpack);
}

void lk_mxfp4_matmul_neon(LK_MATMUL_PARAMETERS) {
    lk_matmul_a8(LK_MATMUL_ARGUMENTS, step, 8 * sizeof(lk_block_mxfp4));
}
