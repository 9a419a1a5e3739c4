/* The scale of one group of weights, found by trial: the searches of ggml's quantizers (ggml-quants.c), one
 * float operation after the other in their order, which decides the bytes. fit_plain.h applies them to a
 * block's groups, fit_lanes.h does the same to eight groups side by side.
 *
 * x: n weights; w: by how much the square of each one's error counts; q: receives the steps, from 0. */
#ifndef LK_FIT_GROUP_H
#define LK_FIT_GROUP_H

#include "types/rounding.h"
#include <stdbool.h>
#include <string.h>

/* Groups whose largest magnitude is below count as zeros. */
#define LK_FIT_LEAST 1e-15f

/* weight = scale q + minimum, q in [0, top], minimum <= 0. */
typedef struct lk_affine {
    float scale, minimum;
} lk_affine;

/* Which scales are tried: (high - low) / (top + first + i step) for i in [0, steps]. absolute: errors count
 * by their magnitude, not by their square. */
typedef struct lk_affine_search {
    int top;
    float first, step;
    int steps;
    bool absolute;
} lk_affine_search;

static inline void lk_affine_steps(uint8_t *q, const float *x, int n, float inverse, float low, int top) {
    for (int i = 0; i < n; i++) q[i] = (uint8_t)lk_clamp(lk_nearest(inverse * (x[i] - low)), 0, top);
}

static inline float lk_affine_error(const uint8_t *q, const float *x, const float *w, int n, lk_affine fit,
                                    bool absolute) {
    float error = 0;
    for (int i = 0; i < n; i++) {
        const float difference = fit.scale * q[i] + fit.minimum - x[i];
        error += w[i] * (absolute ? fabsf(difference) : difference * difference);
    }
    return error;
}

/* The least squares line through (q, x), with a minimum of at most 0; false where q has no line. */
static inline bool lk_affine_solve(lk_affine *fit, const uint8_t *q, const float *x, const float *w, int n,
                                   float sum_w, float sum_x) {
    float sum_q = 0, sum_qq = 0, sum_xq = 0;
    for (int i = 0; i < n; i++) {
        const float wq = w[i] * q[i];
        sum_q += wq;
        sum_qq += wq * q[i];
        sum_xq += wq * x[i];
    }
    const float determinant = sum_w * sum_qq - sum_q * sum_q;
    if (!(determinant > 0)) return false;
    fit->scale = (sum_w * sum_xq - sum_x * sum_q) / determinant;
    fit->minimum = (sum_qq * sum_x - sum_q * sum_xq) / determinant;
    if (fit->minimum > 0) {
        fit->minimum = 0;
        fit->scale = sum_xq / sum_qq;
    }
    return true;
}

/* n <= 32. */
static inline lk_affine lk_fit_affine_group(uint8_t *q, const float *x, const float *w, int n,
                                            lk_affine_search search) {
    float low = x[0], high = x[0], sum_w = w[0], sum_x = w[0] * x[0];
    for (int i = 1; i < n; i++) {
        if (x[i] < low) low = x[i];
        if (x[i] > high) high = x[i];
        sum_w += w[i];
        sum_x += w[i] * x[i];
    }
    if (low > 0) low = 0;
    memset(q, 0, (size_t)n);
    if (high == low) return (lk_affine){0, low};
    float inverse = (float)search.top / (high - low);
    lk_affine best = {1 / inverse, low};
    lk_affine_steps(q, x, n, inverse, low, search.top);
    float best_error = lk_affine_error(q, x, w, n, best, search.absolute);
    for (int i = 0; i <= search.steps; i++) {
        uint8_t tried[32];
        lk_affine fit;
        inverse = (search.first + search.step * (float)i + (float)search.top) / (high - best.minimum);
        lk_affine_steps(tried, x, n, inverse, best.minimum, search.top);
        if (!lk_affine_solve(&fit, tried, x, w, n, sum_w, sum_x)) continue;
        const float error = lk_affine_error(tried, x, w, n, fit, search.absolute);
        if (!(error < best_error)) continue;
        memcpy(q, tried, (size_t)n);
        best_error = error;
        best = fit;
    }
    return best;
}

