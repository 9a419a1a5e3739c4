/* MXFP4: 32 weights of 4 bits (E2M1) under a power of two (E8M0): weight = 2^(e - 128) table[q], the table
 * holding the doubled E2M1 values. 4.25 bits a weight. Source: OCP Microscaling Formats (MX) 1.0; the order
 * of the nibbles is ggml's. */
#ifndef LK_MXFP4_BLOCK_H
#define LK_MXFP4_BLOCK_H

#include "llamakernels.h"

/* Twice the E2M1 values. */
static const int8_t lk_mxfp4_values[16] = {0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12};

#pragma pack(push, 1)
typedef struct lk_block_mxfp4 {
    uint8_t e;      /* biased exponent */
    uint8_t qs[16]; /* q of element i in the low nibble, of element i + 16 in the high nibble */
} lk_block_mxfp4;
#pragma pack(pop)
_Static_assert(sizeof(lk_block_mxfp4) == LK_BLOCK_BYTES_MXFP4, "MXFP4 block");

#endif
