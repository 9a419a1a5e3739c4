/* Rows of LAYER_NORM, the same for every ISA; an ISA's file has the norm of one stretch. */
#ifndef LK_LAYER_NORM_ROWS_H
#define LK_LAYER_NORM_ROWS_H

#include "ops/ops.h"

/* dst[width] = (x - mean) / deviation (* weight) (+ bias); weight and bias may be NULL. */
typedef void (*lk_layer_norm_fn)(float *dst, const float *x, const float *weight, const float *bias,
                                 int64_t width, float eps);

static inline void lk_layer_norm_rows(const lk_op_state *op, int64_t begin, int64_t end,
                                      lk_layer_norm_fn norm) {
    const float *weight = lk_present(&op->src[1]) ? lk_float_row(&op->src[1], 0) : NULL;
    const float *bias = lk_present(&op->src[2]) ? lk_float_row(&op->src[2], 0) : NULL;
    int64_t width = op->params[1];
    for (int64_t row = begin; row < end; row++) {
        float *dst = lk_float_row(&op->dst, row);
        const float *x = lk_float_row(&op->src[0], row);
        for (int64_t at = 0; at < op->dst.dims[0]; at += width) {
            norm(dst + at, x + at, weight ? weight + at : NULL, bias ? bias + at : NULL, width,
                 lk_param_float(op, 0));
        }
    }
}

#endif
