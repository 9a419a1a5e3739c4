#ifndef LK_IQ1_M_SPLIT_PLAIN_H
#define LK_IQ1_M_SPLIT_PLAIN_H

#include "types/iq1_m/split_terms.h"

static inline void lk_iq1_m_split_plain(lk_iq1_split *best, const float *x, const float *weight,
                                        const uint8_t *order) {
    lk_iq1_terms terms;
    lk_iq1_take_terms(terms, x, weight, order);
    for (int low = 0; low <= 16; low++)
        for (int high = low; high <= 16; high++) {
            float sums[8] = {0};
            for (int j = 0; j < 16; j++) {
                const float *term = terms[(j >= low) + (j >= high)][j];
                for (int s = 0; s < 8; s++) sums[s] += term[s];
            }
            for (int shifts = 0; shifts < 4; shifts++)
                lk_iq1_consider(best, sums[shifts], sums[shifts + 4], low, high, shifts);
        }
}

#endif
