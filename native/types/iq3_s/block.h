/* IQ3_S: 256 weights, each 4 a point of a grid of 512, each 8 with 8 signs, each 32 with a 4-bit scale:
 * weight = d (2 scale + 1) times an odd number from -15 to 15 (iq_grids.h). 3.4375 bits a weight. Source:
 * ggml. */
#ifndef LK_IQ3_S_BLOCK_H
#define LK_IQ3_S_BLOCK_H

#include "llamakernels.h"

#pragma pack(push, 1)
typedef struct lk_block_iq3_s {
    uint16_t d;        /* f16 */
    uint8_t qs[64];    /* of 4 weights in turn: low eight bits of the point */
    uint8_t qh[8];     /* of 32 weights in turn: high bit of point i at bit i */
    uint8_t signs[32]; /* of 8 weights in turn: bit i is set where weight i is negative */
    uint8_t scales[4]; /* of 32 weights in turn: the first in the low nibble */
} lk_block_iq3_s;
#pragma pack(pop)
_Static_assert(sizeof(lk_block_iq3_s) == LK_BLOCK_BYTES_IQ3_S, "IQ3_S block");

#endif
