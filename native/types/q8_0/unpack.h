#ifndef LK_Q8_0_UNPACK_H
#define LK_Q8_0_UNPACK_H

#include "types/unpack.h"

LK_INLINE void lk_q8_0_unpack(lk_sink *sink, const uint8_t *chunk, int32_t n) {
    const uint8_t *d = chunk + n / 32 * 512;
    LK_UNROLL
    for (int b = 0; b < n / 32; b++) {
        LK_FOR_LANES(lane) lk_store_scales(sink, b, lane, lk_load_f16(d + 32 * b + 2 * lane));
        LK_UNROLL
        for (int g = 8 * b; g < 8 * b + 8; g++)
            LK_FOR_LANES(lane) lk_store_quants(sink, g, lane, lk_load_unit(chunk, g, lane) ^ 0x80808080);
    }
}

#endif
