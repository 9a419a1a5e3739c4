#ifndef LK_IQ2_XXS_UNPACK_H
#define LK_IQ2_XXS_UNPACK_H

#include "types/unpack_grid.h"

/* Group g of 32 weights. */
LK_INLINE void lk_iq2_xxs_unpack_group(lk_panel *panel, const uint8_t *group, const uint8_t *d, int g) {
    lk_numbers numbers;
    lk_points8 points;
    LK_FOR_LANES(lane) {
        const lk_words none = {0};
        lk_store_long_numbers(&numbers, lane, lk_load_unit(group, 0, lane), none, none);
    }
    lk_gather8(&points, lk_iq2_xxs_grid, &numbers);
    LK_FOR_LANES(lane) {
        const lk_words signs_scale = lk_load_unit(group, 1, lane);
        lk_store_signed8(panel, 8 * g, lane, &points, lk_spread_signs(signs_scale), 43);
        lk_store_scales(panel, g, lane, lk_odd_scale(lk_load_f16(d + 2 * lane) * 0.125f, signs_scale >> 28));
    }
}

LK_INLINE void lk_iq2_xxs_unpack(lk_panel *panel, const uint8_t *chunk, int32_t n) {
    (void)n;
    for (int g = 0; g < 8; g++) lk_iq2_xxs_unpack_group(panel, chunk + 128 * g, chunk + 16 * 64, g);
}

#endif
