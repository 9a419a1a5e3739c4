/* IQ4_XS: 256 weights of 4 bits that index IQ4_NL's table, each 32 with a 6-bit scale: weight = d (scale -
 * 32) table[q]. 4.25 bits a weight. Source: the GGUF specification and ggml. */
#ifndef LK_IQ4_XS_BLOCK_H
#define LK_IQ4_XS_BLOCK_H

#include "llamakernels.h"

#pragma pack(push, 1)
typedef struct lk_block_iq4_xs {
    uint16_t d;          /* f16 */
    uint16_t scales_h;   /* high two bits of scale j at bit 2 j */
    uint8_t scales_l[4]; /* low four bits of scale j in nibble j % 2 of byte j / 2 */
    uint8_t qs[128]; /* q of element 32 j + i in the low nibble of byte 16 j + i, of 32 j + 16 + i in the high
                        one */
} lk_block_iq4_xs;
#pragma pack(pop)
_Static_assert(sizeof(lk_block_iq4_xs) == LK_BLOCK_BYTES_IQ4_XS, "IQ4_XS block");

#endif
