/* Rows of the element-wise ops of two sources: b is a row for each of a, one row for all, a number for each
 * row, or one number. */
#ifndef LK_PAIRS_H
#define LK_PAIRS_H

#include "ops/ops.h"

typedef float (*lk_combine_fn)(float a, float b);

__attribute__((always_inline)) static inline void lk_pair_rows(const lk_op_state *op, int64_t begin,
                                                               int64_t end, lk_combine_fn combine) {
    const lk_view *b_view = &op->src[1];
    int64_t n = op->dst.dims[0];
    for (int64_t row = begin; row < end; row++) {
        float *dst = lk_float_row(&op->dst, row);
        const float *a = lk_float_row(&op->src[0], row);
        const float *b = lk_float_row(b_view, b_view->dims[1] == 1 ? 0 : row);
        if (b_view->dims[0] == 1) {
            float number = *b;
            for (int64_t i = 0; i < n; i++) dst[i] = combine(a[i], number);
        } else {
            for (int64_t i = 0; i < n; i++) dst[i] = combine(a[i], b[i]);
        }
    }
}

#endif
