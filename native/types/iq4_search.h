/* The encoders of IQ4_NL and IQ4_XS: 32 weights become d table[q] of the uneven steps of lk_iq4_values. 16
 * steps d are tried, and the one is kept that, fitted to the indices it gave, leaves the least weighted
 * squared error. What is tried and how ties go is ggml's, so that the bytes are. */
#ifndef LK_IQ4_SEARCH_H
#define LK_IQ4_SEARCH_H

#include "types/error_weights.h"
#include "types/inline.h"
#include "types/iq4_nl/block.h"
#include "types/rounding.h"
#include <stdint.h>

enum { LK_IQ4_TRIALS = 16 };

/* Halfway between neighbours of lk_iq4_values. */
static const float lk_iq4_middles[15] = {-115.5f, -93.5f, -74,   -57,   -42, -28.5f, -16, -4.5f,
                                         7,       19,     31.5f, 45.5f, 61,  79,     101};

/* What an ISA brings. */
typedef struct lk_iq4_kernels {
    /* For each trial, sums over 32 elements x, which are multiplied by inverse[trial] and set to the nearest
     * value q: of weight q x and of weight q^2. */
    void (*sums)(float *qx, float *qq, const float *inverse, const float *x, const float *weight);
    /* The indices of the values nearest to inverse x, of 32 elements. */
    void (*nearest)(uint8_t *q, const float *x, float inverse);
} lk_iq4_kernels;

/* The element that is largest in magnitude, the first of equal ones. */
static inline float lk_iq4_extreme(const float *x) {
    float extreme = 0;
    for (int i = 0; i < 32; i++)
        if (fabsf(x[i]) > fabsf(extreme)) extreme = x[i];
    return extreme;
}

/* The best d of 32 elements; the sign goes with the extreme, which the first trial makes -127. */
LK_INLINE float lk_iq4_scale(const float *x, const float *weight, const lk_iq4_kernels *kernels) {
    const float extreme = lk_iq4_extreme(x);
    if (fabsf(extreme) < 1e-15f) return 0;
    float inverse[LK_IQ4_TRIALS], qx[LK_IQ4_TRIALS], qq[LK_IQ4_TRIALS];
    inverse[0] = 1 / (-extreme / lk_iq4_values[0]);
    for (int t = 1; t < LK_IQ4_TRIALS; t++) inverse[t] = (float)(t - 8 + lk_iq4_values[0]) / extreme;
    kernels->sums(qx, qq, inverse, x, weight);
    float d = qq[0] > 0 ? qx[0] / qq[0] : 0, best = d * qx[0];
    for (int t = 1; t < LK_IQ4_TRIALS; t++) {
        if (!(qq[t] > 0 && qx[t] * qx[t] > best * qq[t])) continue;
        d = qx[t] / qq[t];
        best = d * qx[t];
    }
    return d;
}

static inline void lk_iq4_pack(uint8_t *dst, const uint8_t *q) {
    for (int i = 0; i < 16; i++) dst[i] = (uint8_t)(q[i] | q[i + 16] << 4);
}

static inline float lk_iq4_inverse(float d) {
    return d != 0 ? 1 / d : 0;
}

#endif
