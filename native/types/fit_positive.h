/* The scale of values that are not negative, which the scales and minimums of a block are: ggml's search,
 * operation for operation. */
#ifndef LK_FIT_POSITIVE_H
#define LK_FIT_POSITIVE_H

#include "types/fit_group.h"

/* bytes: steps below 0, which stray values have, count as bytes; ggml's first try does that and the others do
 * not. */
static inline float lk_positive_error(const float *x, const float *w, int n, float inverse, int top,
                                      bool bytes) {
    const float scale = 1 / inverse;
    float error = 0;
    for (int i = 0; i < n; i++) {
        const int nearest = lk_nearest(inverse * x[i]), step = nearest < top ? nearest : top;
        const float difference = x[i] - scale * (float)(bytes ? (uint8_t)nearest : step);
        error += w[i] * difference * difference;
    }
    return error;
}

/* One round over all values; returns whether a step moved. */
static inline bool lk_positive_round(lk_signed_sums *sums, uint8_t *q, const float *x, const float *w, int n,
                                     int top) {
    bool changed = false;
    for (int i = 0; i < n; i++) {
        lk_signed_sums moved = {sums->xq - w[i] * x[i] * q[i], sums->qq - w[i] * q[i] * q[i]};
        if (!(moved.xq > 0 && moved.qq > 0)) continue;
        const int nearest = lk_nearest(x[i] * moved.qq / moved.xq), step = nearest < top ? nearest : top;
        if (step == q[i]) continue;
        moved.xq += w[i] * x[i] * (float)step;
        moved.qq += w[i] * (float)step * (float)step;
        if (!(moved.xq * moved.xq * sums->qq > sums->xq * sums->xq * moved.qq)) continue;
        q[i] = (uint8_t)step;
        *sums = moved;
        changed = true;
    }
    return changed;
}

/* Returns the scale of x = scale q, q in [0, top]. */
static inline float lk_fit_positive(uint8_t *q, const float *x, const float *w, int n, int top) {
    float largest = 0;
    for (int i = 0; i < n; i++) largest = largest > x[i] ? largest : x[i];
    memset(q, 0, (size_t)n);
    if (largest < LK_FIT_LEAST) return 0;
    float inverse = (float)top / largest, best = lk_positive_error(x, w, n, inverse, top, true);
    for (int i = -4; i <= 4; i++) {
        if (i == 0) continue;
        const float tried = (0.1f * (float)i + (float)top) / largest;
        const float error = lk_positive_error(x, w, n, tried, top, false);
        if (!(error < best)) continue;
        best = error;
        inverse = tried;
    }
    lk_signed_sums sums = {0, 0};
    for (int i = 0; i < n; i++) {
        const int nearest = lk_nearest(inverse * x[i]), step = nearest < top ? nearest : top;
        q[i] = (uint8_t)step;
        sums.xq += w[i] * x[i] * (float)step;
        sums.qq += w[i] * (float)step * (float)step;
    }
    for (int round = 0; round < 5; round++)
        if (!lk_positive_round(&sums, q, x, w, n, top)) break;
    return sums.qq > 0 ? sums.xq / sums.qq : 0;
}

#endif
