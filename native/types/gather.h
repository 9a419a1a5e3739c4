/* Points of codebooks, loaded one by one: what a vector cannot do. */
#ifndef LK_GATHER_H
#define LK_GATHER_H

#include "types/codebook.h"

/* The numbers of two points of a row. */
typedef uint16_t lk_number_pair[2] __attribute__((may_alias));

/* to[i][r] is the point with number i of row r. */
#define LK_GATHER(to, grid, numbers)                                                                         \
    LK_UNROLL                                                                                                \
    for (int i = 0; i < 4; i++) {                                                                            \
        const lk_words *half = i < 2 ? &(numbers)->first : &(numbers)->last;                                 \
        const lk_number_pair *pairs = (const lk_number_pair *)(const void *)half;                            \
        LK_UNROLL                                                                                            \
        for (int r = 0; r < LK_LANES; r++) (to)[i][r] = (grid)[pairs[r][i % 2]];                             \
    }

/* 32 coordinates of each row: of point i units 2 i and 2 i + 1. */
LK_INLINE void lk_gather8(lk_words *units, const uint64_t *grid, const lk_numbers *numbers) {
    uint64_t points[4][LK_LANES];
    LK_GATHER(points, grid, numbers)
    LK_UNROLL
    for (int i = 0; i < 4; i++) lk_load_halves(units + 2 * i, units + 2 * i + 1, points[i]);
}

/* 16 coordinates of each row. */
LK_INLINE void lk_gather4(lk_words *units, const uint32_t *grid, const lk_numbers *numbers) {
    uint32_t points[4][LK_LANES];
    LK_GATHER(points, grid, numbers)
    LK_UNROLL
    for (int i = 0; i < 4; i++) units[i] = *(const lk_words *)(const void *)points[i];
}

#endif
