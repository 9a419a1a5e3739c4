#ifndef LK_Q3_K_UNPACK_H
#define LK_Q3_K_UNPACK_H

#include "types/unpack.h"

/* Scale g, which is 32 less than its six bits: the low four of scales 0 to 7 come first, then those of 8 to
 * 15 above them, then all high bits. */
LK_INLINE lk_integers lk_q3_k_scale(const uint8_t *fields, const int g, int lane) {
    const int i = g / 4, j = g % 4;
    const lk_words low = lk_load_unit(fields, i % 2, lane) >> 4 * (i / 2);
    const lk_words high = lk_load_unit(fields, 2, lane);
    const lk_words four = (low & 0x0f0f0f0f) | (lk_shift(high, 4 - 2 * i) & 0x30303030);
    return (lk_integers)(four >> 8 * j & 63) - 32;
}

LK_INLINE void lk_q3_k_unpack_scales(lk_sink *sink, const uint8_t *fields) {
    LK_FOR_LANES(lane) {
        const lk_floats d = lk_load_f16(fields + 192 + 2 * lane);
        LK_UNROLL
        for (int g = 0; g < 16; g++)
            lk_store_scales(sink, g, lane, d * lk_to_float(lk_q3_k_scale(fields, g, lane)));
    }
}

/* Group i of 4 quants of a block of 32: two bits, and the third from hmask, one for each block. */
LK_INLINE lk_words lk_q3_k_quants(const uint8_t *chunk, const int block, const int i, int lane) {
    const lk_words four = lk_load_unit(chunk, block / 4 * 8 + i, lane),
                   high = lk_load_unit(chunk, 16 + i, lane);
    return (four >> block % 4 * 2 & 0x03030303) | (lk_shift(high, 2 - block) & 0x04040404);
}

LK_INLINE void lk_q3_k_unpack(lk_sink *sink, const uint8_t *chunk, int32_t n) {
    (void)n;
    lk_q3_k_unpack_scales(sink, chunk + 16 * 96);
    LK_UNROLL
    for (int block = 0; block < 8; block++) LK_UNROLL
    for (int i = 0; i < 8; i++) LK_FOR_LANES(lane)
    lk_store_quants(sink, 8 * block + i, lane, lk_q3_k_quants(chunk, block, i, lane));
}

#endif
