/* TQ2_0: 256 ternary weights of 2 bits: weight = d (q - 1); q is 0, 1 or 2 where a quantizer wrote it. 2.0625
 * bits a weight. Source: ggml. */
#ifndef LK_TQ2_0_BLOCK_H
#define LK_TQ2_0_BLOCK_H

#include "llamakernels.h"

#pragma pack(push, 1)
typedef struct lk_block_tq2_0 {
    uint8_t qs[64]; /* q of element 128 h + 32 j + l: bits 2 j of byte 32 h + l (j < 4, l < 32) */
    uint16_t d;     /* f16 */
} lk_block_tq2_0;
#pragma pack(pop)
_Static_assert(sizeof(lk_block_tq2_0) == LK_BLOCK_BYTES_TQ2_0, "TQ2_0 block");

#endif
