/* The 6-bit scales and minimums of Q4_K and Q5_K, packed in 12 bytes: pair j < 4 in the low 6 bits of bytes j
 * and j + 4; pair j >= 4 has its low 4 bits in the nibbles of byte j + 4 and its high 2 bits on top of bytes
 * j - 4 and j. */
#ifndef LK_K_SCALES_H
#define LK_K_SCALES_H

#include <stdint.h>

static inline int lk_k_scale(const uint8_t *packed, int j) {
    return j < 4 ? packed[j] & 63 : (packed[j + 4] & 15) | packed[j - 4] >> 6 << 4;
}

static inline int lk_k_min(const uint8_t *packed, int j) {
    return j < 4 ? packed[j + 4] & 63 : packed[j + 4] >> 4 | packed[j] >> 6 << 4;
}

#endif
