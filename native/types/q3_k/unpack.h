#ifndef LK_Q3_K_UNPACK_H
#define LK_Q3_K_UNPACK_H

#include "types/unpack.h"

/* The low four bits of scales 0 to 7 come first, then those of 8 to 15 above them, then all high bits. */
LK_INLINE void lk_q3_k_unpack_scales(lk_sink *sink, const uint8_t *fields) {
    LK_FOR_LANES(lane) {
        const lk_words high = lk_load_unit(fields, 2, lane);
        const lk_floats d = lk_load_f16(fields + 192 + 2 * lane);
        LK_UNROLL
        for (int i = 0; i < 4; i++) {
            const lk_words low = lk_load_unit(fields, i % 2, lane) >> 4 * (i / 2);
            const lk_words four = (low & 0x0f0f0f0f) | (lk_shift(high, 4 - 2 * i) & 0x30303030);
            LK_UNROLL
            for (int j = 0; j < 4; j++) {
                const lk_integers scale = (lk_integers)(four >> 8 * j & 63) - 32;
                lk_store_scales(sink, 4 * i + j, lane, d * lk_to_float(scale));
            }
        }
    }
}

/* Half a block, whose third bits begin at bit `first` of the bytes of hmask. */
LK_INLINE void lk_q3_k_unpack_half(lk_sink *sink, const uint8_t *qs, const uint8_t *hmask, const int first) {
    LK_UNROLL
    for (int j = 0; j < 4; j++) LK_UNROLL
    for (int i = 0; i < 8; i++) LK_FOR_LANES(lane) {
            const lk_words four = lk_load_unit(qs, i, lane), high = lk_load_unit(hmask, i, lane);
            lk_store_quants(sink, 8 * (first + j) + i, lane,
                            (four >> 2 * j & 0x03030303) | (lk_shift(high, 2 - first - j) & 0x04040404));
        }
}

LK_INLINE void lk_q3_k_unpack(lk_sink *sink, const uint8_t *chunk, int32_t n) {
    (void)n;
    const uint8_t *hmask = chunk + 16 * 64;
    lk_q3_k_unpack_scales(sink, chunk + 16 * 96);
    lk_q3_k_unpack_half(sink, chunk, hmask, 0);
    lk_q3_k_unpack_half(sink, chunk + 16 * 32, hmask, 4);
}

#endif
