/* TQ1_0: 256 ternary weights, five to a byte: weight = d (q - 1) with q in 0, 1, 2. A byte is the fraction
 * 0.q0q1q2q3q4 in base 3, rounded up to 256ths: digit n is floor(3 (byte 3^n mod 256) / 256). 1.6875 bits a
 * weight. Source: ggml. */
#ifndef LK_TQ1_0_BLOCK_H
#define LK_TQ1_0_BLOCK_H

#include "llamakernels.h"

#pragma pack(push, 1)
typedef struct lk_block_tq1_0 {
    uint8_t qs[48]; /* digit n of byte m is weight 32 n + m, of byte 32 + m it is weight 160 + 16 n + m */
    uint8_t qh[4];  /* digit n of byte m, n < 4, is weight 240 + 4 n + m */
    uint16_t d;     /* f16 */
} lk_block_tq1_0;
#pragma pack(pop)
_Static_assert(sizeof(lk_block_tq1_0) == LK_BLOCK_BYTES_TQ1_0, "TQ1_0 block");

#endif
