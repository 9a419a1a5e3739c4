/* fit_plain.h in NEON. */
#ifndef LK_FIT_NEON_H
#define LK_FIT_NEON_H

#include "types/lanes_neon.h"
#include "types/fit_lanes.h"
#include "types/fit_positive.h"

LK_INLINE float lk_fit_levels(uint8_t *levels, const float *x, const float *w, const int n, const int top) {
    return lk_fit_positive(levels, x, w, n, top);
}

#endif
