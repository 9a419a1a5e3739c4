/* The choice among points near, in plain loops: the specification. */
#ifndef LK_IQ_NEAREST_PLAIN_H
#define LK_IQ_NEAREST_PLAIN_H

#include <float.h>
#include "types/iq_near.h"

static inline uint16_t lk_iq_nearest_plain(const uint16_t *codes, int eights, const float *x,
                                           const float *weight, float scale, const float *levels, int bits) {
    uint16_t nearest = codes[0];
    float least = FLT_MAX;
    for (int c = 0; c < 8 * eights; c++) {
        float sum = 0;
        for (int i = 0; i < lk_iq_coordinates(bits); i++) {
            const float difference = scale * levels[codes[c] >> bits * i & ((1 << bits) - 1)] - x[i];
            sum += weight[i] * difference * difference;
        }
        if (!(sum < least)) continue;
        least = sum;
        nearest = codes[c];
    }
    return nearest;
}

#endif
