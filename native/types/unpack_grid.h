/* What the unpackers of IQ1 to IQ3 share: weights are points of codebooks (iq_codes.h), with signs. */
#ifndef LK_UNPACK_GRID_H
#define LK_UNPACK_GRID_H

#include "types/iq_codes.h"
#include "types/unpack.h"

/* Four numbers of each row, two to a word: of points 0 and 1, and of 2 and 3. */
typedef struct lk_numbers {
    lk_words first, last;
} lk_numbers;

/* The four bytes of a word. */
LK_INLINE lk_numbers lk_numbers_of(lk_words bytes) {
    return (lk_numbers){(bytes & 0xff) | (bytes << 8 & 0xff0000),
                        (bytes >> 16 & 0xff) | (bytes >> 8 & 0xff0000)};
}

/* The four bytes of a word, with high bits that lie where they belong. */
LK_INLINE lk_numbers lk_long_numbers_of(lk_words bytes, lk_words first, lk_words last) {
    const lk_numbers low = lk_numbers_of(bytes);
    return (lk_numbers){low.first | first, low.last | last};
}

LK_INLINE lk_numbers lk_look_up4(const uint16_t *table, const int count, lk_numbers numbers) {
    return (lk_numbers){lk_look_up(table, count, numbers.first), lk_look_up(table, count, numbers.last)};
}

/* The four numbers of 2 bits of byte i < 4, as bytes. */
LK_INLINE lk_words lk_pairs_at(lk_words codes, const int i) {
    const lk_words apart = (lk_shift(codes, -8 * i) & 0x0f) | (lk_shift(codes, 12 - 8 * i) & 0x0f0000);
    return (apart | apart << 6) & 0x03030303;
}

/* The four nibbles, below 8, of half i < 2, as bytes. */
LK_INLINE lk_words lk_nibbles_at(lk_words codes, const int i) {
    const lk_words apart =
        i == 0 ? (codes & 0xff) | (codes << 8 & 0xff0000) : (codes >> 16 & 0xff) | (codes >> 8 & 0xff0000);
    return (apart | apart << 4) & 0x07070707;
}

/* 32 weights from group g of 4 on, of 8 coordinates a point, their codes of 2 bits; bit 8 i + j of signs is
 * that of coordinate j of point i. A code and its sign, on top, index quants. */
LK_INLINE void lk_store_points8(lk_panel *panel, int g, int lane, lk_numbers codes, lk_words signs,
                                const uint8_t *quants) {
    LK_UNROLL
    for (int i = 0; i < 8; i++) {
        const lk_words indices =
            lk_pairs_at(i < 4 ? codes.first : codes.last, i % 4) | (lk_bit_masks(signs, i) & 0x04040404);
        lk_store_quants(panel, g + i, lane, (lk_words)lk_table16(quants, (lk_bytes)indices));
    }
}

/* 16 weights, of 4 coordinates a point, their codes of 3 bits. */
LK_INLINE void lk_store_points4(lk_panel *panel, int g, int lane, lk_numbers codes, lk_words signs,
                                const uint8_t *quants) {
    LK_UNROLL
    for (int i = 0; i < 4; i++) {
        const lk_words indices =
            lk_nibbles_at(i < 2 ? codes.first : codes.last, i % 2) | (lk_bit_masks(signs, i) & 0x08080808);
        lk_store_quants(panel, g + i, lane, (lk_words)lk_table16(quants, (lk_bytes)indices));
    }
}

/* 43 plus, then minus, the magnitudes of IQ2. */
static const uint8_t lk_iq2_quants[16] = {51, 68, 86, 0, 35, 18};

/* 9 plus the eighths of IQ1: 8 (c - 1) and one more, or one less where the sign is set. */
static const uint8_t lk_iq1_quants[16] = {2, 10, 18, 0, 0, 8, 16};

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

/* d (2 s + 1). */
LK_INLINE lk_floats lk_odd_scale(lk_floats d, lk_words s) {
    return d * lk_to_float((lk_integers)(s + s + 1));
}

/* Scales of 4 bits, the first in the low nibble of its byte, in units of 4 bytes. */
LK_INLINE void lk_unpack_odd_scales(lk_panel *panel, const uint8_t *scales, const uint8_t *d,
                                    const float factor, const int count) {
    LK_FOR_LANES(lane) {
        const lk_floats step = lk_load_f16(d + 2 * lane) * factor;
        for (int i = 0; i < count; i++)
            lk_store_scales(panel, i, lane,
                            lk_odd_scale(step, lk_load_unit(scales, i / 8, lane) >> 4 * (i % 8) & 15));
    }
}

#endif
