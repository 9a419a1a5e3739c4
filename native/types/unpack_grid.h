/* What the unpackers of IQ1 to IQ3 share: weights are points of codebooks (iq_grids.h), with signs. The
 * points are loaded one by one, whatever the ISA, all else is done for the lanes of the rows. */
#ifndef LK_UNPACK_GRID_H
#define LK_UNPACK_GRID_H

#include "types/iq_grids.h"
#include "types/unpack.h"

/* Numbers of four points of each row: of points 0 and 1 as the halves of a word, and of 2 and 3. */
typedef struct lk_numbers {
    _Alignas(64) uint32_t pairs[2][LK_PANEL_ROWS];
} lk_numbers;

/* Four points of each row, of 8 and of 4 coordinates. */
typedef struct lk_points8 {
    _Alignas(64) uint64_t at[4][LK_PANEL_ROWS];
} lk_points8;

typedef struct lk_points4 {
    _Alignas(64) uint32_t at[4][LK_PANEL_ROWS];
} lk_points4;

LK_INLINE void lk_store_numbers(lk_numbers *numbers, int lane, lk_words first, lk_words last) {
    *(lk_words *)(void *)&numbers->pairs[0][lane] = first;
    *(lk_words *)(void *)&numbers->pairs[1][lane] = last;
}

/* The four bytes of a word are the low ones of numbers, whose high bits lie where they belong. */
LK_INLINE void lk_store_long_numbers(lk_numbers *numbers, int lane, lk_words low, lk_words first,
                                     lk_words last) {
    lk_store_numbers(numbers, lane, (low & 0xff) | (low << 8 & 0xff0000) | first,
                     (low >> 16 & 0xff) | (low >> 8 & 0xff0000) | last);
}

/* Points i and i + 1 of rows r and r + 1, which one load numbers. */
#define LK_GATHER(points, grid, numbers)                                                                     \
    LK_UNROLL                                                                                                \
    for (int i = 0; i < 4; i += 2) LK_UNROLL                                                                 \
    for (int r = 0; r < LK_PANEL_ROWS; r += 2) {                                                             \
        uint64_t four;                                                                                       \
        memcpy(&four, &(numbers)->pairs[i / 2][r], sizeof four);                                             \
        (points)->at[i][r] = (grid)[four & 0xffff];                                                          \
        (points)->at[i + 1][r] = (grid)[four >> 16 & 0xffff];                                                \
        (points)->at[i][r + 1] = (grid)[four >> 32 & 0xffff];                                                \
        (points)->at[i + 1][r + 1] = (grid)[four >> 48];                                                     \
    }

LK_INLINE void lk_gather8(lk_points8 *points, const uint64_t *grid,
                          const lk_numbers *numbers){LK_GATHER(points, grid, numbers)}

LK_INLINE void lk_gather4(lk_points4 *points, const uint32_t *grid,
                          const lk_numbers *numbers){LK_GATHER(points, grid, numbers)}

/* offset plus or minus 4 magnitudes: minus where their bit of the low 4 of signs is set. */
LK_INLINE lk_words lk_add_signed(lk_words magnitudes, lk_words signs, const uint32_t offset) {
    const lk_words ones = (signs & 15) * 0x00204081 & 0x01010101, minus = (ones << 8) - ones;
    const lk_words less = ones + offset * 0x01010101;
    return (lk_words)((lk_bytes)(magnitudes ^ minus) + (lk_bytes)less);
}

/* 32 weights from group g of 4 on; bit 8 i + j of signs is that of coordinate j of point i. */
LK_INLINE void lk_store_signed8(lk_panel *panel, int g, int lane, const lk_points8 *points, lk_words signs,
                                const uint32_t offset) {
    LK_UNROLL
    for (int i = 0; i < 4; i++) {
        lk_words low, high;
        lk_load_halves(&low, &high, &points->at[i][lane]);
        lk_store_quants(panel, g + 2 * i, lane, lk_add_signed(low, signs >> 8 * i, offset));
        lk_store_quants(panel, g + 2 * i + 1, lane, lk_add_signed(high, signs >> (8 * i + 4), offset));
    }
}

/* 16 weights; bit 4 i + j of signs is that of coordinate j of point i. */
LK_INLINE void lk_store_signed4(lk_panel *panel, int g, int lane, const lk_points4 *points, lk_words signs,
                                const uint32_t offset) {
    LK_UNROLL
    for (int i = 0; i < 4; i++) {
        const lk_words magnitudes = *(const lk_words *)(const void *)&points->at[i][lane];
        lk_store_quants(panel, g + i, lane, lk_add_signed(magnitudes, signs >> 4 * i, offset));
    }
}

/* 8 weights of IQ1, in eighths plus 9: coordinates 0, 1 and 2 are 8 c, and 2 more where `more` is -1. */
LK_INLINE void lk_store_eighths(lk_panel *panel, int g, int lane, const uint64_t *points, lk_words more) {
    lk_words low, high;
    lk_load_halves(&low, &high, points + lane);
    lk_store_quants(panel, g, lane, (low << 3) + (more & 0x02020202));
    lk_store_quants(panel, g + 1, lane, (high << 3) + (more & 0x02020202));
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

/* d (2 s + 1). */
LK_INLINE lk_floats lk_odd_scale(lk_floats d, lk_words s) {
    return d * lk_to_float((lk_integers)(s + s + 1));
}

/* 16 scales of 4 bits, the first in the low nibble of its byte, in units of 4 bytes. */
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
