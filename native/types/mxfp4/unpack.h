#ifndef LK_MXFP4_UNPACK_H
#define LK_MXFP4_UNPACK_H

#include "types/unpack_table.h"

/* lk_mxfp4_values, plus 12. */
static const uint8_t lk_mxfp4_quants[16] = {12, 13, 14, 15, 16, 18, 20, 24, 12, 11, 10, 9, 8, 6, 4, 0};

/* 2^(e - 128), a subnormal number for e of 0 and 1 (lk_float_from_e8m0_half). */
LK_INLINE lk_floats lk_mxfp4_scales(lk_integers e) {
    const lk_integers subnormal = e < 2;
    return (lk_floats)((subnormal & (e + 1) << 21) | (~subnormal & (e - 1) << 23));
}

LK_INLINE void lk_mxfp4_unpack(lk_sink *sink, const uint8_t *chunk, int32_t n) {
    const uint8_t *e = chunk + n / 32 * 256;
    LK_UNROLL
    for (int b = 0; b < n / 32; b++) {
        LK_FOR_LANES(lane) lk_store_scales(sink, b, lane, lk_mxfp4_scales(lk_load_u8(e + 16 * b + lane)));
        lk_unpack_table(sink, chunk + 256 * b, lk_mxfp4_quants, b);
    }
}

#endif
