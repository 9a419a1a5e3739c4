#ifndef LK_IQ1_S_SPLIT_PLAIN_H
#define LK_IQ1_S_SPLIT_PLAIN_H

#include "types/iq1_s/split_sums.h"

static inline void lk_iq1_s_split_plain(lk_iq1_split *best, const float *x, const float *weight,
                                        const uint8_t *order) {
    lk_iq1_sums sums;
    lk_iq1_sum_up(&sums, x, weight, order);
    const float *wx = sums.wx, *w = sums.w;
    for (int low = 0; low <= 32; low++)
        for (int high = low; high <= 32; high++)
            for (int shift = 0; shift < 2; shift++) {
                const float *q = lk_iq1_levels[shift];
                const float qx = wx[low] * q[0] + (wx[high] - wx[low]) * q[1] + (wx[32] - wx[high]) * q[2];
                const float qq =
                    w[low] * q[0] * q[0] + (w[high] - w[low]) * q[1] * q[1] + (w[32] - w[high]) * q[2] * q[2];
                lk_iq1_consider(best, qx, qq, low, high, shift);
            }
}

#endif
