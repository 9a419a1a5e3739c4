/* IQ2_S: 256 weights, each 8 a point of a grid of 1024 with 8 signs, each 16 with a 4-bit scale: weight = d
 * (2 scale + 1) / 8 times +-8, +-25 or +-43 (iq_grids.h). 2.5625 bits a weight. Source: ggml. */
#ifndef LK_IQ2_S_BLOCK_H
#define LK_IQ2_S_BLOCK_H

#include "llamakernels.h"

#pragma pack(push, 1)
typedef struct lk_block_iq2_s {
    uint16_t d;        /* f16 */
    uint8_t qs[32];    /* of 8 weights in turn: low eight bits of the point */
    uint8_t signs[32]; /* of 8 weights in turn: bit i is set where weight i is negative */
    uint8_t qh[8];     /* of 32 weights in turn: high two bits of point i at bit 2 i */
    uint8_t scales[8]; /* of 16 weights in turn: the first in the low nibble */
} lk_block_iq2_s;
#pragma pack(pop)
_Static_assert(sizeof(lk_block_iq2_s) == LK_BLOCK_BYTES_IQ2_S, "IQ2_S block");

#endif
