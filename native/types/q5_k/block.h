/* Q5_K: 256 weights of 5 bits, each 32 with a 6-bit scale and a 6-bit minimum: weight = d scale q - dmin min.
 * 5.5 bits a weight. Source: the GGUF specification and ggml. */
#ifndef LK_Q5_K_BLOCK_H
#define LK_Q5_K_BLOCK_H

#include "llamakernels.h"

#pragma pack(push, 1)
typedef struct lk_block_q5_k {
    uint16_t d;         /* f16 */
    uint16_t dmin;      /* f16 */
    uint8_t scales[12]; /* lk_k_scale and lk_k_min of 32 elements in turn */
    uint8_t qh[32];     /* fifth bit of element 32 j + l: bit j of byte l */
    uint8_t qs[128]; /* low bits of element 64 g + l: low nibble of byte 32 g + l; of 64 g + 32 + l: its high
                        nibble */
} lk_block_q5_k;
#pragma pack(pop)
_Static_assert(sizeof(lk_block_q5_k) == LK_BLOCK_BYTES_Q5_K, "Q5_K block");

#endif
