/* By how much an element's squared error counts where an encoder searches for a scale: the importance of its
 * column, and more where the element is large. Source: ggml's quantizer. */
#ifndef LK_ERROR_WEIGHTS_H
#define LK_ERROR_WEIGHTS_H

#include "types/inline.h"
#include <math.h>
#include <stddef.h>
#include <stdint.h>

/* In order, so that every ISA sums alike. */
LK_INLINE float lk_sum_squares(const float *x, int64_t n) {
    float sum = 0;
    for (int64_t i = 0; i < n; i++) sum += x[i] * x[i];
    return sum;
}

/* variance: of the elements around; floor: what is added to the squares where there is no importance. */
LK_INLINE void lk_error_weights(float *weight, const float *x, const float *importance, int n, float variance,
                                float floor) {
    if (importance == NULL)
        for (int i = 0; i < n; i++) weight[i] = floor + x[i] * x[i];
    else
        for (int i = 0; i < n; i++) weight[i] = importance[i] * sqrtf(variance + x[i] * x[i]);
}

#endif
