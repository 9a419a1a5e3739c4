/* Points of codebooks, loaded one by one: what a vector cannot do. */
#ifndef LK_GATHER_H
#define LK_GATHER_H

#include "types/codebook.h"

/* to[i][r] is the point with number i of row r; a load has the numbers of two points of two rows. */
#define LK_GATHER(to, grid, numbers)                                                                         \
    LK_UNROLL                                                                                                \
    for (int i = 0; i < 4; i += 2) {                                                                         \
        const lk_words pairs = i == 0 ? (numbers).first : (numbers).last;                                    \
        uint64_t four[LK_LANES / 2];                                                                         \
        memcpy(four, &pairs, sizeof four);                                                                   \
        LK_UNROLL                                                                                            \
        for (int r = 0; r < LK_LANES; r += 2) {                                                              \
            (to)[i][r] = (grid)[four[r / 2] & 0xffff];                                                       \
            (to)[i + 1][r] = (grid)[four[r / 2] >> 16 & 0xffff];                                             \
            (to)[i][r + 1] = (grid)[four[r / 2] >> 32 & 0xffff];                                             \
            (to)[i + 1][r + 1] = (grid)[four[r / 2] >> 48];                                                  \
        }                                                                                                    \
    }

/* 32 coordinates of each row: of point i units 2 i and 2 i + 1. */
LK_INLINE void lk_gather8(lk_words *units, const uint64_t *grid, lk_numbers numbers) {
    uint64_t points[4][LK_LANES];
    LK_GATHER(points, grid, numbers)
    LK_UNROLL
    for (int i = 0; i < 4; i++) lk_load_halves(units + 2 * i, units + 2 * i + 1, points[i]);
}

/* 16 coordinates of each row. */
LK_INLINE void lk_gather4(lk_words *units, const uint32_t *grid, lk_numbers numbers) {
    uint32_t points[4][LK_LANES];
    LK_GATHER(points, grid, numbers)
    LK_UNROLL
    for (int i = 0; i < 4; i++) units[i] = *(const lk_words *)(const void *)points[i];
}

#endif
