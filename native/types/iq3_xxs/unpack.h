#ifndef LK_IQ3_XXS_UNPACK_H
#define LK_IQ3_XXS_UNPACK_H

#include "types/unpack_grid.h"

/* Half a group of 32 weights, whose signs are 16 bits of `signs`. */
LK_INLINE void lk_iq3_xxs_unpack_half(lk_panel *panel, const uint8_t *qs, const uint8_t *signs_scale,
                                      const int half, int g) {
    lk_numbers numbers;
    lk_points4 points;
    LK_FOR_LANES(lane) {
        const lk_words none = {0};
        lk_store_long_numbers(&numbers, lane, lk_load_unit(qs, 0, lane), none, none);
    }
    lk_gather4(&points, lk_iq3_xxs_grid, &numbers);
    LK_FOR_LANES(lane) {
        const lk_words signs = lk_spread_signs(lk_load_unit(signs_scale, 0, lane));
        lk_store_signed4(panel, g, lane, &points, signs >> 16 * half, 62);
    }
}

LK_INLINE void lk_iq3_xxs_unpack(lk_panel *panel, const uint8_t *chunk, int32_t n) {
    (void)n;
    const uint8_t *signs_scales = chunk + 16 * 64, *d = chunk + 16 * 96;
    for (int i = 0; i < 8; i++) {
        lk_iq3_xxs_unpack_half(panel, chunk + 128 * i, signs_scales + 64 * i, 0, 8 * i);
        lk_iq3_xxs_unpack_half(panel, chunk + 128 * i + 64, signs_scales + 64 * i, 1, 8 * i + 4);
        LK_FOR_LANES(lane)
        lk_store_scales(
            panel, i, lane,
            lk_odd_scale(lk_load_f16(d + 2 * lane) * 0.25f, lk_load_unit(signs_scales, i, lane) >> 28));
    }
}

#endif
