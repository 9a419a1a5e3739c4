/* The scale of magnitudes that are to be 0, 1, ..., 4 times it, by weighted squared error: some scales are
 * tried, then magnitudes are moved one at a time while that helps. */
#ifndef LK_IQ_FIT_H
#define LK_IQ_FIT_H

#include "types/nearest_integer.h"

enum { LK_IQ_FIT_LENGTH = 32, LK_IQ_FIT_MOST = 4, LK_IQ_FIT_ROUNDS = 5 };

/* Sums over all of weight q x and weight q^2. */
typedef struct lk_iq_fit {
    uint8_t q[LK_IQ_FIT_LENGTH]; /* a negative one wraps around, as ggml's: it never comes back */
    float qx, qq;
} lk_iq_fit;

static inline int lk_iq_fit_round(float value) {
    const int q = lk_nearest_integer(value);
    return q < LK_IQ_FIT_MOST ? q : LK_IQ_FIT_MOST;
}

static inline void lk_iq_fit_start(lk_iq_fit *fit, const float *x, const float *weight, float inverse) {
    fit->qx = fit->qq = 0;
    for (int i = 0; i < LK_IQ_FIT_LENGTH; i++) {
        const int q = lk_iq_fit_round(inverse * x[i]);
        fit->q[i] = (uint8_t)q;
        fit->qx += weight[i] * x[i] * (float)q;
        fit->qq += weight[i] * (float)q * (float)q;
    }
}

/* Gives element i what suits the scale of the others, where that is better; true when it is. */
static inline bool lk_iq_fit_move(lk_iq_fit *fit, int i, const float *x, const float *weight) {
    const float old = fit->q[i];
    float qx = fit->qx - weight[i] * x[i] * old, qq = fit->qq - weight[i] * old * old;
    if (!(qx > 0 && qq > 0)) return false;
    const int q = lk_iq_fit_round(x[i] * qq / qx);
    if (q == fit->q[i]) return false;
    qx += weight[i] * x[i] * (float)q;
    qq += weight[i] * (float)q * (float)q;
    if (!(qx * qx * fit->qq > fit->qx * fit->qx * qq)) return false;
    fit->q[i] = (uint8_t)q;
    fit->qx = qx;
    fit->qq = qq;
    return true;
}

#endif
