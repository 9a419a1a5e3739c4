#ifndef LK_Q2_K_UNPACK_H
#define LK_Q2_K_UNPACK_H

#include "types/unpack.h"

LK_INLINE void lk_q2_k_unpack_scales(lk_sink *sink, const uint8_t *fields) {
    LK_FOR_LANES(lane) {
        const lk_floats d = lk_load_f16(fields + 256 + 2 * lane);
        LK_UNROLL
        for (int g = 0; g < 16; g++)
            lk_store_scales(sink, g, lane,
                            d * lk_nibble_to_float(lk_load_unit(fields, g / 4, lane), g % 4 * 2));
    }
}

LK_INLINE void lk_q2_k_unpack_minimums(lk_sink *sink, const uint8_t *fields) {
    LK_FOR_LANES(lane) {
        const lk_floats minus = -lk_load_f16(fields + 288 + 2 * lane);
        LK_UNROLL
        for (int g = 0; g < 16; g++)
            lk_store_minimums(sink, g, lane,
                              minus * lk_nibble_to_float(lk_load_unit(fields, g / 4, lane), g % 4 * 2 + 1));
    }
}

LK_INLINE void lk_q2_k_unpack(lk_sink *sink, const uint8_t *chunk, int32_t n) {
    (void)n;
    lk_q2_k_unpack_scales(sink, chunk + 16 * 64);
    lk_q2_k_unpack_minimums(sink, chunk + 16 * 64);
    lk_unpack_pairs(sink, chunk);
}

#endif
