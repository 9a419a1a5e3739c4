/* Q5_K's encoder, after an ISA's fit header. */
#ifndef LK_Q5_K_ENCODE_H
#define LK_Q5_K_ENCODE_H

#include "types/encode.h"
#include "types/k_affine.h"
#include "types/k_scales.h"
#include "types/pack.h"
#include "types/q5_k/block.h"

LK_INLINE void lk_q5_k_encode_row(LK_ENCODE_PARAMETERS) {
    const lk_k_affine type = {.n = 32,
                              .top = 31,
                              .top_level = 63,
                              .weights = lk_k_weights32,
                              .plain = {31, -0.5f, 0.1f, 15, false},
                              .floor = 2};
    lk_block_q5_k *blocks = dst;
    for (int64_t b = 0; b < n / 256; b++) {
        lk_k_levels levels;
        lk_k_affine_fit(&levels, src + 256 * b, importance == NULL ? NULL : importance + 256 * b, type);
        blocks[b].d = levels.d;
        blocks[b].dmin = levels.dmin;
        for (int g = 0; g < 8; g++) {
            levels.scales[g] = levels.scales[g] < 63 ? levels.scales[g] : 63;
            levels.minimums[g] = levels.minimums[g] < 63 ? levels.minimums[g] : 63;
        }
        lk_k_scales_pack(blocks[b].scales, levels.scales, levels.minimums);
        lk_k_scales_unpack(levels.scales, levels.minimums, blocks[b].scales);
        lk_k_affine_requantize(&levels, src + 256 * b, type);
        for (int g = 0; g < 4; g++) lk_pack_nibbles(blocks[b].qs + 32 * g, levels.q + 64 * g, 32);
        lk_pack_bits(blocks[b].qh, levels.q, 4);
    }
}

#endif
