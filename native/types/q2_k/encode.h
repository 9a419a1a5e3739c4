/* Q2_K's encoder, after an ISA's fit header. */
#ifndef LK_Q2_K_ENCODE_H
#define LK_Q2_K_ENCODE_H

#include "types/encode.h"
#include "types/k_affine.h"
#include "types/q2_k/block.h"
#include "types/pack.h"

LK_INLINE void lk_q2_k_weights(float *w, const float *x) {
    for (int i = 0; i < 256; i++) w[i] = fabsf(x[i]);
}

LK_INLINE void lk_q2_k_encode_row(LK_ENCODE_PARAMETERS) {
    const lk_k_affine type = {.n = 16,
                              .top = 3,
                              .top_level = 15,
                              .weights = lk_q2_k_weights,
                              .plain = {3, -0.5f, 0.1f, 15, true},
                              .floor = 1};
    lk_block_q2_k *blocks = dst;
    for (int64_t b = 0; b < n / 256; b++) {
        lk_k_levels levels;
        lk_k_affine_fit(&levels, src + 256 * b, importance == NULL ? NULL : importance + 256 * b, type);
        blocks[b].d = levels.d;
        blocks[b].dmin = levels.dmin;
        for (int g = 0; g < 16; g++) {
            blocks[b].scales[g] = (uint8_t)(levels.scales[g] | levels.minimums[g] << 4);
            levels.scales[g] = blocks[b].scales[g] & 15;
            levels.minimums[g] = blocks[b].scales[g] >> 4;
        }
        lk_k_affine_requantize(&levels, src + 256 * b, type);
        lk_pack_two_bits(blocks[b].qs, levels.q, 0);
    }
}

#endif
