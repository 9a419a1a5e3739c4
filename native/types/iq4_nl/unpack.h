#ifndef LK_IQ4_NL_UNPACK_H
#define LK_IQ4_NL_UNPACK_H

#include "types/unpack_table.h"

LK_INLINE void lk_iq4_nl_unpack(lk_sink *sink, const uint8_t *chunk, int32_t n) {
    const uint8_t *d = chunk + n / 32 * 256;
    LK_UNROLL
    for (int b = 0; b < n / 32; b++) {
        LK_FOR_LANES(lane) lk_store_scales(sink, b, lane, lk_load_f16(d + 32 * b + 2 * lane));
        lk_unpack_table(sink, chunk + 256 * b, lk_iq4_quants, b);
    }
}

#endif
