/* The search of iq_magnitudes.h in plain loops: the specification. */
#ifndef LK_IQ_MAGNITUDES_PLAIN_H
#define LK_IQ_MAGNITUDES_PLAIN_H

#include "types/iq_fit.h"
#include "types/iq_magnitudes.h"
#include "types/iq_nearest_plain.h"

/* Unlike the others', negative numbers of the first trial wrap around. */
static inline float lk_iq_fit_error_plain(const float *x, const float *weight, float inverse, bool wraps) {
    const float scale = 1 / inverse;
    float error = 0;
    for (int i = 0; i < LK_IQ_FIT_LENGTH; i++) {
        const int q = wraps ? (uint8_t)lk_nearest_integer(inverse * x[i]) : lk_iq_fit_round(inverse * x[i]);
        const float difference = x[i] - scale * (float)q;
        error += weight[i] * difference * difference;
    }
    return error;
}

static inline float lk_iq_fit_plain(const float *x, const float *weight) {
    float largest = 0;
    for (int i = 0; i < LK_IQ_FIT_LENGTH; i++) largest = x[i] > largest ? x[i] : largest;
    float inverse = LK_IQ_FIT_MOST / largest, least = lk_iq_fit_error_plain(x, weight, inverse, true);
    for (int t = -4; t <= 4; t++) {
        const float tried = (0.1f * (float)t + LK_IQ_FIT_MOST) / largest;
        const float error = lk_iq_fit_error_plain(x, weight, tried, false);
        if (t == 0 || !(error < least)) continue;
        least = error;
        inverse = tried;
    }
    lk_iq_fit fit;
    lk_iq_fit_start(&fit, x, weight, inverse);
    for (int round = 0, moved = 1; round < LK_IQ_FIT_ROUNDS && moved > 0; round++) {
        moved = 0;
        for (int i = 0; i < LK_IQ_FIT_LENGTH; i++) moved += lk_iq_fit_move(&fit, i, x, weight);
    }
    return fit.qq > 0 ? fit.qx / fit.qq : 0;
}

static inline void lk_iq_try_all_plain(lk_iq_trials *trials, const lk_iq_group *group,
                                       const lk_iq_format *format, const lk_iq_near *near) {
    const int points = format->group / lk_iq_per_point(format);
    for (int t = 0; t < format->trials; t++) {
        uint16_t codes[LK_IQ_MOST_POINTS];
        trials->near[t] = 0;
        for (int p = 0; p < points; p++)
            trials->codes[p][t] = codes[p] = lk_iq_seek(group, p, trials->scale[t], trials->inverse[t],
                                                        &trials->near[t], format, near, lk_iq_nearest_plain);
        lk_iq_sums(&trials->qx[t], &trials->qq[t], group, codes, format);
    }
}

static const lk_iq_kernels lk_iq_plain = {lk_iq_try_all_plain, lk_iq_nearest_plain, lk_iq_fit_plain};

#endif
