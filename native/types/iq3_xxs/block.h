/* IQ3_XXS: 256 weights, each 4 a point of a grid of 256, each 8 with 7 signs, each 32 with a 4-bit scale:
 * weight = d (2 scale + 1) / 4 times +-4 to +-62 (iq_grids.h). 3.0625 bits a weight. Source: ggml. */
#ifndef LK_IQ3_XXS_BLOCK_H
#define LK_IQ3_XXS_BLOCK_H

#include "llamakernels.h"

#pragma pack(push, 1)
typedef struct lk_block_iq3_xxs {
    uint16_t d;              /* f16 */
    uint8_t qs[64];          /* points of 4 weights in turn */
    uint32_t signs_scale[8]; /* of 32 weights in turn: signs of the 8 weights from 8 i on in 7 bits from bit 7
                                i on; scale in bits 28 to 31 */
} lk_block_iq3_xxs;
#pragma pack(pop)
_Static_assert(sizeof(lk_block_iq3_xxs) == LK_BLOCK_BYTES_IQ3_XXS, "IQ3_XXS block");

#endif
