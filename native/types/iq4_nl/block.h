/* IQ4_NL: 32 weights of 4 bits that index a table of uneven steps: weight = d table[q]. 4.5 bits a weight.
 * Source: the GGUF specification and ggml. */
#ifndef LK_IQ4_NL_BLOCK_H
#define LK_IQ4_NL_BLOCK_H

#include "llamakernels.h"

/* The table of IQ4_NL and IQ4_XS. */
static const int8_t lk_iq4_values[16] = {-127, -104, -83, -65, -49, -35, -22, -10,
                                         1,    13,   25,  38,  53,  69,  89,  113};

#pragma pack(push, 1)
typedef struct lk_block_iq4_nl {
    uint16_t d;     /* f16 */
    uint8_t qs[16]; /* q of element i in the low nibble, of element i + 16 in the high nibble */
} lk_block_iq4_nl;
#pragma pack(pop)
_Static_assert(sizeof(lk_block_iq4_nl) == LK_BLOCK_BYTES_IQ4_NL, "IQ4_NL block");

#endif
