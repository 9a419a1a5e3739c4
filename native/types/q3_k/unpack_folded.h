/* Q3_K with the scales of 16 weights in the quants: (q - 4) scale + 127 is from 3 to 255, so that four of
 * them are one multiplication and one addition of 16-bit halves, of which each byte ends without a carry. */
#ifndef LK_Q3_K_UNPACK_FOLDED_H
#define LK_Q3_K_UNPACK_FOLDED_H

#include "types/q3_k/unpack.h"

LK_INLINE void lk_q3_k_fold(lk_sink *sink, const uint8_t *chunk, const int group) {
    LK_FOR_LANES(lane) {
        const lk_integers scale = lk_q3_k_scale(chunk + 16 * 96, group, lane);
        const lk_words factor = lk_in_halves((lk_words)scale & 0xffff);
        const lk_words rest = lk_in_halves((lk_words)((127 - 4 * scale) * 257) & 0xffff);
        LK_UNROLL
        for (int i = 0; i < 4; i++)
            lk_store_quants(
                sink, 4 * group + i, lane,
                lk_add_halves(
                    lk_multiply_halves(lk_q3_k_quants(chunk, group / 2, group % 2 * 4 + i, lane), factor),
                    rest));
    }
}

LK_INLINE void lk_q3_k_unpack_folded(lk_sink *sink, const uint8_t *chunk, int32_t n) {
    (void)n;
    lk_unpack_one_scale(sink, chunk + 16 * 108);
    LK_UNROLL
    for (int group = 0; group < 16; group++) lk_q3_k_fold(sink, chunk, group);
}

#endif