/* The weight of largest magnitude, the first of several. */
static inline float lk_extreme(const float *x, int n) {
    float extreme = 0;
    for (int i = 0; i < n; i++)
        if (fabsf(x[i]) > fabsf(extreme)) extreme = x[i];
    return extreme;
}

/* Sums over steps q of weights scale q, q in [-half, half). */
typedef struct lk_signed_sums {
    float xq, qq;
} lk_signed_sums;

static inline int lk_signed_step(float value, int half) {
    return lk_clamp(lk_nearest(value), -half, half - 1);
}

static inline lk_signed_sums lk_signed_try(const float *x, const float *w, int n, float inverse, int half) {
    lk_signed_sums sums = {0, 0};
    for (int i = 0; i < n; i++) {
        const float q = (float)lk_signed_step(inverse * x[i], half);
        sums.xq += w[i] * x[i] * q;
        sums.qq += w[i] * q * q;
    }
    return sums;
}

/* Returns the scale of weight = scale (q - half), q in [0, 2 half). */
static inline float lk_fit_signed_group(uint8_t *q, const float *x, const float *w, int n, int half) {
    memset(q, 0, (size_t)n);
    const float extreme = lk_extreme(x, n);
    if (fabsf(extreme) < LK_FIT_LEAST) return 0;
    float inverse = (float)-half / extreme;
    lk_signed_sums sums = lk_signed_try(x, w, n, inverse, half);
    float scale = sums.qq != 0 ? sums.xq / sums.qq : 0, best = scale * sums.xq;
    for (int i = -9; i <= 9; i++) {
        if (i == 0) continue;
        const float tried = -((float)half + 0.1f * (float)i) / extreme;
        sums = lk_signed_try(x, w, n, tried, half);
        if (!(sums.qq > 0 && sums.xq * sums.xq > best * sums.qq)) continue;
        inverse = tried;
        scale = sums.xq / sums.qq;
        best = scale * sums.xq;
    }
    for (int i = 0; i < n; i++) q[i] = (uint8_t)(half + lk_signed_step(inverse * x[i], half));
    return scale;
}

/* Moves single steps as long as that helps, at most five rounds. Weights count by their squares. n <= 16. */
static inline float lk_refine_signed_group(uint8_t *q, const float *x, int n, int half) {
    memset(q, 0, (size_t)n);
    const float extreme = lk_extreme(x, n);
    if (fabsf(extreme) < LK_FIT_LEAST) return 0;
    float steps[16];
    lk_signed_sums sums = {0, 0};
    for (int i = 0; i < n; i++) {
        const float w = x[i] * x[i];
        steps[i] = (float)lk_signed_step((float)-half / extreme * x[i], half);
        sums.xq += w * x[i] * steps[i];
        sums.qq += w * steps[i] * steps[i];
    }
    bool changed = true;
    for (int round = 0; round < 5 && changed; round++) {
        changed = false;
        for (int i = 0; i < n; i++) {
            const float w = x[i] * x[i];
            lk_signed_sums moved = {sums.xq - w * x[i] * steps[i], sums.qq - w * steps[i] * steps[i]};
            if (!(moved.xq > 0)) continue;
            const float step = (float)lk_signed_step(x[i] * moved.qq / moved.xq, half);
            if (step == steps[i]) continue;
            moved.xq += w * x[i] * step;
            moved.qq += w * step * step;
            if (!(moved.qq > 0 && moved.xq * moved.xq * sums.qq > sums.xq * sums.xq * moved.qq)) continue;
            steps[i] = step;
            sums = moved;
            changed = true;
        }
    }
    for (int i = 0; i < n; i++) q[i] = (uint8_t)(half + (int)steps[i]);
    return sums.qq > 0 ? sums.xq / sums.qq : 0;
}

#endif
