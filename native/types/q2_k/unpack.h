#ifndef LK_Q2_K_UNPACK_H
#define LK_Q2_K_UNPACK_H

#include "types/unpack.h"

LK_INLINE void lk_q2_k_unpack_scales(lk_sink *sink, const uint8_t *fields) {
    LK_FOR_LANES(lane) {
        const lk_floats d = lk_load_f16(fields + 256 + 2 * lane),
                        minus = -lk_load_f16(fields + 288 + 2 * lane);
        LK_UNROLL
        for (int i = 0; i < 4; i++) {
            const lk_words four = lk_load_unit(fields, i, lane);
            LK_UNROLL
            for (int j = 0; j < 4; j++) {
                lk_store_scales(sink, 4 * i + j, lane, d * lk_nibble_to_float(four, 2 * j));
                lk_store_minimums(sink, 4 * i + j, lane, minus * lk_nibble_to_float(four, 2 * j + 1));
            }
        }
    }
}

LK_INLINE void lk_q2_k_unpack(lk_sink *sink, const uint8_t *chunk, int32_t n) {
    (void)n;
    lk_q2_k_unpack_scales(sink, chunk + 16 * 64);
    lk_unpack_pairs(sink, chunk);
}

#endif
