/* What the encoder of IQ2_XXS is, apart from the search: its format and how a block is packed. */
#ifndef LK_IQ2_XXS_ENCODE_FORMAT_H
#define LK_IQ2_XXS_ENCODE_FORMAT_H

#include "types/iq2_xxs/block.h"
#include "types/iq_magnitudes.h"

static const lk_iq_format lk_iq2_xxs_format = {
    .grid = LK_IQ_GRID_2_XXS,
    .bits = 2,
    .group = 32,
    .trials = 13,
    .step = 0.1f,
    .least = 1e-15f,
    .variance = 1,
    .even_signs = true,
    .fit_first = true,
    .again = LK_IQ_AGAIN_ALL,
    .correction = 1,
};

static inline void lk_iq2_xxs_pack(void *dst, const lk_iq_block *found) {
    lk_block_iq2_xxs *block = dst;
    block->d = found->d;
    for (int g = 0; g < 8; g++) {
        for (int p = 0; p < 4; p++) block->groups[g].qs[p] = (uint8_t)found->points[4 * g + p];
        block->groups[g].signs_scale = lk_iq_pack_signs(found->signs + 4 * g, found->scales[g]);
    }
}

#endif
