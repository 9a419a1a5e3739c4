#ifndef LK_IQ2_S_UNPACK_H
#define LK_IQ2_S_UNPACK_H

#include "types/unpack_grid.h"

static const lk_codebook lk_iq2_s_book = LK_IQ2_BOOK(iq2_s, 1024);

LK_INLINE void lk_iq2_s_unpack(lk_sink *sink, const uint8_t *chunk, int32_t n) {
    (void)n;
    const uint8_t *signs = chunk + 16 * 32, *qh = chunk + 16 * 64;
    LK_FOR_LANES(lane) {
        lk_numbers numbers[8];
        for (int i = 0; i < 8; i++)
            numbers[i] = lk_long_numbers_of(lk_load_unit(chunk, i, lane),
                                            lk_load_unit(qh, i / 4, lane) >> i % 4 * 8, 2, 2);
        LK_KEEP_IN_MEMORY(numbers);
        for (int i = 0; i < 8; i++)
            lk_store_points8(sink, 8 * i, lane, &lk_iq2_s_book, &numbers[i], lk_load_unit(signs, i, lane));
    }
    lk_unpack_odd_scales(sink, chunk + 16 * 72, chunk + 16 * 80, 0.125f, 16);
}

#endif
