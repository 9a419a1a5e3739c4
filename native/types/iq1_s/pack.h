#ifndef LK_IQ1_S_PACK_H
#define LK_IQ1_S_PACK_H

#include "types/iq1_s/block.h"
#include "types/iq_ternary.h"

static inline void lk_iq1_s_pack(void *dst, const lk_iq1_block *found, const float *x,
                                 const lk_iq_near *near) {
    (void)x;
    lk_block_iq1_s *block = dst;
    const float d = found->largest / 15;
    block->d = lk_f16_from_float(d * 1.125f);
    for (int g = 0; g < 8; g++) {
        uint32_t high = (uint32_t)(lk_iq1_scale_bits(found->scales[g], d) | found->shifts[g] << 3) << 12;
        for (int p = 0; p < 4; p++) {
            const int32_t point = near->places[found->codes[4 * g + p]];
            block->qs[4 * g + p] = (uint8_t)point;
            high |= (uint32_t)point >> 8 << 3 * p;
        }
        block->qh[g] = (uint16_t)high;
    }
}

#endif
