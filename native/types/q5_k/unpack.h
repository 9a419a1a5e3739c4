#ifndef LK_Q5_K_UNPACK_H
#define LK_Q5_K_UNPACK_H

#include "types/unpack.h"

LK_INLINE void lk_q5_k_unpack(lk_sink *sink, const uint8_t *chunk, int32_t n) {
    (void)n;
    const uint8_t *qs = chunk, *qh = chunk + 16 * 128;
    lk_unpack_k_scales(sink, chunk + 16 * 160);
    LK_UNROLL
    for (int i = 0; i < 8; i++) LK_FOR_LANES(lane) {
            const lk_words high = lk_load_unit(qh, i, lane);
            LK_UNROLL
            for (int g = 0; g < 4; g++) {
                const lk_words both = lk_load_unit(qs, 8 * g + i, lane);
                const lk_words fifth = lk_shift(high, 4 - 2 * g), next = lk_shift(high, 3 - 2 * g);
                lk_store_quants(sink, 16 * g + i, lane, (both & 0x0f0f0f0f) | (fifth & 0x10101010));
                lk_store_quants(sink, 16 * g + 8 + i, lane, (both >> 4 & 0x0f0f0f0f) | (next & 0x10101010));
            }
        }
}

#endif
