/* Q2_K with the scales of 16 weights in the quants: at most 3 times 15 a byte, so that four of them times
 * their scale are one multiplication of 16-bit halves, from which nothing is carried. */
#ifndef LK_Q2_K_UNPACK_FOLDED_H
#define LK_Q2_K_UNPACK_FOLDED_H

#include "types/q2_k/unpack.h"

/* 16 weights: 4 units of quants, of which each byte's pair `pair` counts. */
LK_INLINE void lk_q2_k_fold(lk_sink *sink, const uint8_t *chunk, const int group, const int unit,
                            const int pair) {
    LK_FOR_LANES(lane) {
        const lk_words scales = lk_load_unit(chunk, 16 + group / 4, lane);
        const lk_words scale = lk_in_halves(scales >> group % 4 * 8 & 15);
        LK_UNROLL
        for (int i = 0; i < 4; i++)
            lk_store_quants(
                sink, 4 * group + i, lane,
                lk_multiply_halves(lk_load_unit(chunk, unit + i, lane) >> 2 * pair & 0x03030303, scale));
    }
}

LK_INLINE void lk_q2_k_unpack_folded(lk_sink *sink, const uint8_t *chunk, int32_t n) {
    (void)n;
    lk_unpack_one_scale(sink, chunk + 16 * 80);
    lk_q2_k_unpack_minimums(sink, chunk + 16 * 64);
    LK_UNROLL
    for (int group = 0; group < 16; group++)
        lk_q2_k_fold(sink, chunk, group, group / 8 * 8 + group % 2 * 4, group % 8 / 2);
}

#endif
