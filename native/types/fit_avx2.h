/* fit_plain.h in AVX2. */
#ifndef LK_FIT_AVX2_H
#define LK_FIT_AVX2_H

#include "types/lanes_avx2.h"
#include "types/fit_lanes.h"
#include "types/fit_positive_avx2.h"

LK_INLINE float lk_fit_levels(uint8_t *levels, const float *x, const float *w, const int n, const int top) {
    return lk_fit_positive_avx2(levels, x, w, n, top);
}

#endif
