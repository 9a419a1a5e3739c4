/* Q5_1: 32 weights of 5 bits with a scale and a minimum: weight = d q + m. 6 bits a weight.
 * Source: the GGUF specification and ggml. */
#ifndef LK_Q5_1_BLOCK_H
#define LK_Q5_1_BLOCK_H

#include "llamakernels.h"

#pragma pack(push, 1)
typedef struct lk_block_q5_1 {
    uint16_t d;     /* f16 */
    uint16_t m;     /* f16 */
    uint32_t qh;    /* bit i: the fifth bit of element i's q */
    uint8_t qs[16]; /* low four bits of element i in the low nibble, of element i + 16 in the high nibble */
} lk_block_q5_1;
#pragma pack(pop)
_Static_assert(sizeof(lk_block_q5_1) == LK_BLOCK_BYTES_Q5_1, "Q5_1 block");

#endif
