/* Rows of SOFT_MAX over the primitives of the simd_*.h that the ISA's file included before. */
#ifndef LK_SOFT_MAX_ROWS_H
#define LK_SOFT_MAX_ROWS_H

#include "ops/ops.h"
#include <math.h>

static float lk_soft_max_largest(const float *x, int64_t n, lk_simd scale) {
    lk_simd largest = lk_simd_all(-INFINITY);
    for (int64_t i = 0; i < n; i += LK_SIMD_LANES) {
        lk_simd v = lk_simd_mul(lk_simd_load(x + i, n - i), scale);
        if (n - i < LK_SIMD_LANES) v = lk_simd_within(v, 0, n - i, lk_simd_all(-INFINITY));
        largest = lk_simd_max(v, largest);
    }
    return lk_simd_largest(largest);
}

/* Writes exp(x scale - largest) and returns its sum; runs of 512 are added up in double, a vocabulary is
 * long. */
static double lk_soft_max_exponentials(float *dst, const float *x, int64_t n, lk_simd scale, float largest) {
    double total = 0;
    lk_simd sum = lk_simd_all(0);
    for (int64_t i = 0; i < n; i += LK_SIMD_LANES) {
        lk_simd v = lk_simd_exp(lk_simd_fma(lk_simd_load(x + i, n - i), scale, lk_simd_all(-largest)));
        lk_simd_store(dst + i, v, n - i);
        if (n - i < LK_SIMD_LANES) v = lk_simd_within(v, 0, n - i, lk_simd_all(0));
        sum = lk_simd_add(sum, v);
        if (i % 512 != 512 - LK_SIMD_LANES) continue;
        total += lk_simd_sum(sum);
        sum = lk_simd_all(0);
    }
    return total + lk_simd_sum(sum);
}

static void lk_soft_max_rows(const lk_op_state *op, int64_t begin, int64_t end) {
    const int64_t n = op->dst.dims[0];
    const lk_simd scale = lk_simd_all(lk_param_float(op, 0));
    for (int64_t row = begin; row < end; row++) {
        float *dst = lk_float_row(&op->dst, row);
        const float *x = lk_float_row(&op->src[0], row);
        const lk_simd sum =
            lk_simd_all((float)lk_soft_max_exponentials(dst, x, n, scale, lk_soft_max_largest(x, n, scale)));
        for (int64_t i = 0; i < n; i += LK_SIMD_LANES)
            lk_simd_store(dst + i, lk_simd_div(lk_simd_load(dst + i, n - i), sum), n - i);
    }
}

#endif
