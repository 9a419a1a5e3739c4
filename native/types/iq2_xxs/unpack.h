#ifndef LK_IQ2_XXS_UNPACK_H
#define LK_IQ2_XXS_UNPACK_H

#include "types/unpack_grid.h"

static const lk_codebook lk_iq2_xxs_book = LK_IQ2_BOOK(iq2_xxs, 256);

LK_INLINE void lk_iq2_xxs_unpack(lk_sink *sink, const uint8_t *chunk, int32_t n) {
    (void)n;
    const uint8_t *d = chunk + 16 * 64;
    LK_FOR_LANES(lane) {
        const lk_floats step = lk_load_f16(d + 2 * lane) * 0.125f;
        lk_numbers numbers[8];
        for (int g = 0; g < 8; g++) numbers[g] = lk_numbers_of(lk_load_unit(chunk, 2 * g, lane));
        LK_KEEP_IN_MEMORY(numbers);
        for (int g = 0; g < 8; g++) {
            const lk_words signs_scale = lk_load_unit(chunk, 2 * g + 1, lane);
            lk_store_points8(sink, 8 * g, lane, &lk_iq2_xxs_book, &numbers[g], lk_spread_signs(signs_scale));
            lk_store_scales(sink, g, lane, step * lk_odd_to_float(signs_scale, 7));
        }
    }
}

#endif
