#ifndef LK_IQ4_XS_UNPACK_H
#define LK_IQ4_XS_UNPACK_H

#include "types/unpack_table.h"

/* Scale j: its low bits in nibble j of `low`, its high ones at bit 2 j of `high`. */
LK_INLINE void lk_iq4_xs_unpack_scales(lk_sink *sink, const uint8_t *fields) {
    LK_FOR_LANES(lane) {
        const lk_words low = lk_load_unit(fields, 0, lane),
                       high = (lk_words)lk_load_u16(fields + 64 + 2 * lane);
        const lk_floats d = lk_load_f16(fields + 96 + 2 * lane);
        LK_UNROLL
        for (int j = 0; j < 8; j++) {
            const lk_words scale = (low >> 4 * j & 15) | (lk_shift(high, 4 - 2 * j) & 48);
            lk_store_scales(sink, j, lane, d * lk_to_float((lk_integers)scale - 32));
        }
    }
}

LK_INLINE void lk_iq4_xs_unpack(lk_sink *sink, const uint8_t *chunk, int32_t n) {
    (void)n;
    lk_iq4_xs_unpack_scales(sink, chunk + 16 * 128);
    LK_UNROLL
    for (int j = 0; j < 8; j++) lk_unpack_table(sink, chunk + 256 * j, lk_iq4_quants, j);
}

#endif
