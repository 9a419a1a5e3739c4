/* The search of iq4_search.h in plain loops: the specification. */
#ifndef LK_IQ4_PLAIN_H
#define LK_IQ4_PLAIN_H

#include "types/iq4_search.h"

static inline int lk_iq4_index(float value) {
    int index = 0;
    for (int step = 8; step > 0; step /= 2)
        if (!(value < lk_iq4_middles[index + step - 1])) index += step;
    return index;
}

static inline void lk_iq4_sums_plain(float *qx, float *qq, const float *inverse, const float *x,
                                     const float *weight) {
    for (int t = 0; t < LK_IQ4_TRIALS; t++) {
        qx[t] = qq[t] = 0;
        for (int i = 0; i < 32; i++) {
            const float q = lk_iq4_values[lk_iq4_index(inverse[t] * x[i])];
            qx[t] += weight[i] * q * x[i];
            qq[t] += weight[i] * q * q;
        }
    }
}

static inline void lk_iq4_nearest_plain(uint8_t *q, const float *x, float inverse) {
    for (int i = 0; i < 32; i++) q[i] = (uint8_t)lk_iq4_index(inverse * x[i]);
}

static const lk_iq4_kernels lk_iq4_plain = {lk_iq4_sums_plain, lk_iq4_nearest_plain};

#endif
