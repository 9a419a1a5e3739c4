#ifndef LK_TQ1_0_UNPACK_H
#define LK_TQ1_0_UNPACK_H

#include "types/unpack.h"

/* Digits of unit i of a field, `step` groups of 4 quants apart, from group g on. */
LK_INLINE void lk_tq1_0_unpack_unit(lk_sink *sink, const uint8_t *field, int i, int g, const int digits,
                                    const int step) {
    LK_FOR_LANES(lane) {
        lk_bytes rest = (lk_bytes)lk_load_unit(field, i, lane);
        LK_UNROLL
        for (int j = 0; j < digits; j++) {
            /* floor(3 rest / 256); a comparison is -1 where it holds. */
            const lk_bytes digit = -((lk_bytes)(rest >= 86) + (lk_bytes)(rest >= 171));
            lk_store_quants(sink, g + step * j, lane, (lk_words)digit);
            rest = rest + rest + rest;
        }
    }
}

LK_INLINE void lk_tq1_0_unpack(lk_sink *sink, const uint8_t *chunk, int32_t n) {
    (void)n;
    lk_unpack_one_scale(sink, chunk + 16 * 52);
    LK_UNROLL
    for (int i = 0; i < 8; i++) lk_tq1_0_unpack_unit(sink, chunk, i, i, 5, 8);
    LK_UNROLL
    for (int i = 8; i < 12; i++) lk_tq1_0_unpack_unit(sink, chunk, i, 32 + i, 5, 4);
    lk_tq1_0_unpack_unit(sink, chunk + 16 * 48, 0, 60, 4, 1);
}

#endif
