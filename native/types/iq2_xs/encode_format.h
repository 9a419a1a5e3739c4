/* What the encoder of IQ2_XS is, apart from the search: its format and how a block is packed. */
#ifndef LK_IQ2_XS_ENCODE_FORMAT_H
#define LK_IQ2_XS_ENCODE_FORMAT_H

#include "types/iq2_xs/block.h"
#include "types/iq_magnitudes.h"

static const lk_iq_format lk_iq2_xs_format = {
    .grid = LK_IQ_GRID_2_XS,
    .bits = 2,
    .group = 16,
    .trials = 19,
    .step = 0.1f,
    .least = 1e-15f,
    .variance = 1,
    .even_signs = true,
    .again = LK_IQ_AGAIN_NEAR,
    .correction = 1,
};

static inline void lk_iq2_xs_pack(void *dst, const lk_iq_block *found) {
    lk_block_iq2_xs *block = dst;
    block->d = found->d;
    for (int p = 0; p < 32; p++) block->qs[p] = (uint16_t)(found->points[p] | (found->signs[p] & 127) << 9);
    lk_iq_pack_scales(block->scales, found->scales, 16);
}

#endif
