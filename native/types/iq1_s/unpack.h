#ifndef LK_IQ1_S_UNPACK_H
#define LK_IQ1_S_UNPACK_H

#include "types/unpack_grid.h"

/* Group g of 32 weights. */
LK_INLINE void lk_iq1_s_unpack_group(lk_panel *panel, const uint8_t *qs, const uint8_t *qh, const uint8_t *d,
                                     int g) {
    lk_numbers numbers;
    lk_points8 points;
    LK_FOR_LANES(lane) {
        const lk_words high = (lk_words)lk_load_u16(qh + 2 * lane);
        lk_store_long_numbers(&numbers, lane, lk_load_unit(qs, 0, lane),
                              (high << 8 & 0x0700) | (high << 21 & 0x07000000),
                              (high << 2 & 0x0700) | (high << 15 & 0x07000000));
    }
    lk_gather8(&points, lk_iq1_grid, &numbers);
    LK_FOR_LANES(lane) {
        const lk_words high = (lk_words)lk_load_u16(qh + 2 * lane), more = (high >> 15) - 1;
        LK_UNROLL
        for (int i = 0; i < 4; i++) lk_store_eighths(panel, 8 * g + 2 * i, lane, points.at[i], more);
        lk_store_scales(panel, g, lane, lk_odd_scale(lk_load_f16(d + 2 * lane) * 0.125f, high >> 12 & 7));
    }
}

LK_INLINE void lk_iq1_s_unpack(lk_panel *panel, const uint8_t *chunk, int32_t n) {
    (void)n;
    const uint8_t *qh = chunk + 16 * 32, *d = chunk + 16 * 48;
    for (int g = 0; g < 8; g++) lk_iq1_s_unpack_group(panel, chunk + 64 * g, qh + 32 * g, d, g);
}

#endif
