/* The norm of RMS_NORM over the primitives of the simd_*.h that the ISA's file included before. */
#ifndef LK_RMS_NORM_NORM_H
#define LK_RMS_NORM_NORM_H

#include "ops/rms_norm/rows.h"
#include "ops/simd_parts.h"
#include <math.h>

static float lk_sum_of_squares(const float *x, int64_t n) {
    lk_simd_parts sums = lk_simd_no_parts();
    int64_t i = 0;
    for (; i + LK_SIMD_RUN <= n; i += LK_SIMD_RUN) {
        for (int part = 0; part < LK_SIMD_PARTS; part++) {
            const lk_simd v = lk_simd_load(x + i + part * LK_SIMD_LANES, LK_SIMD_LANES);
            sums.part[part] = lk_simd_fma(v, v, sums.part[part]);
        }
    }
    for (; i < n; i += LK_SIMD_LANES) {
        const lk_simd v = lk_simd_load(x + i, n - i);
        sums.part[0] = lk_simd_fma(v, v, sums.part[0]);
    }
    return lk_simd_sum_of_parts(&sums);
}

static void lk_rms_norm(float *dst, const float *x, const float *weight, int64_t width, float eps) {
    const lk_simd scale = lk_simd_all(1 / sqrtf(lk_sum_of_squares(x, width) / (float)width + eps));
    for (int64_t i = 0; i < width; i += LK_SIMD_LANES) {
        lk_simd v = lk_simd_mul(lk_simd_load(x + i, width - i), scale);
        if (weight) v = lk_simd_mul(v, lk_simd_load(weight + i, width - i));
        lk_simd_store(dst + i, v, width - i);
    }
}

#endif
