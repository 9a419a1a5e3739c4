#include "types/q5_0/block.h"
#include "types/block32_neon.h"

LK_INLINE int8x16x2_t unpack(const uint8_t *w, int j) {
    const lk_block_q5_0 *block = (const lk_block_q5_0 *)w + j;
    return lk_take_off(lk_or(lk_load_nibbles(block->qs), lk_load_fifth_bits((const uint8_t *)&block->qh)),
                       16);
}

LK_INLINE void step(float32x4_t *acc, const uint8_t *w, const lk_block_a8 *const *x, const int columns) {
    float32x4x2_t d = lk_load_f16x8(w + offsetof(lk_block_q5_0, d), sizeof(lk_block_q5_0));
    lk_step_signed_neon(acc, w, x, columns, d, unpack);
}

void lk_q5_0_matmul_neon(LK_MATMUL_PARAMETERS) {
    lk_matmul_a8(LK_MATMUL_ARGUMENTS, step, 8 * sizeof(lk_block_q5_0));
}
