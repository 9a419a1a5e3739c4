/* By how much the square of each weight's error counts, where there is an importance matrix: after ggml, by
 * the importance and by the weight's own size, with the mean square of its surroundings as a floor. */
#ifndef LK_ERROR_WEIGHTS_H
#define LK_ERROR_WEIGHTS_H

#include "types/inline.h"
#include <math.h>
#include <stdint.h>

/* Added one after the other. */
LK_INLINE float lk_sum_squares(const float *x, int64_t n) {
    float sum = 0;
    for (int64_t i = 0; i < n; i++) sum += x[i] * x[i];
    return sum;
}

LK_INLINE void lk_error_weights(float *w, const float *x, const float *importance, float mean_square, int n) {
    for (int i = 0; i < n; i++) w[i] = importance[i] * sqrtf(mean_square + x[i] * x[i]);
}

#endif
