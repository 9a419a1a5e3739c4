/* Q4_K's encoder, after an ISA's fit header. */
#ifndef LK_Q4_K_ENCODE_H
#define LK_Q4_K_ENCODE_H

#include "types/encode.h"
#include "types/k_affine.h"
#include "types/k_scales.h"
#include "types/pack.h"
#include "types/q4_k/block.h"

LK_INLINE void lk_q4_k_encode_row(LK_ENCODE_PARAMETERS) {
    const lk_k_affine type = {.n = 32,
                              .top = 15,
                              .top_level = 63,
                              .weights = lk_k_weights32,
                              .plain = {15, -1, 0.1f, 20, false},
                              .floor = 2};
    lk_block_q4_k *blocks = dst;
    for (int64_t b = 0; b < n / 256; b++) {
        lk_k_levels levels;
        lk_k_affine_fit(&levels, src + 256 * b, importance == NULL ? NULL : importance + 256 * b, type);
        blocks[b].d = levels.d;
        blocks[b].dmin = levels.dmin;
        lk_k_scales_pack(blocks[b].scales, levels.scales, levels.minimums);
        lk_k_scales_unpack(levels.scales, levels.minimums, blocks[b].scales);
        lk_k_affine_requantize(&levels, src + 256 * b, type);
        for (int g = 0; g < 4; g++) lk_pack_nibbles(blocks[b].qs + 32 * g, levels.q + 64 * g, 32);
    }
}

#endif
