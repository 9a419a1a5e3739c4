#ifndef LK_IQ1_M_PACK_H
#define LK_IQ1_M_PACK_H

#include "types/iq1_m/block.h"
#include "types/iq_ternary.h"

/* d fitted to all 256 elements with the scales' bits; the old one where there is nothing to fit. */
static inline float lk_iq1_m_fit(const lk_iq1_block *found, const int *scales, const float *x, float d) {
    float qx = 0, qq = 0;
    for (int i = 0; i < 256; i++) {
        const float *levels = lk_iq1_levels[lk_iq1_shift(found->shifts[i / 16], i / 8 % 2, 16)];
        const float w = found->weight[i];
        const float q = levels[found->codes[i / 8] >> i % 8 * 2 & 3] * (float)(2 * scales[i / 16] + 1);
        qx += w * q * x[i];
        qq += w * q * q;
    }
    return qq > 0 ? qx / qq : d;
}

static inline void lk_iq1_m_pack(void *dst, const lk_iq1_block *found, const float *x,
                                 const lk_iq_near *near) {
    lk_block_iq1_m *block = dst;
    const float d = found->largest / 15;
    int scales[16];
    for (int g = 0; g < 16; g++) {
        const int32_t first = near->places[found->codes[2 * g]],
                      second = near->places[found->codes[2 * g + 1]];
        scales[g] = lk_iq1_scale_bits(found->scales[g], d);
        block->qs[2 * g] = (uint8_t)first;
        block->qs[2 * g + 1] = (uint8_t)second;
        block->qh[g] = (uint8_t)(first >> 8 | lk_iq1_shift(found->shifts[g], 0, 16) << 3 | second >> 8 << 4 |
                                 lk_iq1_shift(found->shifts[g], 1, 16) << 7);
        block->scales[g / 4] |= (uint16_t)(scales[g] << 3 * (g % 4));
    }
    const uint32_t bits = lk_f16_from_float(lk_iq1_m_fit(found, scales, x, d) * 1.1125f);
    for (int j = 0; j < 4; j++) block->scales[j] |= (uint16_t)((bits >> 4 * j & 15) << 12);
}

#endif
