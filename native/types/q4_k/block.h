/* Q4_K: 256 weights of 4 bits, each 32 with a 6-bit scale and a 6-bit minimum: weight = d scale q - dmin min.
 * 4.5 bits a weight. Source: the GGUF specification and ggml. */
#ifndef LK_Q4_K_BLOCK_H
#define LK_Q4_K_BLOCK_H

#include "llamakernels.h"

#pragma pack(push, 1)
typedef struct lk_block_q4_k {
    uint16_t d;         /* f16 */
    uint16_t dmin;      /* f16 */
    uint8_t scales[12]; /* lk_k_scale and lk_k_min of 32 elements in turn */
    uint8_t qs[128]; /* q of element 64 g + l in the low nibble of byte 32 g + l, of 64 g + 32 + l in the high
                        one */
} lk_block_q4_k;
#pragma pack(pop)
_Static_assert(sizeof(lk_block_q4_k) == LK_BLOCK_BYTES_Q4_K, "Q4_K block");

#endif
