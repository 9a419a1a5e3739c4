/* What the splits of 16 elements are summed up from. */
#ifndef LK_IQ1_M_SPLIT_TERMS_H
#define LK_IQ1_M_SPLIT_TERMS_H

#include "types/iq_ternary.h"

/* terms[level][j]: what ordered element j adds to the sums where it has a level: to weight q x for each of
 * the four shifts, then to weight q^2. */
typedef float lk_iq1_terms[3][16][8];

static inline void lk_iq1_take_terms(lk_iq1_terms terms, const float *x, const float *weight,
                                     const uint8_t *order) {
    for (int level = 0; level < 3; level++)
        for (int j = 0; j < 16; j++)
            for (int shifts = 0; shifts < 4; shifts++) {
                const int i = order[j];
                const float q = lk_iq1_levels[lk_iq1_shift(shifts, i / 8, 16)][level];
                terms[level][j][shifts] = weight[i] * q * x[i];
                terms[level][j][shifts + 4] = weight[i] * q * q;
            }
}

#endif
