#ifndef LK_IQ2_XS_UNPACK_VBMI_H
#define LK_IQ2_XS_UNPACK_VBMI_H

#include "types/points_vbmi.h"
#include "types/iq2_xs/unpack.h"

LK_INLINE void lk_iq2_xs_unpack_vbmi(lk_sink *sink, const uint8_t *chunk, int32_t n) {
    (void)n;
    LK_UNROLL
    for (int i = 0; i < 8; i++) {
        const __m512i first = lk_load_words(chunk, 2 * i), last = lk_load_words(chunk, 2 * i + 1);
        const __m512i high = lk_choose_bytes(first, last, 0x43410301);
        const lk_places places = {.low = lk_choose_bytes(first, last, 0x42400200),
                                  .high = {lk_bytes_with(high, 0)}};
        lk_permute_points8(sink, 8 * i, &lk_iq2_xs_book, &places, lk_even_signs(high, 1));
    }
    lk_unpack_odd_scales(sink, chunk + 16 * 64, chunk + 16 * 72, 0.125f, 16);
}

#endif
