/* What encoders do to all groups of a block of 256 weights, in plain C: the specification. fit_avx2.h and
 * fit_neon.h offer the same names and write the same bytes, so a type's file of an ISA includes one of the
 * three and then the body that all of them share.
 *
 * x, w, q: 256 elements; scale, minimum, offset, sums: one for each group of n, which is 16 or 32. */
#ifndef LK_FIT_H
#define LK_FIT_H

#include "types/fit_positive.h"
#include "types/inline.h"

/* The sum of each group's values, added one after the other. */
LK_INLINE void lk_group_sums(float *sums, const float *values, const int n) {
    for (int g = 0; g < 256 / n; g++) {
        sums[g] = 0;
        for (int i = 0; i < n; i++) sums[g] += values[n * g + i];
    }
}

LK_INLINE void lk_fit_affine(float *scale, float *minimum, uint8_t *q, const float *x, const float *w,
                             const int n, const lk_affine_search search) {
    for (int g = 0; g < 256 / n; g++) {
        const lk_affine fit = lk_fit_affine_group(q + n * g, x + n * g, w + n * g, n, search);
        scale[g] = fit.scale;
        minimum[g] = fit.minimum;
    }
}

LK_INLINE void lk_fit_signed(float *scale, uint8_t *q, const float *x, const float *w, const int n,
                             const int half) {
    for (int g = 0; g < 256 / n; g++)
        scale[g] = lk_fit_signed_group(q + n * g, x + n * g, w + n * g, n, half);
}

LK_INLINE void lk_refine_signed(float *scale, uint8_t *q, const float *x, const int n, const int half) {
    for (int g = 0; g < 256 / n; g++) scale[g] = lk_refine_signed_group(q + n * g, x + n * g, n, half);
}

/* The levels of n scales or minimums, 8 or 16; returns their scale. */
LK_INLINE float lk_fit_levels(uint8_t *levels, const float *x, const float *w, const int n, const int top) {
    return lk_fit_positive(levels, x, w, n, top);
}

/* The steps for scales that are final: q = (x + offset) / scale, kept in [low, high], from 0. Groups whose
 * scale is 0 keep what they have. */
LK_INLINE void lk_requantize(uint8_t *q, const float *x, const float *scale, const float *offset, const int n,
                             const int low, const int high) {
    for (int g = 0; g < 256 / n; g++) {
        if (scale[g] == 0) continue;
        for (int i = n * g; i < n * (g + 1); i++)
            q[i] = (uint8_t)(lk_clamp(lk_nearest((x[i] + offset[g]) / scale[g]), low, high) - low);
    }
}

#endif
