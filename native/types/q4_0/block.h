/* Q4_0: 32 weights of 4 bits under one scale: weight = d (q - 8). 4.5 bits a weight.
 * Source: the GGUF specification and ggml. */
#ifndef LK_Q4_0_BLOCK_H
#define LK_Q4_0_BLOCK_H

#include "llamakernels.h"

#pragma pack(push, 1)
typedef struct lk_block_q4_0 {
    uint16_t d;     /* f16 */
    uint8_t qs[16]; /* q of element i in the low nibble, of element i + 16 in the high nibble */
} lk_block_q4_0;
#pragma pack(pop)
_Static_assert(sizeof(lk_block_q4_0) == LK_BLOCK_BYTES_Q4_0, "Q4_0 block");

#endif
