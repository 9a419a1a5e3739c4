/* What the encoder of IQ2_S is, apart from the search: its format and how a block is packed. */
#ifndef LK_IQ2_S_ENCODE_FORMAT_H
#define LK_IQ2_S_ENCODE_FORMAT_H

#include "types/iq2_s/block.h"
#include "types/iq_magnitudes.h"

static const lk_iq_format lk_iq2_s_format = {
    .grid = LK_IQ_GRID_2_S,
    .bits = 2,
    .group = 16,
    .trials = 19,
    .step = 0.1f,
    .least = 1e-8f,
    .variance = 2,
    .floor = 0.5f,
    .again = LK_IQ_AGAIN_NEAR,
    .correction = 0.9875f,
};

static inline void lk_iq2_s_pack(void *dst, const lk_iq_block *found) {
    lk_block_iq2_s *block = dst;
    block->d = found->d;
    memcpy(block->signs, found->signs, sizeof block->signs);
    memset(block->qh, 0, sizeof block->qh);
    for (int p = 0; p < 32; p++) {
        block->qs[p] = (uint8_t)found->points[p];
        block->qh[p / 4] |= (uint8_t)(found->points[p] >> 8 << p % 4 * 2);
    }
    lk_iq_pack_scales(block->scales, found->scales, 16);
}

#endif
