#ifndef LK_IQ2_XS_UNPACK_H
#define LK_IQ2_XS_UNPACK_H

#include "types/unpack_grid.h"

/* 32 weights from group g of 4 on: a point and its signs are half a word. */
LK_INLINE void lk_iq2_xs_unpack_points(lk_panel *panel, const uint8_t *qs, int g) {
    lk_numbers numbers;
    lk_points8 points;
    LK_FOR_LANES(lane)
    lk_store_numbers(&numbers, lane, lk_load_unit(qs, 0, lane) & 0x01ff01ff,
                     lk_load_unit(qs, 1, lane) & 0x01ff01ff);
    lk_gather8(&points, lk_iq2_xs_grid, &numbers);
    LK_FOR_LANES(lane) {
        const lk_words first = lk_load_unit(qs, 0, lane), last = lk_load_unit(qs, 1, lane);
        const lk_words seven =
            (first >> 9 & 0x7f) | (first >> 17 & 0x7f00) | (last << 7 & 0x7f0000) | (last >> 1 & 0x7f000000);
        lk_store_signed8(panel, g, lane, &points, lk_complete_signs(seven), 43);
    }
}

LK_INLINE void lk_iq2_xs_unpack(lk_panel *panel, const uint8_t *chunk, int32_t n) {
    (void)n;
    for (int i = 0; i < 8; i++) lk_iq2_xs_unpack_points(panel, chunk + 128 * i, 8 * i);
    lk_unpack_odd_scales(panel, chunk + 16 * 64, chunk + 16 * 72, 0.125f, 16);
}

#endif
