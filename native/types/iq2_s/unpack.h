#ifndef LK_IQ2_S_UNPACK_H
#define LK_IQ2_S_UNPACK_H

#include "types/unpack_grid.h"

/* 32 weights from group g of 4 on; bits 2 i of `high` are the high ones of the number of point i. */
LK_INLINE void lk_iq2_s_unpack_points(lk_panel *panel, const uint8_t *qs, const uint8_t *signs,
                                      const uint8_t *qh, const int shift, int g) {
    lk_numbers numbers;
    lk_points8 points;
    LK_FOR_LANES(lane) {
        const lk_words high = lk_load_unit(qh, 0, lane) >> shift;
        lk_store_long_numbers(&numbers, lane, lk_load_unit(qs, 0, lane),
                              (high << 8 & 0x0300) | (high << 22 & 0x03000000),
                              (high << 4 & 0x0300) | (high << 18 & 0x03000000));
    }
    lk_gather8(&points, lk_iq2_s_grid, &numbers);
    LK_FOR_LANES(lane) lk_store_signed8(panel, g, lane, &points, lk_load_unit(signs, 0, lane), 43);
}

LK_INLINE void lk_iq2_s_unpack(lk_panel *panel, const uint8_t *chunk, int32_t n) {
    (void)n;
    const uint8_t *signs = chunk + 16 * 32, *qh = chunk + 16 * 64;
    for (int i = 0; i < 8; i++)
        lk_iq2_s_unpack_points(panel, chunk + 64 * i, signs + 64 * i, qh + i / 4 * 64, i % 4 * 8, 8 * i);
    lk_unpack_odd_scales(panel, chunk + 16 * 72, chunk + 16 * 80, 0.125f, 16);
}

#endif
