#include "types/iq4_nl/block.h"
#include "types/block32_neon.h"

LK_INLINE int8x16x2_t unpack(const uint8_t *w, int j) {
    const lk_block_iq4_nl *block = (const lk_block_iq4_nl *)w + j;
    return lk_look_up(lk_iq4_values, lk_load_nibbles(block->qs));
}

LK_INLINE void step(float32x4_t *acc, const uint8_t *w, const lk_block_a8 *const *x, const int columns) {
    float32x4x2_t d = lk_load_f16x8(w + offsetof(lk_block_iq4_nl, d), sizeof(lk_block_iq4_nl));
    lk_step_signed_neon(acc, w, x, columns, d, unpack);
}

void lk_iq4_nl_matmul_neon(LK_MATMUL_PARAMETERS) {
    lk_matmul_a8(LK_MATMUL_ARGUMENTS, step, 8 * sizeof(lk_block_iq4_nl));
}
