#ifndef LK_IQ2_XXS_UNPACK_VBMI_H
#define LK_IQ2_XXS_UNPACK_VBMI_H

#include "types/points_vbmi.h"
#include "types/iq2_xxs/unpack.h"

LK_INLINE void lk_iq2_xxs_unpack_vbmi(lk_sink *sink, const uint8_t *chunk, int32_t n) {
    (void)n;
    const lk_floats step = lk_load_f16(chunk + 16 * 64) * 0.125f;
    LK_UNROLL
    for (int g = 0; g < 8; g++) {
        const lk_places places = {.low = lk_load_words(chunk, 2 * g)};
        const __m512i signs_scale = lk_load_words(chunk, 2 * g + 1);
        const __m512i signs = lk_even_signs(lk_spread(signs_scale, 0, 7), 0);
        lk_permute_points8(sink, 8 * g, &lk_iq2_xxs_book, &places, signs);
        lk_store_scales(sink, g, 0, step * lk_odd_to_float((lk_words)signs_scale, 7));
    }
}

#endif
