/* Pairs of four-bit fields in a byte. */
#ifndef LK_NIBBLES_H
#define LK_NIBBLES_H

#include "types/inline.h"
#include <stdint.h>

/* The low four bits of the first n values in the low nibbles of n bytes, of the next n in the high ones. */
LK_INLINE void lk_pack_nibbles(uint8_t *packed, const uint8_t *values, const int n) {
    for (int i = 0; i < n; i++) packed[i] = (uint8_t)((values[i] & 15) | values[i + n] << 4);
}

/* Bit i: the fifth bit of value i of 32. */
LK_INLINE uint32_t lk_fifth_bits(const uint8_t *values) {
    uint32_t bits = 0;
    for (int i = 0; i < 32; i++) bits |= (uint32_t)(values[i] >> 4 & 1) << i;
    return bits;
}

#endif
