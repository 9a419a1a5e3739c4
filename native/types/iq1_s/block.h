/* IQ1_S: 256 weights, each 8 a point of a grid of 2048, each 32 with a 3-bit scale and a shift: weight = d (2
 * scale + 1) ({-1, 0, 1} +- 1/8) (iq_grids.h). 1.5625 bits a weight. Source: ggml. */
#ifndef LK_IQ1_S_BLOCK_H
#define LK_IQ1_S_BLOCK_H

#include "llamakernels.h"

#pragma pack(push, 1)
typedef struct lk_block_iq1_s {
    uint16_t d;     /* f16 */
    uint8_t qs[32]; /* of 8 weights in turn: low eight bits of the point */
    uint16_t qh[8]; /* of 32 weights in turn: high three bits of point i at bit 3 i, scale in bits 12 to 14,
                       bit 15 set where the shift is -1/8 */
} lk_block_iq1_s;
#pragma pack(pop)
_Static_assert(sizeof(lk_block_iq1_s) == LK_BLOCK_BYTES_IQ1_S, "IQ1_S block");

#endif
