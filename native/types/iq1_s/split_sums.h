/* What the splits of 32 elements are summed up from. */
#ifndef LK_IQ1_S_SPLIT_SUMS_H
#define LK_IQ1_S_SPLIT_SUMS_H

#include "types/iq_ternary.h"

/* Of the first i ordered elements: weight x and weight; the end is repeated for vectors that reach over it.
 */
typedef struct lk_iq1_sums {
    float wx[40], w[40];
} lk_iq1_sums;

static inline void lk_iq1_sum_up(lk_iq1_sums *sums, const float *x, const float *weight,
                                 const uint8_t *order) {
    sums->wx[0] = sums->w[0] = 0;
    for (int j = 0; j < 32; j++) {
        sums->wx[j + 1] = sums->wx[j] + weight[order[j]] * x[order[j]];
        sums->w[j + 1] = sums->w[j] + weight[order[j]];
    }
    for (int j = 33; j < 40; j++) {
        sums->wx[j] = sums->wx[32];
        sums->w[j] = sums->w[32];
    }
}

#endif
