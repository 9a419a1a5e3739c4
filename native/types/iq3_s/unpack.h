#ifndef LK_IQ3_S_UNPACK_H
#define LK_IQ3_S_UNPACK_H

#include "types/unpack_grid.h"

static const lk_codebook lk_iq3_s_book = {
    .points = 512,
    .grid4 = lk_iq3_s_grid,
    .codes = lk_iq3_s_codes,
    .code_bytes = lk_iq3_s_code_bytes[0],
    .quants = {16, 18, 20, 22, 24, 26, 28, 30, 14, 12, 10, 8, 6, 4, 2, 0},
    .offset = 15,
    .factor = 2,
    .rest = 1};

LK_INLINE void lk_iq3_s_unpack(lk_sink *sink, const uint8_t *chunk, int32_t n) {
    (void)n;
    const uint8_t *signs = chunk + 16 * 64, *qh = chunk + 16 * 96;
    LK_FOR_LANES(lane) {
        lk_numbers numbers[16];
        for (int i = 0; i < 16; i++)
            numbers[i] = lk_long_numbers_of(lk_load_unit(chunk, i, lane),
                                            lk_load_unit(qh, i / 8, lane) >> i % 8 * 4, 1, 1);
        LK_KEEP_IN_MEMORY(numbers);
        for (int i = 0; i < 16; i++)
            lk_store_points4(sink, 4 * i, lane, &lk_iq3_s_book, &numbers[i],
                             lk_load_unit(signs, i / 2, lane) >> i % 2 * 16);
    }
    lk_unpack_odd_scales(sink, chunk + 16 * 104, chunk + 16 * 108, 1, 8);
}

#endif
