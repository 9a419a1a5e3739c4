/* Q8_0: 32 weights of 8 bits under one scale: weight = d q. 8.5 bits a weight. Quantizers write q in [-127,
 * 127]; a file may hold -128. Source: the GGUF specification and ggml. */
#ifndef LK_Q8_0_BLOCK_H
#define LK_Q8_0_BLOCK_H

#include "llamakernels.h"

#pragma pack(push, 1)
typedef struct lk_block_q8_0 {
    uint16_t d; /* f16 */
    int8_t qs[32];
} lk_block_q8_0;
#pragma pack(pop)
_Static_assert(sizeof(lk_block_q8_0) == LK_BLOCK_BYTES_Q8_0, "Q8_0 block");

#endif
