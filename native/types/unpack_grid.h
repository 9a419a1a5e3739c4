/* What the unpackers of IQ1 to IQ3 share: weights are points of codebooks (iq_codes.h), with signs. */
#ifndef LK_UNPACK_GRID_H
#define LK_UNPACK_GRID_H

#include "types/iq_codes.h"
#include "types/iq_grids.h"
#include "types/gather.h"
#include "types/points_gathered.h" /* unless the ISA has its own points, included before */

/* The four bytes of a word. */
LK_INLINE lk_numbers lk_numbers_of(lk_words bytes) {
    return (lk_numbers){(bytes & 0xff) | (bytes << 8 & 0xff0000),
                        (bytes >> 16 & 0xff) | (bytes >> 8 & 0xff0000)};
}

/* The four bytes of a word, and above byte i the `bits` bits of `high` from bit i step on. */
LK_INLINE lk_numbers lk_long_numbers_of(lk_words bytes, lk_words high, const int bits, const int step) {
    const lk_numbers low = lk_numbers_of(bytes);
    const uint32_t even = ((1u << bits) - 1) << 8, odd = even << 16;
    return (lk_numbers){low.first | (high << 8 & even) | (high << (24 - step) & odd),
                        low.last | (high << (8 - 2 * step) & even) | (high << (24 - 3 * step) & odd)};
}

/* The codebook of an IQ2 type, whose magnitudes are 8, 25 and 43. */
#define LK_IQ2_BOOK(type, count)                                                                             \
    {                                                                                                        \
        .points = count, .grid8 = lk_##type##_grid, .codes = lk_##type##_codes,                              \
        .code_bytes = lk_##type##_code_bytes[0],                                                             \
        .quants = {51, 68, 86, 0, 35, 18, 0, 0, 51, 68, 86, 0, 35, 18}, .offset = 43, .factor = 1            \
    }

/* 32 weights of IQ1 from group g of 4 on, in eighths plus 9: 8 c for the coordinates c of 0 to 2, and 2 more
 * unless a point is less: bit first + i step of `less`. */
LK_INLINE void lk_store_eighths(lk_sink *sink, int g, int lane, const lk_numbers *numbers, lk_words less,
                                const int first, const int step) {
    lk_words units[8];
    lk_gather8(units, lk_iq1_grid, numbers);
    LK_UNROLL
    for (int i = 0; i < 4; i++) {
        const lk_words more = ((less >> (first + i * step) & 1) - 1) & 0x02020202;
        lk_store_quants(sink, g + 2 * i, lane, units[2 * i] << 3 | more);
        lk_store_quants(sink, g + 2 * i + 1, lane, units[2 * i + 1] << 3 | more);
    }
}

/* Bytes of seven signs to bytes of eight, as lk_iq_signs makes them. */
LK_INLINE lk_words lk_complete_signs(lk_words seven) {
    static const uint8_t eighth[16] = {0, 128, 128, 0, 128, 0, 0, 128, 128, 0, 0, 128, 0, 128, 128, 0};
    const lk_words folded = (seven ^ seven >> 4) & 0x0f0f0f0f;
    return seven | (lk_words)lk_table16(eighth, (lk_bytes)folded);
}

/* Four times seven bits, from bit 0 on, to four bytes of eight signs. */
LK_INLINE lk_words lk_spread_signs(lk_words sevens) {
    return lk_complete_signs((sevens & 0x7f) | (sevens << 1 & 0x7f00) | (sevens << 2 & 0x7f0000) |
                             (sevens << 3 & 0x7f000000));
}

/* Scales of 4 bits, the first in the low nibble of its byte, in units of 4 bytes. */
LK_INLINE void lk_unpack_odd_scales(lk_sink *sink, const uint8_t *scales, const uint8_t *d,
                                    const float factor, const int count) {
    LK_FOR_LANES(lane) {
        const lk_floats step = lk_load_f16(d + 2 * lane) * factor;
        LK_UNROLL
        for (int i = 0; i < count; i += 8) {
            const lk_words eight = lk_load_unit(scales, i / 8, lane);
            LK_UNROLL
            for (int j = 0; j < 8; j++) lk_store_scales(sink, i + j, lane, step * lk_odd_to_float(eight, j));
        }
    }
}

#endif
