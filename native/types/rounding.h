/* How encoders round floats to integers; every float has a defined result. */
#ifndef LK_ROUNDING_H
#define LK_ROUNDING_H

#include "types/float16.h"
#include <math.h>

/* To nearest, ties to even, for magnitudes below 2^22: adding 1.5 2^23 leaves the integer in the low bits.
 * What is larger becomes what those bits hold then, NaN becomes 0. */
static inline int lk_nearest(float value) {
    return (int)(lk_bits_of_float(value + 0x1.8p23f) & 0x7fffffu) - 0x400000;
}

/* Towards zero; 0 where an int cannot hold it. */
static inline int lk_truncate(float value) {
    return fabsf(value) < 0x1p31f ? (int)value : 0;
}

static inline int lk_clamp(int value, int low, int high) {
    return value < low ? low : value > high ? high : value;
}

#endif
