/* The order of iq_ternary.h in plain loops. */
#ifndef LK_IQ_TERNARY_PLAIN_H
#define LK_IQ_TERNARY_PLAIN_H

#include "types/iq_nearest_plain.h"
#include "types/iq_ternary.h"

static inline void lk_iq1_sort_plain(uint8_t *order, const float *x, int n) {
    for (int i = 0; i < n; i++) {
        int place = i;
        for (; place > 0 && x[i] < x[order[place - 1]]; place--) order[place] = order[place - 1];
        order[place] = (uint8_t)i;
    }
}

#endif
