#ifndef LK_Q5_1_UNPACK_H
#define LK_Q5_1_UNPACK_H

#include "types/unpack.h"

LK_INLINE void lk_q5_1_unpack(lk_sink *sink, const uint8_t *chunk, int32_t n) {
    const uint8_t *qh = chunk + n / 32 * 256, *d = qh + 2 * n, *m = d + n;
    LK_UNROLL
    for (int b = 0; b < n / 32; b++) {
        LK_FOR_LANES(lane) {
            lk_store_scales(sink, b, lane, lk_load_f16(d + 32 * b + 2 * lane));
            lk_store_minimums(sink, b, lane, lk_load_f16(m + 32 * b + 2 * lane));
        }
        lk_unpack_fives(sink, chunk + 256 * b, qh + 64 * b, b);
    }
}

#endif
