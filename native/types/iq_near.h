/* Which point of a grid stands for a rounded vector: the vector itself where it is a point, else one of those
 * near it, which the encoder weighs. A vector is written as a code, 2 bits a coordinate (of 0 to 2) of 8, 3
 * bits (of 0 to 7) of 4, the first lowest. Which points count as near is ggml's rule: those at the least one,
 * two or three distances that there are. */
#ifndef LK_IQ_NEAR_H
#define LK_IQ_NEAR_H

#include "types/inline.h"
#include <stdint.h>

typedef enum lk_iq_grid {
    LK_IQ_GRID_1,
    LK_IQ_GRID_2_XXS,
    LK_IQ_GRID_2_XS,
    LK_IQ_GRID_2_S,
    LK_IQ_GRID_3_XXS,
    LK_IQ_GRID_3_S,
    LK_IQ_GRID_COUNT
} lk_iq_grid;

LK_INLINE int lk_iq_coordinates(const int bits) {
    return bits == 2 ? 8 : 4;
}

typedef struct lk_iq_near {
    const int32_t *places; /* by code: the point's number, or less than 0 where there is no point */
    const uint16_t *codes; /* of points: lists whose lengths are multiples of 8, the last code repeated */
    int32_t length;        /* of codes */
} lk_iq_near;

/* Made at the first call for a grid, in milliseconds; other threads wait for it. */
const lk_iq_near *lk_iq_near_of(lk_iq_grid grid);

/* The codes near a code whose place is less than 0, nearest first, those of one distance by their number;
 * eights: how many times 8. */
static inline const uint16_t *lk_iq_near_codes(const lk_iq_near *near, int32_t place, int *eights) {
    *eights = ~place & 255;
    return near->codes + 8 * (~place >> 8);
}

/* Of eights times 8 codes the first for which the sum of weight (scale q - x)^2 is least. q:
 * levels[coordinate], of 8 numbers. bits: a coordinate; with 2 there are 3 levels. */
typedef uint16_t (*lk_iq_nearest_fn)(const uint16_t *codes, int eights, const float *x, const float *weight,
                                     float scale, const float *levels, int bits);

#endif
