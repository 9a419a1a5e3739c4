/* The digits of TQ1_0 and TQ2_0, after an ISA's steps header. */
#ifndef LK_TERNARY_H
#define LK_TERNARY_H

#include "types/float16.h"

/* Of 256 weights: q = x / d rounded, plus 1, under the scale of the largest; returns d as f16. */
LK_INLINE uint16_t lk_ternary_digits(uint8_t *q, const float *x) {
    float d = 0;
    for (int g = 0; g < 8; g++) d = fmaxf(d, fabsf(lk_extreme32(x + 32 * g)));
    const float inverse = d != 0 ? 1 / d : 0;
    int8_t steps[256];
    for (int g = 0; g < 8; g++) lk_round32(steps + 32 * g, x + 32 * g, inverse);
    for (int i = 0; i < 256; i++) q[i] = (uint8_t)(steps[i] + 1);
    return lk_f16_from_float(d);
}

#endif
