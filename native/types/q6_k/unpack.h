#ifndef LK_Q6_K_UNPACK_H
#define LK_Q6_K_UNPACK_H

#include "types/unpack.h"

/* Half a block: 16 units of low bits, 8 of high ones. */
LK_INLINE void lk_q6_k_unpack_half(lk_sink *sink, const uint8_t *ql, const uint8_t *qh, int first) {
    LK_UNROLL
    for (int j = 0; j < 4; j++) LK_UNROLL
    for (int i = 0; i < 8; i++) LK_FOR_LANES(lane) {
            const lk_words high = lk_load_unit(qh, i, lane);
            const lk_words low = lk_load_unit(ql, 8 * (j % 2) + i, lane) >> 4 * (j / 2);
            lk_store_quants(sink, first + 8 * j + i, lane,
                            (low & 0x0f0f0f0f) | (lk_shift(high, 4 - 2 * j) & 0x30303030));
        }
}

LK_INLINE void lk_q6_k_unpack(lk_sink *sink, const uint8_t *chunk, int32_t n) {
    (void)n;
    const uint8_t *ql = chunk, *qh = chunk + 16 * 128, *scales = chunk + 16 * 192, *d = chunk + 16 * 208;
    LK_UNROLL
    for (int i = 0; i < 4; i++) LK_FOR_LANES(lane) {
            const lk_integers four = (lk_integers)lk_load_unit(scales, i, lane);
            const lk_floats step = lk_load_f16(d + 2 * lane);
            LK_UNROLL
            for (int j = 0; j < 4; j++)
                lk_store_scales(sink, 4 * i + j, lane, step * lk_to_float(four << (24 - 8 * j) >> 24));
        }
    lk_q6_k_unpack_half(sink, ql, qh, 0);
    lk_q6_k_unpack_half(sink, ql + 16 * 64, qh + 16 * 32, 32);
}

#endif
