/* The encoder that Q2_K, Q4_K and Q5_K share: weight = d scale q - dmin minimum. An ISA's fit header comes
 * first. */
#ifndef LK_K_AFFINE_H
#define LK_K_AFFINE_H

#include "types/error_weights.h"

/* What a type is: groups of n weights, steps in [0, top], levels of scales and minimums in [0, top_level]. */
typedef struct lk_k_affine {
    int n, top, top_level;
    /* Error weights and scales to try where there is no importance matrix. */
    void (*weights)(float *w, const float *x);
    lk_affine_search plain;
    /* Mean square of the block times this is the floor of the error weights where there is one. */
    float floor;
} lk_k_affine;

/* A block before it is packed. A fit may end with a scale below 0 where few weights count; its level then
 * wraps, and loses the bits that the packed field lacks. Requantizing takes what a reader unpacks, as ggml
 * does. */
typedef struct lk_k_levels {
    uint16_t d, dmin; /* f16 */
    uint8_t scales[16], minimums[16];
    uint8_t q[256];
} lk_k_levels;

/* Levels by the largest value alone; returns the scale. */
LK_INLINE float lk_k_levels_of(uint8_t *levels, const float *values, const int n, const int top) {
    float largest = 0;
    for (int g = 0; g < n; g++) largest = values[g] > largest ? values[g] : largest;
    const float inverse = largest > 0 ? (float)top / largest : 0;
    for (int g = 0; g < n; g++) {
        const uint8_t level = (uint8_t)lk_nearest(inverse * values[g]);
        levels[g] = level < top ? level : (uint8_t)top;
    }
    return largest / (float)top;
}

/* Fits groups, scales and minimums: all of the block but its final steps. */
LK_INLINE void lk_k_affine_fit(lk_k_levels *block, const float *x, const float *importance,
                               const lk_k_affine type) {
    const int groups = 256 / type.n;
    float w[256], scales[16], minimums[16], sums[16], d, dmin;
    if (importance != NULL) {
        lk_error_weights(w, x, importance, 256, type.floor * lk_sum_squares(x, 256) / 256, 0);
        const lk_affine_search search = {type.top, -0.9f, 0.05f, 36, false};
        lk_fit_affine(scales, minimums, block->q, x, w, type.n, search);
    } else {
        type.weights(w, x);
        lk_fit_affine(scales, minimums, block->q, x, w, type.n, type.plain);
    }
    for (int g = 0; g < groups; g++) minimums[g] = -minimums[g];
    if (importance != NULL) {
        lk_group_sums(sums, w, type.n);
        d = lk_fit_levels(block->scales, scales, sums, groups, type.top_level);
        dmin = lk_fit_levels(block->minimums, minimums, sums, groups, type.top_level);
    } else {
        d = lk_k_levels_of(block->scales, scales, groups, type.top_level);
        dmin = lk_k_levels_of(block->minimums, minimums, groups, type.top_level);
    }
    block->d = lk_f16_from_float(d);
    block->dmin = lk_f16_from_float(dmin);
}

/* The steps for the levels that the block has. */
LK_INLINE void lk_k_affine_requantize(lk_k_levels *block, const float *x, const lk_k_affine type) {
    float scales[16], offsets[16];
    for (int g = 0; g < 256 / type.n; g++) {
        scales[g] = lk_float_from_f16(block->d) * block->scales[g];
        offsets[g] = lk_float_from_f16(block->dmin) * block->minimums[g];
    }
    lk_requantize(block->q, x, scales, offsets, type.n, 0, type.top);
}

/* Error weights of groups of 32: the group's root mean square plus the weight's magnitude. */
LK_INLINE void lk_k_weights32(float *w, const float *x) {
    float sums[8];
    for (int i = 0; i < 256; i++) w[i] = x[i] * x[i];
    lk_group_sums(sums, w, 32);
    for (int g = 0; g < 8; g++) {
        const float size = sqrtf(sums[g] / 32);
        for (int i = 32 * g; i < 32 * g + 32; i++) w[i] = size + fabsf(x[i]);
    }
}

#endif
