/* The scale of values that are not negative, which the scales and minimums of a block are, and but for few
 * the magnitudes of IQ2_XXS: ggml's search, operation for operation. */
#ifndef LK_FIT_POSITIVE_H
#define LK_FIT_POSITIVE_H

#include "types/fit_group.h"

enum { LK_POSITIVE_ROUNDS = 5 };

static inline int lk_positive_step(float value, int top) {
    const int nearest = lk_nearest(value);
    return nearest < top ? nearest : top;
}

/* first: of the first trial, in which a step less than 0 wraps around, as ggml's bytes do. */
static inline float lk_positive_error(const float *x, const float *w, int n, float inverse, int top,
                                      bool first) {
    const float scale = 1 / inverse;
    float error = 0;
    for (int i = 0; i < n; i++) {
        const int q = lk_positive_step(inverse * x[i], top);
        const float difference = x[i] - scale * (float)(first ? (uint8_t)q : q);
        error += w[i] * difference * difference;
    }
    return error;
}

/* The inverse of the scale in trial i of [-4, 4]. */
static inline float lk_positive_trial(int i, int top, float largest) {
    return (0.1f * (float)i + (float)top) / largest;
}

/* The steps that inverse makes, and their sums. */
static inline lk_signed_sums lk_positive_start(uint8_t *q, const float *x, const float *w, int n,
                                               float inverse, int top) {
    lk_signed_sums sums = {0, 0};
    for (int i = 0; i < n; i++) {
        const int step = lk_positive_step(inverse * x[i], top);
        q[i] = (uint8_t)step;
        sums.xq += w[i] * x[i] * (float)step;
        sums.qq += w[i] * (float)step * (float)step;
    }
    return sums;
}

/* Gives one value the step that suits the scale of the others, where that is better; returns whether it
 * moved. */
static inline bool lk_positive_move(lk_signed_sums *sums, uint8_t *q, float x, float w, int top) {
    lk_signed_sums moved = {sums->xq - w * x * *q, sums->qq - w * *q * *q};
    if (!(moved.xq > 0 && moved.qq > 0)) return false;
    const int step = lk_positive_step(x * moved.qq / moved.xq, top);
    if (step == *q) return false;
    moved.xq += w * x * (float)step;
    moved.qq += w * (float)step * (float)step;
    if (!(moved.xq * moved.xq * sums->qq > sums->xq * sums->xq * moved.qq)) return false;
    *q = (uint8_t)step;
    *sums = moved;
    return true;
}

static inline float lk_positive_scale(lk_signed_sums sums) {
    return sums.qq > 0 ? sums.xq / sums.qq : 0;
}

/* Returns the scale of x = scale q, q in [0, top]. */
static inline float lk_fit_positive(uint8_t *q, const float *x, const float *w, int n, int top) {
    float largest = 0;
    for (int i = 0; i < n; i++) largest = largest > x[i] ? largest : x[i];
    if (largest < LK_FIT_LEAST) {
        for (int i = 0; i < n; i++) q[i] = 0;
        return 0;
    }
    float inverse = (float)top / largest, best = lk_positive_error(x, w, n, inverse, top, true);
    for (int i = -4; i <= 4; i++) {
        if (i == 0) continue;
        const float tried = lk_positive_trial(i, top, largest);
        const float error = lk_positive_error(x, w, n, tried, top, false);
        if (!(error < best)) continue;
        best = error;
        inverse = tried;
    }
    lk_signed_sums sums = lk_positive_start(q, x, w, n, inverse, top);
    bool moved = true;
    for (int round = 0; round < LK_POSITIVE_ROUNDS && moved; round++) {
        moved = false;
        for (int i = 0; i < n; i++) moved |= lk_positive_move(&sums, q + i, x[i], w[i], top);
    }
    return lk_positive_scale(sums);
}

#endif
