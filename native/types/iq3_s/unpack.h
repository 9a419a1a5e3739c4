#ifndef LK_IQ3_S_UNPACK_H
#define LK_IQ3_S_UNPACK_H

#include "types/unpack_grid.h"

/* 16 weights from group g of 4 on: 4 bits of qh, 16 of the signs. */
LK_INLINE void lk_iq3_s_unpack_points(lk_panel *panel, const uint8_t *qs, const uint8_t *qh,
                                      const int qh_shift, const uint8_t *signs, const int signs_shift,
                                      int g) {
    lk_numbers numbers;
    lk_points4 points;
    LK_FOR_LANES(lane) {
        const lk_words high = lk_load_unit(qh, 0, lane) >> qh_shift;
        lk_store_long_numbers(&numbers, lane, lk_load_unit(qs, 0, lane),
                              (high << 8 & 0x0100) | (high << 23 & 0x01000000),
                              (high << 6 & 0x0100) | (high << 21 & 0x01000000));
    }
    lk_gather4(&points, lk_iq3_s_grid, &numbers);
    /* A coordinate c stands for 2 c + 1. */
    LK_UNROLL
    for (int i = 0; i < 4; i++) LK_FOR_LANES(lane) {
            const lk_words codes = *(const lk_words *)(const void *)&points.at[i][lane];
            const lk_words four = lk_load_unit(signs, 0, lane) >> (signs_shift + 4 * i);
            lk_store_quants(panel, g + i, lane, lk_add_signed(codes + codes + 0x01010101, four, 15));
        }
}

LK_INLINE void lk_iq3_s_unpack(lk_panel *panel, const uint8_t *chunk, int32_t n) {
    (void)n;
    const uint8_t *signs = chunk + 16 * 64, *qh = chunk + 16 * 96;
    for (int i = 0; i < 16; i++)
        lk_iq3_s_unpack_points(panel, chunk + 64 * i, qh + i / 8 * 64, i % 8 * 4, signs + i / 2 * 64,
                               i % 2 * 16, 4 * i);
    lk_unpack_odd_scales(panel, chunk + 16 * 104, chunk + 16 * 108, 1, 8);
}

#endif
