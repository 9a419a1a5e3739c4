#ifndef LK_IQ1_S_UNPACK_VBMI_H
#define LK_IQ1_S_UNPACK_VBMI_H

#include "types/points_vbmi.h"
#include "types/iq1_s/unpack.h"

LK_INLINE void lk_iq1_s_unpack_vbmi(lk_sink *sink, const uint8_t *chunk, int32_t n) {
    (void)n;
    const uint8_t *qh = chunk + 16 * 32;
    const lk_floats step = lk_load_f16(chunk + 16 * 48) * 0.125f;
    LK_UNROLL
    for (int g = 0; g < 8; g++) {
        const __m512i high = (__m512i)lk_load_u16(qh + 32 * g);
        const lk_words more = lk_more_unless(high, 15);
        lk_permute_eighths(sink, 8 * g, lk_load_words(chunk, g), lk_spread(high, 0, 3),
                           (const lk_words[4]){more, more, more, more});
        lk_store_scales(sink, g, 0, step * lk_odd_to_float((lk_words)high & 0x7000, 3));
    }
}

#endif
