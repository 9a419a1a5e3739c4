/* Rows of RMS_NORM, the same for every ISA; an ISA's file has the norm of one stretch. */
#ifndef LK_RMS_NORM_ROWS_H
#define LK_RMS_NORM_ROWS_H

#include "ops/ops.h"

/* dst[width] = x / rms(x) (* weight, which may be NULL). */
typedef void (*lk_norm_fn)(float *dst, const float *x, const float *weight, int64_t width, float eps);

static inline void lk_norm_rows(const lk_op_state *op, int64_t begin, int64_t end, lk_norm_fn norm) {
    const float *weight = lk_present(&op->src[1]) ? lk_float_row(&op->src[1], 0) : NULL;
    int64_t width = op->params[1];
    for (int64_t row = begin; row < end; row++) {
        float *dst = lk_float_row(&op->dst, row);
        const float *x = lk_float_row(&op->src[0], row);
        for (int64_t at = 0; at < op->dst.dims[0]; at += width) {
            norm(dst + at, x + at, weight, width, lk_param_float(op, 0));
        }
    }
}

#endif
