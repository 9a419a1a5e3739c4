/* Q2_K: 256 weights of 2 bits, each 16 with a 4-bit scale and a 4-bit minimum: weight = d scale q - dmin min.
 * 2.625 bits a weight. Source: the GGUF specification and ggml. */
#ifndef LK_Q2_K_BLOCK_H
#define LK_Q2_K_BLOCK_H

#include "llamakernels.h"

#pragma pack(push, 1)
typedef struct lk_block_q2_k {
    uint8_t scales[16]; /* of 16 elements in turn: scale in the low nibble, minimum in the high nibble */
    uint8_t qs[64];     /* q of element 128 h + 32 j + l: bits 2 j of byte 32 h + l (j < 4, l < 32) */
    uint16_t d;         /* f16 */
    uint16_t dmin;      /* f16 */
} lk_block_q2_k;
#pragma pack(pop)
_Static_assert(sizeof(lk_block_q2_k) == LK_BLOCK_BYTES_Q2_K, "Q2_K block");

#endif
