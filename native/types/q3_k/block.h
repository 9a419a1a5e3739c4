/* Q3_K: 256 weights of 3 bits, each 16 with a 6-bit scale: weight = d (scale - 32) (q - 4). 3.4375 bits a
 * weight. Source: the GGUF specification and ggml. */
#ifndef LK_Q3_K_BLOCK_H
#define LK_Q3_K_BLOCK_H

#include "llamakernels.h"

#pragma pack(push, 1)
typedef struct lk_block_q3_k {
    uint8_t hmask[32]; /* third bit of element 128 h + 32 j + l: bit 4 h + j of byte l */
    uint8_t qs[64]; /* low two bits of element 128 h + 32 j + l: bits 2 j of byte 32 h + l (j < 4, l < 32) */
    uint8_t scales[12]; /* scale i: low 4 bits in nibble i / 8 of byte i % 8, high 2 at bit 2 (i / 4) of byte
                           8 + i % 4 */
    uint16_t d;         /* f16 */
} lk_block_q3_k;
#pragma pack(pop)
_Static_assert(sizeof(lk_block_q3_k) == LK_BLOCK_BYTES_Q3_K, "Q3_K block");

#endif
