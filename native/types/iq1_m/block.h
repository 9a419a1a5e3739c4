/* IQ1_M: 256 weights, each 8 a point of a grid of 2048 with a shift, each 16 with a 3-bit scale: weight = d
 * (2 scale + 1) ({-1, 0, 1} +- 1/8) (iq_grids.h). 1.75 bits a weight. Source: ggml. */
#ifndef LK_IQ1_M_BLOCK_H
#define LK_IQ1_M_BLOCK_H

#include "llamakernels.h"

#pragma pack(push, 1)
typedef struct lk_block_iq1_m {
    uint8_t qs[32]; /* of 8 weights in turn: low eight bits of the point */
    uint8_t qh[16]; /* of 8 weights in turn, the first in the low nibble: high three bits of the point, fourth
                       bit set where the shift is -1/8 */
    uint16_t scales[4]; /* of 64 weights in turn: the scale of 16 weights in turn at bit 3 i (i < 4); bits 12
                           to 15 of scales[j] are bits 4 j to 4 j + 3 of d, an f16 number */
} lk_block_iq1_m;
#pragma pack(pop)
_Static_assert(sizeof(lk_block_iq1_m) == LK_BLOCK_BYTES_IQ1_M, "IQ1_M block");

/* d of a block: no number stands beside the scales. */
static inline uint16_t lk_iq1_m_d(const lk_block_iq1_m *block) {
    return (uint16_t)(block->scales[0] >> 12 | block->scales[1] >> 12 << 4 | block->scales[2] >> 12 << 8 |
                      block->scales[3] >> 12 << 12);
}

#endif
