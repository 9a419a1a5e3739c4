/* The two-bit fields of Q2_K, Q3_K, Q6_K and TQ2_0: of 256 values, that of element 128 h + 32 j + l in bits 2
 * j of byte 32 h + l (j < 4, l < 32). */
#ifndef LK_TWO_BITS_H
#define LK_TWO_BITS_H

#include "types/inline.h"
#include <stdint.h>

/* values: below 4. */
LK_INLINE void lk_pack_two_bits(uint8_t *packed, const uint8_t *values) {
    for (int h = 0; h < 2; h++)
        for (int l = 0; l < 32; l++) {
            const uint8_t *v = values + 128 * h + l;
            packed[32 * h + l] = (uint8_t)(v[0] | v[32] << 2 | v[64] << 4 | v[96] << 6);
        }
}

#endif
