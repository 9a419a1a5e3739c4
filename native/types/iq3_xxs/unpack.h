#ifndef LK_IQ3_XXS_UNPACK_H
#define LK_IQ3_XXS_UNPACK_H

#include "types/unpack_grid.h"

static const lk_codebook lk_iq3_xxs_book = {
    .points = 256,
    .grid4 = lk_iq3_xxs_grid,
    .codes = lk_iq3_xxs_codes,
    .code_bytes = lk_iq3_xxs_code_bytes[0],
    .quants = {66, 74, 82, 90, 98, 106, 114, 124, 58, 50, 42, 34, 26, 18, 10, 0},
    .offset = 62,
    .factor = 1};

LK_INLINE void lk_iq3_xxs_unpack(lk_sink *sink, const uint8_t *chunk, int32_t n) {
    (void)n;
    const uint8_t *signs_scales = chunk + 16 * 64, *d = chunk + 16 * 96;
    LK_FOR_LANES(lane) {
        const lk_floats step = lk_load_f16(d + 2 * lane) * 0.25f;
        lk_numbers numbers[16];
        for (int i = 0; i < 16; i++) numbers[i] = lk_numbers_of(lk_load_unit(chunk, i, lane));
        LK_KEEP_IN_MEMORY(numbers);
        for (int g = 0; g < 8; g++) {
            const lk_words signs_scale = lk_load_unit(signs_scales, g, lane);
            const lk_words signs = lk_spread_signs(signs_scale);
            LK_UNROLL
            for (int i = 0; i < 2; i++)
                lk_store_points4(sink, 8 * g + 4 * i, lane, &lk_iq3_xxs_book, &numbers[2 * g + i],
                                 signs >> 16 * i);
            lk_store_scales(sink, g, lane, step * lk_odd_to_float(signs_scale, 7));
        }
    }
}

#endif
