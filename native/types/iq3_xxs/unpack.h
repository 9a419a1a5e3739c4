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

/* 32 weights: two units of numbers. */
LK_INLINE void lk_iq3_xxs_unpack_group(lk_panel *panel, int g, int lane, const uint8_t *qs, lk_words signs) {
    LK_UNROLL
    for (int i = 0; i < 2; i++) {
        const lk_numbers numbers = lk_numbers_of(lk_load_unit(qs, 2 * g + i, lane));
        lk_store_points4(panel, 8 * g + 4 * i, lane, &lk_iq3_xxs_book, numbers, signs >> 16 * i);
    }
}

LK_INLINE void lk_iq3_xxs_unpack(lk_panel *panel, const uint8_t *chunk, int32_t n) {
    (void)n;
    const uint8_t *signs_scales = chunk + 16 * 64, *d = chunk + 16 * 96;
    LK_FOR_LANES(lane) {
        const lk_floats step = lk_load_f16(d + 2 * lane) * 0.25f;
        for (int g = 0; g < 8; g++) {
            const lk_words signs_scale = lk_load_unit(signs_scales, g, lane);
            lk_iq3_xxs_unpack_group(panel, g, lane, chunk, lk_spread_signs(signs_scale));
            lk_store_scales(panel, g, lane, step * lk_odd_to_float(signs_scale, 7));
        }
    }
}

#endif
