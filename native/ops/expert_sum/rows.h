/* Rows of EXPERT_SUM, the same for every ISA; an ISA's file has the sum of one row. */
#ifndef LK_EXPERT_SUM_ROWS_H
#define LK_EXPERT_SUM_ROWS_H

#include "ops/ops.h"

/* One row of the k results: result j begins at x + j * stride floats and has the weight weights[j] (1 for
 * NULL). */
typedef struct lk_expert_rows {
    const float *x, *weights;
    int64_t stride, k;
} lk_expert_rows;

static inline float lk_expert_weight(const lk_expert_rows *rows, int64_t j) {
    return rows->weights ? rows->weights[j] : 1;
}

/* dst[n] = sum over j, in order. */
typedef void (*lk_expert_sum_fn)(float *dst, const lk_expert_rows *rows, int64_t n);

static inline void lk_expert_sum_rows(const lk_op_state *op, int64_t begin, int64_t end,
                                      lk_expert_sum_fn sum) {
    const lk_view *x = &op->src[0], *weights = &op->src[1];
    lk_expert_rows rows = {.stride = x->strides[2] / (int64_t)sizeof(float), .k = x->dims[2]};
    for (int64_t row = begin; row < end; row++) {
        rows.x = lk_float_row(x, row);
        rows.weights = lk_present(weights) ? lk_float_row(weights, row) : NULL;
        sum(lk_float_row(&op->dst, row), &rows, op->dst.dims[0]);
    }
}

#endif
