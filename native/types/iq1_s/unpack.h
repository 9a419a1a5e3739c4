#ifndef LK_IQ1_S_UNPACK_H
#define LK_IQ1_S_UNPACK_H

#include "types/unpack_grid.h"

LK_INLINE void lk_iq1_s_unpack(lk_sink *sink, const uint8_t *chunk, int32_t n) {
    (void)n;
    const uint8_t *qh = chunk + 16 * 32, *d = chunk + 16 * 48;
    LK_FOR_LANES(lane) {
        const lk_floats step = lk_load_f16(d + 2 * lane) * 0.125f;
        lk_words high[8];
        lk_numbers numbers[8];
        for (int g = 0; g < 8; g++) {
            high[g] = (lk_words)lk_load_u16(qh + 32 * g + 2 * lane);
            numbers[g] = lk_long_numbers_of(lk_load_unit(chunk, g, lane), high[g], 3, 3);
        }
        LK_KEEP_IN_MEMORY(numbers);
        for (int g = 0; g < 8; g++) {
            lk_store_eighths(sink, 8 * g, lane, &numbers[g], high[g], 15, 0);
            lk_store_scales(sink, g, lane, step * lk_odd_to_float(high[g] & 0x7000, 3));
        }
    }
}

#endif
