/* The rounding of the encoders that search for a scale. */
#ifndef LK_NEAREST_INTEGER_H
#define LK_NEAREST_INTEGER_H

#include "types/float16.h"

/* To nearest, ties to even, of a number below 2^22 in magnitude: adding 1.5 2^23 leaves the integer in the
 * fraction's bits. What is larger or NaN gives some number of 23 bits, the same on every processor. */
static inline int32_t lk_nearest_integer(float value) {
    return (int32_t)(lk_bits_of_float(value + 12582912.0f) & 0x7fffffu) - 0x400000;
}

static inline int32_t lk_nearest_between(float value, int32_t least, int32_t most) {
    const int32_t nearest = lk_nearest_integer(value);
    return nearest < least ? least : nearest > most ? most : nearest;
}

#endif
