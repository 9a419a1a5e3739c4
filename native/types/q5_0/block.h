/* Q5_0: 32 weights of 5 bits under one scale: weight = d (q - 16). 5.5 bits a weight.
 * Source: the GGUF specification and ggml. */
#ifndef LK_Q5_0_BLOCK_H
#define LK_Q5_0_BLOCK_H

#include "llamakernels.h"

#pragma pack(push, 1)
typedef struct lk_block_q5_0 {
    uint16_t d;     /* f16 */
    uint32_t qh;    /* bit i: the fifth bit of element i's q */
    uint8_t qs[16]; /* low four bits of element i in the low nibble, of element i + 16 in the high nibble */
} lk_block_q5_0;
#pragma pack(pop)
_Static_assert(sizeof(lk_block_q5_0) == LK_BLOCK_BYTES_Q5_0, "Q5_0 block");

#endif
