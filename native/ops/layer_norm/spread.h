/* How the ISAs that sum in float come to a mean and a deviation: a first mean m, then over x - m the sums
 * that are left. With rest = mean(x - m), the mean is m + rest and the variance mean((x - m)^2) - rest^2; and
 * (x - m) - rest keeps the digits that the rounding of m would take from it. */
#ifndef LK_LAYER_NORM_SPREAD_H
#define LK_LAYER_NORM_SPREAD_H

#include <math.h>
#include <stdint.h>

typedef struct lk_spread {
    float mean, rest; /* the mean of x is mean + rest */
    float scale;      /* 1 / deviation */
} lk_spread;

/* From m, the sum of x - m and the sum of their squares. */
static inline lk_spread lk_spread_of(float mean, float sum, float squares, int64_t n, float eps) {
    float rest = sum / (float)n, variance = squares / (float)n - rest * rest;
    return (lk_spread){mean, rest, 1 / sqrtf((variance < 0 ? 0 : variance) + eps)};
}

#endif
