#include "ops/ops.h"

void lk_mul_run_reference(const lk_op_state *op, int64_t begin, int64_t end, void *scratch) {
    (void)scratch;
    const lk_view *b_view = &op->src[1];
    int64_t n = op->dst.dims[0];
    for (int64_t row = begin; row < end; row++) {
        float *dst = lk_float_row(&op->dst, row);
        const float *a = lk_float_row(&op->src[0], row);
        const float *b = lk_float_row(b_view, b_view->dims[1] == 1 ? 0 : row);
        for (int64_t i = 0; i < n; i++) dst[i] = a[i] * b[i];
    }
}
