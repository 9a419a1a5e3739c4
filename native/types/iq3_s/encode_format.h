/* What the encoder of IQ3_S is, apart from the search: its format and how a block is packed. */
#ifndef LK_IQ3_S_ENCODE_FORMAT_H
#define LK_IQ3_S_ENCODE_FORMAT_H

#include "types/iq3_s/block.h"
#include "types/iq_magnitudes.h"

static const lk_iq_format lk_iq3_s_format = {
    .grid = LK_IQ_GRID_3_S,
    .bits = 3,
    .group = 32,
    .trials = 19,
    .step = 0.2f,
    .least = 0x1p-149f, /* anything but zero */
    .variance = 2,
    .again = LK_IQ_AGAIN_ALL_IF_NEAR,
    .correction = 1.033f,
};

static inline void lk_iq3_s_pack(void *dst, const lk_iq_block *found) {
    lk_block_iq3_s *block = dst;
    block->d = found->d;
    memcpy(block->signs, found->signs, sizeof block->signs);
    memset(block->qh, 0, sizeof block->qh);
    for (int p = 0; p < 64; p++) {
        block->qs[p] = (uint8_t)found->points[p];
        block->qh[p / 8] |= (uint8_t)(found->points[p] >> 8 << p % 8);
    }
    lk_iq_pack_scales(block->scales, found->scales, 8);
}

#endif
