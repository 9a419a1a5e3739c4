#ifndef LK_Q4_0_UNPACK_H
#define LK_Q4_0_UNPACK_H

#include "types/unpack.h"

LK_INLINE void lk_q4_0_unpack(lk_sink *sink, const uint8_t *chunk, int32_t n) {
    const uint8_t *d = chunk + n / 32 * 256;
    LK_UNROLL
    for (int b = 0; b < n / 32; b++) {
        LK_FOR_LANES(lane) lk_store_scales(sink, b, lane, lk_load_f16(d + 32 * b + 2 * lane));
        lk_unpack_nibbles(sink, chunk + 256 * b, 4, 8 * b, 8 * b + 4);
    }
}

#endif
