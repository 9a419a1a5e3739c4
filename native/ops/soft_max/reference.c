#include "ops/ops.h"
#include <math.h>

static void soft_max(float *dst, const float *x, int64_t n, double scale) {
    double largest = -INFINITY, sum = 0;
    for (int64_t i = 0; i < n; i++) {
        if (x[i] * scale > largest) largest = x[i] * scale;
    }
    for (int64_t i = 0; i < n; i++) sum += exp(x[i] * scale - largest);
    for (int64_t i = 0; i < n; i++) dst[i] = (float)(exp(x[i] * scale - largest) / sum);
}

void lk_soft_max_run_reference(const lk_op_state *op, int64_t begin, int64_t end, void *scratch) {
    (void)scratch;
    for (int64_t row = begin; row < end; row++) {
        soft_max(lk_float_row(&op->dst, row), lk_float_row(&op->src[0], row), op->dst.dims[0],
                 lk_param_float(op, 0));
    }
}
