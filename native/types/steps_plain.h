/* What encoders without a search do to a block of 32 weights, in plain C: the specification. steps_avx2.h
 * offers the same names and writes the same bytes. */
#ifndef LK_STEPS_H
#define LK_STEPS_H

#include "types/fit_group.h"
#include "types/inline.h"
#include <stdint.h>

/* The weight of largest magnitude, the first of several. */
LK_INLINE float lk_extreme32(const float *x) {
    return lk_extreme(x, 32);
}

/* Of zeros that differ in sign, the first. */
LK_INLINE void lk_range32(float *low, float *high, const float *x) {
    *low = *high = x[0];
    for (int i = 1; i < 32; i++) {
        if (x[i] < *low) *low = x[i];
        if (x[i] > *high) *high = x[i];
    }
}

/* q = (x - low) inverse + offset without its fraction, at most top. */
LK_INLINE void lk_steps32(uint8_t *q, const float *x, float low, float inverse, float offset, const int top) {
    for (int i = 0; i < 32; i++) {
        const int step = lk_truncate((x[i] - low) * inverse + offset);
        q[i] = (uint8_t)(step < top ? step : top);
    }
}

/* q = x inverse, to nearest, halves away from zero. */
LK_INLINE void lk_round32(int8_t *q, const float *x, float inverse) {
    for (int i = 0; i < 32; i++) q[i] = (int8_t)lk_truncate(roundf(x[i] * inverse));
}

#endif
