#ifndef LK_IQ3_S_UNPACK_VBMI_H
#define LK_IQ3_S_UNPACK_VBMI_H

#include "types/points_vbmi.h"
#include "types/iq3_s/unpack.h"

/* 32 weights: two units of numbers. */
LK_INLINE void lk_iq3_s_unpack_group(lk_sink *sink, const uint8_t *chunk, int g) {
    const __m512i signs = lk_load_words(chunk + 16 * 64, g), qh = lk_load_words(chunk + 16 * 96, g / 4);
    LK_UNROLL
    for (int i = 0; i < 2; i++) {
        const lk_places places = {.low = lk_load_words(chunk, 2 * g + i),
                                  .high = {lk_bytes_with(lk_spread(qh, g % 4 * 8 + 4 * i, 1), 0)}};
        lk_permute_points4(sink, 8 * g + 4 * i, &lk_iq3_s_book, &places, signs, 16 * i);
    }
}

LK_INLINE void lk_iq3_s_unpack_vbmi(lk_sink *sink, const uint8_t *chunk, int32_t n) {
    (void)n;
    LK_UNROLL
    for (int g = 0; g < 8; g++) lk_iq3_s_unpack_group(sink, chunk, g);
    lk_unpack_odd_scales(sink, chunk + 16 * 104, chunk + 16 * 108, 1, 8);
}

#endif
