/* The sum of EXPERT_SUM over the primitives of the simd_*.h that the ISA's file included before. */
#ifndef LK_EXPERT_SUM_SUM_H
#define LK_EXPERT_SUM_SUM_H

#include "ops/expert_sum/rows.h"
#include "ops/simd_parts.h"

/* A run of columns at a time stays in registers while the rows pass. */
static void lk_expert_sum_run(float *dst, const lk_expert_rows *rows, int64_t i) {
    lk_simd_parts sums = lk_simd_no_parts();
    for (int64_t j = 0; j < rows->k; j++) {
        const float *x = rows->x + j * rows->stride + i;
        const lk_simd weight = lk_simd_all(lk_expert_weight(rows, j));
        for (int part = 0; part < LK_SIMD_PARTS; part++)
            sums.part[part] =
                lk_simd_fma(weight, lk_simd_load(x + part * LK_SIMD_LANES, LK_SIMD_LANES), sums.part[part]);
    }
    for (int part = 0; part < LK_SIMD_PARTS; part++)
        lk_simd_store(dst + i + part * LK_SIMD_LANES, sums.part[part], LK_SIMD_LANES);
}

static void lk_expert_sum(float *dst, const lk_expert_rows *rows, int64_t n) {
    int64_t i = 0;
    for (; i + LK_SIMD_RUN <= n; i += LK_SIMD_RUN) lk_expert_sum_run(dst, rows, i);
    for (; i < n; i += LK_SIMD_LANES) {
        lk_simd total = lk_simd_all(0);
        for (int64_t j = 0; j < rows->k; j++)
            total = lk_simd_fma(lk_simd_all(lk_expert_weight(rows, j)),
                                lk_simd_load(rows->x + j * rows->stride + i, n - i), total);
        lk_simd_store(dst + i, total, n - i);
    }
}

#endif
