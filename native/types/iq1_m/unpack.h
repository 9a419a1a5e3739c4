#ifndef LK_IQ1_M_UNPACK_H
#define LK_IQ1_M_UNPACK_H

#include "types/unpack_grid.h"

/* f16 numbers in the low halves of words (lk_float_from_f16). */
LK_INLINE lk_floats lk_iq1_m_floats(lk_words halves) {
    const lk_words rest = (halves & 0x7fff) << 13, special = (lk_words)(rest >= 0x0f800000);
    const lk_words finite = (lk_words)((lk_floats)rest * 0x1p112f);
    return (lk_floats)((halves & 0x8000) << 16 | (special & (rest | 0x7f800000)) | (~special & finite));
}

LK_INLINE void lk_iq1_m_unpack_scales(lk_sink *sink, const uint8_t *scales) {
    LK_FOR_LANES(lane) {
        lk_words four[4];
        LK_UNROLL
        for (int i = 0; i < 4; i++) four[i] = (lk_words)lk_load_u16(scales + 32 * i + 2 * lane);
        const lk_words halves =
            four[0] >> 12 | (four[1] >> 8 & 0x00f0) | (four[2] >> 4 & 0x0f00) | (four[3] & 0xf000);
        const lk_floats d = lk_iq1_m_floats(halves) * 0.125f;
        LK_UNROLL
        for (int i = 0; i < 4; i++) LK_UNROLL
        for (int j = 0; j < 4; j++)
            lk_store_scales(sink, 4 * i + j, lane, d * lk_odd_to_float(four[i] >> 3 * j & 7, 0));
    }
}

LK_INLINE void lk_iq1_m_unpack(lk_sink *sink, const uint8_t *chunk, int32_t n) {
    (void)n;
    const uint8_t *qh = chunk + 16 * 32;
    LK_FOR_LANES(lane) {
        lk_words high[8];
        lk_numbers numbers[8];
        for (int i = 0; i < 8; i++) {
            high[i] = lk_load_unit(qh, i / 2, lane) >> i % 2 * 16;
            numbers[i] = lk_long_numbers_of(lk_load_unit(chunk, i, lane), high[i], 3, 4);
        }
        LK_KEEP_IN_MEMORY(numbers);
        for (int i = 0; i < 8; i++) lk_store_eighths(sink, 8 * i, lane, &numbers[i], high[i], 3, 4);
    }
    lk_iq1_m_unpack_scales(sink, chunk + 16 * 48);
}

#endif
