#include "ops/ops.h"

/* NaN is neither below nor above. */
static float limited(float x, float least, float most) {
    float above = x < least ? least : x;
    return above > most ? most : above;
}

void lk_clamp_run_reference(const lk_op_state *op, int64_t begin, int64_t end, void *scratch) {
    (void)scratch;
    float least = lk_param_float(op, 0), most = lk_param_float(op, 1);
    int64_t n = op->dst.dims[0];
    for (int64_t row = begin; row < end; row++) {
        float *dst = lk_float_row(&op->dst, row);
        const float *x = lk_float_row(&op->src[0], row);
        for (int64_t i = 0; i < n; i++) dst[i] = limited(x[i], least, most);
    }
}
