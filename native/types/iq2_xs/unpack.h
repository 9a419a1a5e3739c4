#ifndef LK_IQ2_XS_UNPACK_H
#define LK_IQ2_XS_UNPACK_H

#include "types/unpack_grid.h"

static const lk_codebook lk_iq2_xs_book = LK_IQ2_BOOK(iq2_xs, 512);

/* The signs of points whose numbers lie below them, in the halves of two words. */
LK_INLINE lk_words lk_iq2_xs_signs(lk_words first, lk_words last) {
    return lk_complete_signs((first >> 9 & 0x7f) | (first >> 17 & 0x7f00) | (last << 7 & 0x7f0000) |
                             (last >> 1 & 0x7f000000));
}

LK_INLINE void lk_iq2_xs_unpack(lk_sink *sink, const uint8_t *chunk, int32_t n) {
    (void)n;
    LK_FOR_LANES(lane) {
        lk_numbers pairs[8], numbers[8];
        for (int i = 0; i < 8; i++) {
            pairs[i] = (lk_numbers){lk_load_unit(chunk, 2 * i, lane), lk_load_unit(chunk, 2 * i + 1, lane)};
            numbers[i] = (lk_numbers){pairs[i].first & 0x01ff01ff, pairs[i].last & 0x01ff01ff};
        }
        LK_KEEP_IN_MEMORY(numbers);
        for (int i = 0; i < 8; i++)
            lk_store_points8(sink, 8 * i, lane, &lk_iq2_xs_book, &numbers[i],
                             lk_iq2_xs_signs(pairs[i].first, pairs[i].last));
    }
    lk_unpack_odd_scales(sink, chunk + 16 * 64, chunk + 16 * 72, 0.125f, 16);
}

#endif
