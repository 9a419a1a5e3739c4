#include "ops/ops.h"
#include <math.h>

void lk_temperature_run_reference(const lk_op_state *op, int64_t begin, int64_t end, void *scratch) {
    (void)scratch;
    double scale = lk_param_float(op, 0);
    for (int64_t row = begin; row < end; row++) {
        int64_t distance = (int64_t)lk_index(&op->src[0], row) + op->params[2];
        if (distance < 0) lk_fault(op);
        int64_t steps = distance < 0 ? 0 : distance / op->params[1];
        *lk_float_row(&op->dst, row) = (float)(1 + scale * log1p((double)steps));
    }
}
