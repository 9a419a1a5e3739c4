#ifndef LK_Q2_K_UNPACK_H
#define LK_Q2_K_UNPACK_H

#include "types/unpack.h"

LK_INLINE void lk_q2_k_unpack_scales(lk_sink *sink, const uint8_t *fields) {
    LK_UNROLL
    for (int i = 0; i < 4; i++) LK_FOR_LANES(lane) {
            const lk_words four = lk_load_unit(fields, i, lane);
            const lk_floats d = lk_load_f16(fields + 256 + 2 * lane),
                            dmin = lk_load_f16(fields + 288 + 2 * lane);
            LK_UNROLL
            for (int j = 0; j < 4; j++) {
                const lk_integers scale = (lk_integers)(four >> 8 * j & 15),
                                  minimum = (lk_integers)(four >> (8 * j + 4) & 15);
                lk_store_scales(sink, 4 * i + j, lane, d * lk_to_float(scale));
                lk_store_minimums(sink, 4 * i + j, lane, dmin * lk_to_float(-minimum));
            }
        }
}

LK_INLINE void lk_q2_k_unpack(lk_sink *sink, const uint8_t *chunk, int32_t n) {
    (void)n;
    lk_unpack_pairs(sink, chunk);
    lk_q2_k_unpack_scales(sink, chunk + 16 * 64);
}

#endif
