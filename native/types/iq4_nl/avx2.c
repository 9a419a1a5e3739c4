#include "types/iq4_nl/block.h"
#include "types/block32_avx2.h"

LK_INLINE __m256i unpack(const uint8_t *w, int j) {
    const lk_block_iq4_nl *block = (const lk_block_iq4_nl *)w + j;
    return lk_look_up(lk_iq4_values, lk_load_nibbles(block->qs));
}

LK_INLINE void step(__m256 *acc, const uint8_t *w, const lk_block_a8 *const *x, const int columns) {
    __m256 d = lk_load_f16x8(w + offsetof(lk_block_iq4_nl, d), sizeof(lk_block_iq4_nl));
    lk_step_signed_avx2(acc, w, x, columns, d, unpack);
}

void lk_iq4_nl_matmul_avx2(LK_MATMUL_PARAMETERS) {
    lk_matmul_a8(LK_MATMUL_ARGUMENTS, step, 8 * sizeof(lk_block_iq4_nl));
}
