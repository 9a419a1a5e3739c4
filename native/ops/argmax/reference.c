#include "ops/ops.h"
#include <math.h>

/* Only a larger element replaces the best one, so the first stays among equals and NaN never wins. The first
 * number replaces the NaN that the search starts with. */
static int32_t index_of_largest(const float *x, int64_t n) {
    int64_t best = 0;
    for (int64_t i = 1; i < n; i++) {
        if (x[i] > x[best] || (isnan(x[best]) && !isnan(x[i]))) best = i;
    }
    return (int32_t)best;
}

void lk_argmax_run_reference(const lk_op_state *op, int64_t begin, int64_t end, void *scratch) {
    (void)scratch;
    for (int64_t row = begin; row < end; row++) {
        int32_t *dst = (int32_t *)(void *)lk_row(&op->dst, row);
        *dst = index_of_largest(lk_float_row(&op->src[0], row), op->src[0].dims[0]);
    }
}
