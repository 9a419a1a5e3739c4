/* IQ2_XS: 256 weights, each 8 a point of a grid of 512 with 7 signs, each 16 with a 4-bit scale: weight = d
 * (2 scale + 1) / 8 times +-8, +-25 or +-43 (iq_grids.h). 2.3125 bits a weight. Source: ggml. */
#ifndef LK_IQ2_XS_BLOCK_H
#define LK_IQ2_XS_BLOCK_H

#include "llamakernels.h"

#pragma pack(push, 1)
typedef struct lk_block_iq2_xs {
    uint16_t d;        /* f16 */
    uint16_t qs[32];   /* of 8 weights in turn: point in bits 0 to 8, signs in bits 9 to 15 */
    uint8_t scales[8]; /* of 16 weights in turn: the first in the low nibble */
} lk_block_iq2_xs;
#pragma pack(pop)
_Static_assert(sizeof(lk_block_iq2_xs) == LK_BLOCK_BYTES_IQ2_XS, "IQ2_XS block");

#endif
