#ifndef LK_IQ1_M_UNPACK_VBMI_H
#define LK_IQ1_M_UNPACK_VBMI_H

#include "types/points_vbmi.h"
#include "types/iq1_m/unpack.h"

LK_INLINE void lk_iq1_m_unpack_vbmi(lk_sink *sink, const uint8_t *chunk, int32_t n) {
    (void)n;
    const uint8_t *qh = chunk + 16 * 32;
    LK_UNROLL
    for (int i = 0; i < 8; i++) {
        const __m512i high = (__m512i)((lk_words)lk_load_words(qh, i / 2) >> i % 2 * 16);
        const lk_words more[4] = {lk_more_unless(high, 3), lk_more_unless(high, 7), lk_more_unless(high, 11),
                                  lk_more_unless(high, 15)};
        lk_permute_eighths(sink, 8 * i, lk_load_words(chunk, i), lk_spread(high, 0, 4), more);
    }
    lk_iq1_m_unpack_scales(sink, chunk + 16 * 48);
}

#endif
