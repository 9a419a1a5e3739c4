#ifndef LK_IQ2_S_UNPACK_VBMI_H
#define LK_IQ2_S_UNPACK_VBMI_H

#include "types/points_vbmi.h"
#include "types/iq2_s/unpack.h"

LK_INLINE void lk_iq2_s_unpack_vbmi(lk_sink *sink, const uint8_t *chunk, int32_t n) {
    (void)n;
    const uint8_t *signs = chunk + 16 * 32, *qh = chunk + 16 * 64;
    LK_UNROLL
    for (int i = 0; i < 8; i++) {
        const __m512i high = lk_spread(lk_load_words(qh, i / 4), i % 4 * 8, 2);
        const lk_places places = {.low = lk_load_words(chunk, i),
                                  .high = {lk_bytes_with(high, 0), lk_bytes_with(high, 1)}};
        lk_permute_points8(sink, 8 * i, &lk_iq2_s_book, &places, lk_load_words(signs, i));
    }
    lk_unpack_odd_scales(sink, chunk + 16 * 72, chunk + 16 * 80, 0.125f, 16);
}

#endif
