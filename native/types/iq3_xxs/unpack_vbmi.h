#ifndef LK_IQ3_XXS_UNPACK_VBMI_H
#define LK_IQ3_XXS_UNPACK_VBMI_H

#include "types/points_vbmi.h"
#include "types/iq3_xxs/unpack.h"

LK_INLINE void lk_iq3_xxs_unpack_vbmi(lk_sink *sink, const uint8_t *chunk, int32_t n) {
    (void)n;
    const lk_floats step = lk_load_f16(chunk + 16 * 96) * 0.25f;
    LK_UNROLL
    for (int g = 0; g < 8; g++) {
        const __m512i signs_scale = lk_load_words(chunk + 16 * 64, g);
        const __m512i signs = lk_even_signs(lk_spread(signs_scale, 0, 7), 0);
        LK_UNROLL
        for (int i = 0; i < 2; i++) {
            const lk_places places = {.low = lk_load_words(chunk, 2 * g + i)};
            lk_permute_points4(sink, 8 * g + 4 * i, &lk_iq3_xxs_book, &places, signs, 16 * i);
        }
        lk_store_scales(sink, g, 0, step * lk_odd_to_float((lk_words)signs_scale, 7));
    }
}

#endif
