/* What the encoder of IQ3_XXS is, apart from the search: its format and how a block is packed. */
#ifndef LK_IQ3_XXS_ENCODE_FORMAT_H
#define LK_IQ3_XXS_ENCODE_FORMAT_H

#include "types/iq3_xxs/block.h"
#include "types/iq_magnitudes.h"

static const lk_iq_format lk_iq3_xxs_format = {
    .grid = LK_IQ_GRID_3_XXS,
    .bits = 3,
    .group = 32,
    .trials = 31,
    .step = 0.2f,
    .least = 1e-8f,
    .variance = 2,
    .even_signs = true,
    .again = LK_IQ_AGAIN_NEAR,
    .correction = 1.0125f,
};

static inline void lk_iq3_xxs_pack(void *dst, const lk_iq_block *found) {
    lk_block_iq3_xxs *block = dst;
    block->d = found->d;
    for (int p = 0; p < 64; p++) block->qs[p] = (uint8_t)found->points[p];
    for (int g = 0; g < 8; g++)
        block->signs_scale[g] = lk_iq_pack_signs(found->signs + 4 * g, found->scales[g]);
}

#endif
