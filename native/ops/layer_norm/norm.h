/* The norm of LAYER_NORM over the primitives of the simd_*.h that the ISA's file included before. */
#ifndef LK_LAYER_NORM_NORM_H
#define LK_LAYER_NORM_NORM_H

#include "ops/layer_norm/rows.h"
#include "ops/layer_norm/spread.h"
#include "ops/simd_parts.h"

static float lk_layer_norm_sum(const float *x, int64_t n) {
    lk_simd_parts sums = lk_simd_no_parts();
    int64_t i = 0;
    for (; i + LK_SIMD_RUN <= n; i += LK_SIMD_RUN)
        for (int part = 0; part < LK_SIMD_PARTS; part++)
            sums.part[part] =
                lk_simd_add(sums.part[part], lk_simd_load(x + i + part * LK_SIMD_LANES, LK_SIMD_LANES));
    for (; i < n; i += LK_SIMD_LANES) sums.part[0] = lk_simd_add(sums.part[0], lk_simd_load(x + i, n - i));
    return lk_simd_sum_of_parts(&sums);
}

static lk_spread lk_layer_norm_spread(const float *x, int64_t n, float eps) {
    lk_simd_parts sums = lk_simd_no_parts(), squares = sums;
    const float first = lk_layer_norm_sum(x, n) / (float)n;
    const lk_simd mean = lk_simd_all(first);
    int64_t i = 0;
    for (; i + LK_SIMD_RUN <= n; i += LK_SIMD_RUN) {
        for (int part = 0; part < LK_SIMD_PARTS; part++) {
            const lk_simd apart =
                lk_simd_sub(lk_simd_load(x + i + part * LK_SIMD_LANES, LK_SIMD_LANES), mean);
            sums.part[part] = lk_simd_add(sums.part[part], apart);
            squares.part[part] = lk_simd_fma(apart, apart, squares.part[part]);
        }
    }
    for (; i < n; i += LK_SIMD_LANES) {
        lk_simd apart = lk_simd_sub(lk_simd_load(x + i, n - i), mean);
        if (n - i < LK_SIMD_LANES) apart = lk_simd_within(apart, 0, n - i, lk_simd_all(0));
        sums.part[0] = lk_simd_add(sums.part[0], apart);
        squares.part[0] = lk_simd_fma(apart, apart, squares.part[0]);
    }
    return lk_spread_of(first, lk_simd_sum_of_parts(&sums), lk_simd_sum_of_parts(&squares), n, eps);
}

static void lk_layer_norm(float *dst, const float *x, const float *weight, const float *bias, int64_t width,
                          float eps) {
    const lk_spread spread = lk_layer_norm_spread(x, width, eps);
    const lk_simd mean = lk_simd_all(spread.mean), rest = lk_simd_all(spread.rest);
    const lk_simd scale = lk_simd_all(spread.scale);
    for (int64_t i = 0; i < width; i += LK_SIMD_LANES) {
        lk_simd v = lk_simd_sub(lk_simd_sub(lk_simd_load(x + i, width - i), mean), rest);
        v = lk_simd_mul(v, scale);
        if (weight) v = lk_simd_mul(v, lk_simd_load(weight + i, width - i));
        if (bias) v = lk_simd_add(v, lk_simd_load(bias + i, width - i));
        lk_simd_store(dst + i, v, width - i);
    }
}

#endif
