/* Q6_K: 256 weights of 6 bits, each 16 with an 8-bit scale: weight = d scale (q - 32). 6.5625 bits a weight.
 * Source: the GGUF specification and ggml. */
#ifndef LK_Q6_K_BLOCK_H
#define LK_Q6_K_BLOCK_H

#include "llamakernels.h"

#pragma pack(push, 1)
typedef struct lk_block_q6_k {
    uint8_t ql[128]; /* low four bits of element 128 h + 64 n + 32 j + l: nibble n of byte 64 h + 32 j + l */
    uint8_t qh[64]; /* high two bits of element 128 h + 32 j + l: bits 2 j of byte 32 h + l (j < 4, l < 32) */
    int8_t scales[16]; /* of 16 elements in turn */
    uint16_t d;        /* f16 */
} lk_block_q6_k;
#pragma pack(pop)
_Static_assert(sizeof(lk_block_q6_k) == LK_BLOCK_BYTES_Q6_K, "Q6_K block");

#endif
