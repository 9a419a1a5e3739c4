/* IQ2_XXS: 256 weights, each 8 a point of a grid of 256 with 7 signs, each 32 with a 4-bit scale: weight = d
 * (2 scale + 1) / 8 times +-8, +-25 or +-43 (iq_grids.h). 2.0625 bits a weight. Source: ggml. */
#ifndef LK_IQ2_XXS_BLOCK_H
#define LK_IQ2_XXS_BLOCK_H

#include "llamakernels.h"

#pragma pack(push, 1)
typedef struct lk_block_iq2_xxs {
    uint16_t d; /* f16 */
    struct {
        uint8_t qs[4];        /* points of 8 weights in turn */
        uint32_t signs_scale; /* signs of point i: 7 bits from bit 7 i on; scale: bits 28 to 31 */
    } groups[8];              /* of 32 weights in turn */
} lk_block_iq2_xxs;
#pragma pack(pop)
_Static_assert(sizeof(lk_block_iq2_xxs) == LK_BLOCK_BYTES_IQ2_XXS, "IQ2_XXS block");

#endif
